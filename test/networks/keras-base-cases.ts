/** What each base of Keras has to do, compared with Python Keras on random weights. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import type { PreprocessingFunction } from '../../src/datasets/batches/preprocessing';
import { np } from '../../src/features/np';
import { predictGenerator } from '../../src/features/predict-generator';
import { readH5, writeH5 } from '../../src/formats/h5';
import type { Base } from '../../src/networks/base';
import type { KerasBaseOptions } from '../../src/networks/keras-layers';
import { fromProject } from '../../src/paths';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { withoutKeras } from '../head/keras';

interface Cases {
  name: string;
  build: (options?: KerasBaseOptions) => Promise<Base>;
  preprocessInput: PreprocessingFunction;
  /** The name of the file that Keras publishes. */
  file: string;
  parameters: number;
  channels: number;
}

/** The largest difference, as a fraction of the largest expected value. */
export function relativeDifference(found: Tensor, expected: Tensor): number {
  assert.deepEqual(found.shape, expected.shape);
  return tf.tidy(() => found.sub(expected).abs().max().div(expected.abs().max()).dataSync()[0]!);
}

/** Runs `keras-bases.py` in a folder. */
export function kerasBase(folder: string, name: string): void {
  execFileSync(
    process.env.LITTLE_DATA_KERAS_PYTHON!,
    [path.join(__dirname, 'keras-bases.py'), folder, name],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
}

export function testKerasBase({ name, build, preprocessInput, file, parameters, channels }: Cases): void {
  let folder: string;
  before(async () => {
    await tensorflowReady();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-bases-'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  describe(`${name}() beside Python Keras`, { skip: withoutKeras }, () => {
    const shape = { inputShape: [75, 96, 3] as const };
    before(() => kerasBase(folder, name));
    const load = (array: string) => np.load(path.join(folder, `${array}.npy`));

    for (const ending of ['.weights.h5', '.h5'])
      test(`has its features with the weights of ${ending}`, async () => {
        const base = await build({ ...shape, weights: path.join(folder, `${name}${ending}`) });
        const [x, expected] = [load('prepared'), load('features')];
        const difference = relativeDifference(base.predict(x) as Tensor, expected);
        // float32 sums in another order.
        assert.ok(difference < 1e-4, String(difference));
        base.dispose();
      });

    test('prepares pixels as it does', () => {
      // The order of two float32 operations may round differently.
      assert.ok(relativeDifference(preprocessInput(load('x') as never), load('prepared')) < 1e-6);
    });

    test('refuses files of other weights, and names them', async () => {
      const real = await readH5(path.join(folder, `${name}.h5`));
      const [first, second] = real.layers.slice(-2);
      const changed = path.join(folder, 'changed.h5');
      const rejects = (message: RegExp) =>
        assert.rejects(build({ ...shape, weights: changed }), { name: 'LittleDataError', message });
      const tensors = tf.memory().numTensors;
      await writeH5(changed, { ...real, layers: real.layers.filter((layer) => layer !== first) });
      await rejects(new RegExp(`found ${first!.name}/\\w+ \\[.*\\] is missing`));
      const renamed = { ...second!, name: 'predictions' };
      await writeH5(changed, { ...real, layers: [...real.layers, renamed] });
      await rejects(/found predictions \[.*\] is extra/);
      const [weight, ...rest] = first!.weights;
      const cut = { ...weight!, shape: [1], data: Float32Array.of(1) };
      const layers = real.layers.map((layer) =>
        layer === first ? { ...layer, weights: [cut, ...rest] } : layer,
      );
      await writeH5(changed, { ...real, layers });
      await rejects(new RegExp(`found ${first!.name}/\\w+ \\[.*\\] is \\[1\\]`));
      assert.equal(tf.memory().numTensors, tensors);
    });
  });

  describe(`${name}()`, () => {
    test("looks for Keras' own file, and says where to get it", async () => {
      const home = process.env.HOME;
      process.env.HOME = folder;
      try {
        await assert.rejects(build(), {
          name: 'LittleDataError',
          message: new RegExp(`\\.keras.models.${file}: .*no such file\\. .*keras\\.applications\\.${name}`),
        });
      } finally {
        process.env.HOME = home;
      }
    });

    test('has the parameters of Keras, and its channels for any size', async () => {
      const base = await build({ weights: null });
      assert.equal(base.countParams(), parameters);
      assert.deepEqual(base.outputShape, [null, null, null, channels]);
      assert.deepEqual(base.recommended.flow.targetSize, [224, 224]);
      assert.equal(base.recommended.generator.preprocessingFunction, preprocessInput);
      base.dispose();
      for (const pooling of ['avg', 'max'] as const) {
        const pooled = await build({ weights: null, inputShape: [32, 64, 3], pooling });
        assert.deepEqual(pooled.outputShape, [null, channels]);
        pooled.dispose();
      }
    });

    test('gives predictGenerator() the features of photos', async () => {
      const photos = path.join(folder, 'photos', 'cats');
      fs.mkdirSync(photos, { recursive: true });
      for (const photo of ['cat.0.jpg', 'cat.1.jpg'])
        fs.copyFileSync(fromProject(`data/sample/train/${photo}`), path.join(photos, photo));
      const base = await build({ weights: null, pooling: 'avg' });
      const { generator, flow } = base.recommended;
      const iterator = () =>
        new ImageDataGenerator(generator).flowFromDirectory(path.dirname(photos), {
          ...flow,
          ...{ targetSize: [64, 64], batchSize: 2, classMode: null, shuffle: false, verbose: 0 },
        });
      const features = await predictGenerator(base, iterator());
      for await (const { x } of iterator()) {
        const difference = relativeDifference(features, base.predict(x) as Tensor);
        // float32 sums in another order.
        assert.ok(difference < 1e-4, String(difference));
        x.dispose();
      }
      const [first, second] = features.arraySync() as number[][];
      assert.notDeepEqual(first, second);
      features.dispose();
      base.dispose();
    });

    test('says what is wrong with its options', async () => {
      await assert.rejects(build({ includeTop: true }), /`includeTop`/);
      await assert.rejects(build({ inputShape: [31, 64, 3] }), /`inputShape`/);
      await assert.rejects(build({ pooling: 'mean' as 'avg' }), /`pooling`/);
      await assert.rejects(build({ include_top: false } as object), /include_top/);
    });
  });
}
