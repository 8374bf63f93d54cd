/** Reads the weights of EfficientNet-Lite from the project's files. */
import path from 'node:path';
import type { H5Layer } from '../formats/h5';
import { readSafetensors } from '../formats/safetensors';
import { fromProject, shownPath } from '../paths';

/** SHA-256 of the files that `scripts/weights/efficientnet_lite.py` makes of the published weights (Apache-2.0). */
const digests: Record<string, string> = {
  'efficientnet_lite0_notop.safetensors': '8873b0ffd348485fd43c9c026e6aa9ec14dc6006d0bfb5f9ae4a9b6aa70abab9',
  'efficientnet_lite0_top.safetensors': 'db02d43f2694e1685099d303380f66c9016e359556437f51b063854b6354820e',
};

/** The layers of the weights, with those of the top where they are asked for; and the file as messages name it. */
export function readEfficientNetWeights(
  variant: string,
  { includeTop }: { includeTop: boolean },
): { layers: H5Layer[]; where: string } {
  const name = variant.replace(/EfficientNetLite(\d)/, 'efficientnet_lite$1');
  const parts = includeTop ? ['notop', 'top'] : ['notop'];
  const files = parts.map((part) => fromProject(path.join('data', 'weights', `${name}_${part}.safetensors`)));
  return { layers: files.flatMap(readLayers), where: shownPath(files[0]!) };
}

function readLayers(file: string): H5Layer[] {
  const arrays = readSafetensors(file, digests[path.basename(file)]!);
  const layers = new Map<string, H5Layer['weights'][number][]>();
  for (const [name, { shape, data }] of arrays) {
    const layer = name.slice(0, name.indexOf('/'));
    layers.set(layer, [...(layers.get(layer) ?? []), { name: `${name}:0`, shape, data }]);
  }
  return [...layers].map(([name, weights]) => ({ name, weights }));
}
