/** Generated pictures, and EfficientNet-Lite0's settings for workers that compute their features. */
import path from 'node:path';
import { ImageDataGenerator } from '../../../src/datasets/batches/image-data-generator';
import { type WorkerSettings, workerSettings } from '../../../src/features/cluster/worker-settings';
import { recipeOf } from '../../../src/features/recipe';
import type { Base } from '../../../src/networks/base';
import { baseNamed } from '../../../src/networks/base-named';
import { processState } from '../../../src/state';

/** EfficientNet-Lite0 with its mean per channel, loaded once. */
export function lite0(): Promise<Base> {
  return processState('test-lite0', () => baseNamed('EfficientNetLite0', { pooling: 'avg' }));
}

/** The photos of a folder as EfficientNet-Lite0 takes them. */
export async function flowOf(dir: string, { batchSize = 4 } = {}) {
  const { generator, flow } = (await lite0()).recommended;
  const options = { ...flow, batchSize, classMode: null, shuffle: false, verbose: 0 } as const;
  return new ImageDataGenerator(generator).flowFromDirectory(dir, options);
}

/** The settings of a worker for the photos of a folder, and their paths. */
export async function settingsFor(dir: string): Promise<{ settings: WorkerSettings; files: string[] }> {
  const { photos } = await flowOf(dir);
  const settings = workerSettings(recipeOf(await lite0(), photos.preparation), photos.preparation);
  return { settings, files: photos.files.map((file) => path.resolve(file)) };
}
