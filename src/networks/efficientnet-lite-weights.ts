/** Reads the weights of EfficientNet-Lite from the project's files. */
import path from 'node:path';
import type { H5Layer } from '../formats/h5';
import { readSafetensors } from '../formats/safetensors';
import { fromProject, shownPath } from '../paths';
import { weightFiles } from './weight-files.cjs';

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
  const name = path.basename(file);
  const { sha256, inRepository } = weightFiles[name]!;
  const variant = /lite\d/.exec(name)![0];
  const arrays = readSafetensors(file, {
    sha256,
    next: inRepository
      ? 'Get it back with `git checkout -- data/weights`.'
      : `Delete it where it is there, and get it with \`npm run weights -- ${variant}\` in the folder of this project.`,
  });
  const layers = new Map<string, H5Layer['weights'][number][]>();
  for (const [name, { shape, data }] of arrays) {
    const layer = name.slice(0, name.indexOf('/'));
    layers.set(layer, [...(layers.get(layer) ?? []), { name: `${name}:0`, shape, data }]);
  }
  return [...layers].map(([name, weights]) => ({ name, weights }));
}
