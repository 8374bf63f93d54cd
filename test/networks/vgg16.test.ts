import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { np } from '../../src/features/np';
import { readH5, writeH5 } from '../../src/formats/h5';
import { preprocessInput, VGG16 } from '../../src/networks/vgg16';
import { imagenetDigest } from '../../src/networks/vgg16-weights';
import { fromProject } from '../../src/paths';
import { tf } from '../../src/tensorflow';

const weightsName = 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';
const weightsFile = fromProject(`data/weights/${weightsName}`);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-vgg16-'));

let tensors: number;
let vgg16: LayersModel;
before(async () => {
  tensors = tf.memory().numTensors;
  vgg16 = await VGG16({ includeTop: false, weights: 'imagenet' });
});
after(() => {
  vgg16.dispose();
  fs.rmSync(folder, { recursive: true });
});

/** Name, what comes out, parameters: printed by Keras 3.15 for `applications.VGG16(include_top=False)`. */
const layers: [string, number, number][] = [
  ['block1_conv1', 64, 1792],
  ['block1_conv2', 64, 36928],
  ['block1_pool', 64, 0],
  ['block2_conv1', 128, 73856],
  ['block2_conv2', 128, 147584],
  ['block2_pool', 128, 0],
  ['block3_conv1', 256, 295168],
  ['block3_conv2', 256, 590080],
  ['block3_conv3', 256, 590080],
  ['block3_pool', 256, 0],
  ['block4_conv1', 512, 1180160],
  ['block4_conv2', 512, 2359808],
  ['block4_conv3', 512, 2359808],
  ['block4_pool', 512, 0],
  ['block5_conv1', 512, 2359808],
  ['block5_conv2', 512, 2359808],
  ['block5_conv3', 512, 2359808],
  ['block5_pool', 512, 0],
];

describe('VGG16()', () => {
  test("has Keras' layers, shapes and parameters in its summary", () => {
    let text = '';
    vgg16.summary(undefined, undefined, (line) => {
      text = String(line);
    });
    const rows = text.split('\n').filter((line) => /^block/.test(line));
    assert.deepEqual(
      rows.map((line) => line.replace(/ \(\w+\)/, '').replace(/ +/g, ' ')),
      layers.map(([name, filters, parameters]) => `${name} (None, None, None, ${filters}) ${parameters}`),
    );
    assert.match(text, /^Model: "vgg16"\n/);
    assert.match(text, /\nTotal params: 14,714,688\nTrainable params: 14,714,688\nNon-trainable params: 0\n/);
    assert.equal(vgg16.countParams(), 14_714_688);
  });

  test('holds the weights with the published digest', () => {
    const hash = createHash('sha256');
    for (const weight of vgg16.getWeights()) hash.update(new Uint8Array(weight.dataSync().buffer));
    assert.equal(hash.digest('hex'), imagenetDigest);
    assert.equal(imagenetDigest, 'd9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd');
  });

  test('keeps its 26 weights and no other tensor', () => {
    assert.equal(tf.memory().numTensors, tensors + 26);
  });

  test("loads Keras' own file from ~/.keras/models, and a file of any name", async () => {
    const models = path.join(folder, '.keras', 'models');
    fs.mkdirSync(models, { recursive: true });
    fs.symlinkSync(weightsFile, path.join(models, weightsName));
    fs.symlinkSync(weightsFile, path.join(folder, 'mine.h5'));
    const home = process.env.HOME;
    process.env.HOME = folder;
    try {
      for (const weights of [`~/.keras/models/${weightsName}`, path.join(folder, 'mine.h5')]) {
        const model = await VGG16({ weights });
        const [mine, theirs] = [model, vgg16].map((one) => one.getWeights().at(-1)!.dataSync());
        assert.deepEqual(mine, theirs);
        model.dispose();
      }
    } finally {
      process.env.HOME = home;
    }
  });

  test('takes a fixed size, and random weights', async () => {
    const model = await VGG16({ weights: null, inputShape: [150, 64, 3] });
    assert.deepEqual(model.outputShape, [null, 4, 2, 512]);
    assert.equal(model.countParams(), 14_714_688);
    model.dispose();
  });

  test('pools its output per channel where asked', async () => {
    const x = tf.randomUniform([2, 64, 96, 3], -100, 100, 'float32', 1);
    const whole = vgg16.predict(x) as Tensor4D;
    for (const pooling of ['avg', 'max'] as const) {
      const pooled = await VGG16({ pooling });
      assert.deepEqual(pooled.outputShape, [null, 512]);
      const difference = tf.tidy(() => {
        const expected = pooling === 'avg' ? whole.mean([1, 2]) : whole.max([1, 2]);
        return (pooled.predict(x) as Tensor4D).sub(expected).abs().max().dataSync()[0]!;
      });
      assert.ok(difference < 1e-4);
      pooled.dispose();
    }
    tf.dispose([x, whole]);
    await assert.rejects(VGG16({ pooling: 'mean' as 'avg' }), /`pooling`/);
  });

  test('says what is wrong with its options', async () => {
    const wrong: [object, RegExp][] = [
      [{ includeTop: true }, /`includeTop`: expected one of false, found true/],
      [{ include_top: false }, /VGG16: expected options among .*, found `include_top`/],
      [{ inputShape: [31, 150, 3] }, /`inputShape`: expected .*32 or more.*, found \[31, 150, 3\]/],
      [{ inputShape: [150, 150, 1] }, /found \[150, 150, 1\]/],
    ];
    for (const [options, message] of wrong)
      await assert.rejects(VGG16(options), { name: 'LittleDataError', message });
  });

  test('says what is wrong with a weights file', async () => {
    const rejects = (weights: string, message: RegExp) =>
      assert.rejects(VGG16({ weights }), { name: 'LittleDataError', message });

    await rejects(
      path.join(folder, 'none.h5'),
      /none\.h5: expected a weights file .*, found no such file\. Correct/,
    );

    const other = path.join(folder, 'head.h5');
    const kernel = { name: 'dense/kernel:0', shape: [2, 1], data: Float32Array.of(1, 2) };
    await writeH5(other, { layers: [{ name: 'dense', weights: [kernel] }], attributes: {} });
    await rejects(
      other,
      /head\.h5: expected the layer block1_conv1 \[3, 3, 3, 64\] \+ \[64\], found dense \[2, 1\]\. These are the weights of another model/,
    );

    const real = await readH5(weightsFile);
    const changed = path.join(folder, 'changed.h5');
    await writeH5(changed, { ...real, layers: real.layers.slice(0, 2) });
    await rejects(changed, /expected the layer block2_conv1 .*, found the end after 2 layers/);
    const top = { name: 'predictions', weights: [kernel] };
    await writeH5(changed, { ...real, layers: [...real.layers, top] });
    await rejects(changed, /expected VGG16's 13 convolutions and nothing after them, found .*predictions/);
    await writeH5(changed, { ...real, attributes: { backend: 'theano' } });
    await rejects(
      changed,
      /expected weights saved by Keras with TensorFlow, found .* Theano.* Load the file/,
    );
  });

  test("says that Keras' file is damaged: one bit, or its end", async () => {
    const damaged = path.join(folder, weightsName);
    const bytes = fs.readFileSync(weightsFile);
    bytes[30_000_000]! ^= 1;
    fs.writeFileSync(damaged, bytes);
    const rejects = (message: RegExp) =>
      assert.rejects(VGG16({ weights: damaged }), { name: 'LittleDataError', message });
    await rejects(
      new RegExp(`expected weights with the SHA-256 ${imagenetDigest}, found [0-9a-f]{64}\\. .*damaged`),
    );
    fs.truncateSync(damaged, 1_000_000);
    await rejects(/found 1000000 bytes that are no HDF5 file, or not the whole of one\./);
    assert.equal(tf.memory().numTensors, tensors + 26);
  });
});

describe('preprocessInput()', () => {
  test("gives Keras' numbers and leaves its argument", () => {
    const before = tf.memory().numTensors;
    const x = tf.tensor4d([0, 0, 0, 255, 128, 1], [1, 1, 2, 3]);
    const y = preprocessInput(x);
    // Printed by Keras 3.15's vgg16.preprocess_input: equal to the last bit.
    const expected = [-103.939, -116.779, -123.68, -102.939, 11.221000671386719, 131.32000732421875];
    assert.deepEqual([...y.dataSync()], [...Float32Array.from(expected)]);
    assert.deepEqual(y.shape, [1, 1, 2, 3]);
    assert.deepEqual([...x.dataSync()], [0, 0, 0, 255, 128, 1]);
    assert.equal(tf.memory().numTensors, before + 2);
    tf.dispose([x, y]);
  });
});

const { LITTLE_DATA_REFERENCE: reference, LITTLE_DATA_PHOTOS: photos } = process.env;
describe('on the reference photos', {
  skip:
    reference && photos
      ? false
      : 'LITTLE_DATA_REFERENCE and LITTLE_DATA_PHOTOS name no reference arrays and photos',
}, () => {
  // As the project asks for: absolute. Pixels of "caffe" are 255 times as large.
  const recipes = [
    { name: 'rescale', options: { rescale: 1 / 255 }, tolerance: 1e-4 },
    { name: 'caffe', options: { preprocessingFunction: preprocessInput }, tolerance: 2e-3 },
  ];
  for (const part of ['train', 'validation']) {
    const iterator = (options: object) => {
      const directory = path.join(folder, part);
      const names: string[] = JSON.parse(fs.readFileSync(path.join(reference!, 'photos.json'), 'utf8'))[part];
      for (const name of names) {
        const file = path.join(directory, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.copyFileSync(path.join(photos!, path.basename(name)), file);
      }
      const flow = {
        targetSize: [150, 150] as const,
        batchSize: 16,
        classMode: null,
        shuffle: false,
        verbose: 0,
      };
      const found = new ImageDataGenerator(options).flowFromDirectory(directory, flow);
      assert.deepEqual(found.filenames, names, "in Keras' order");
      return found;
    };

    test(`the pixels of ${part} are Keras' bit for bit`, async () => {
      assert.equal(await largestDifference(iterator({}), `${part}_pixels`, (x) => x), 0);
    });

    for (const { name, options, tolerance } of recipes)
      test(`the features of ${part} are Keras' with ${name}`, async () => {
        const difference = await largestDifference(
          iterator(options),
          `${part}_features_${name}`,
          (x) => vgg16.predictOnBatch(x) as Tensor4D,
        );
        assert(difference <= tolerance, String(difference));
      });
  }

  /** Over all batches, against the array of that name. */
  async function largestDifference(
    batches: AsyncIterable<{ x: Tensor4D }>,
    array: string,
    apply: (x: Tensor4D) => Tensor4D,
  ): Promise<number> {
    const expected = np.load(path.join(reference!, `${array}.npy`));
    let [row, largest] = [0, 0];
    for await (const { x } of batches) {
      const difference = tf.tidy(() => {
        const wanted = expected.slice(row, x.shape[0]);
        return apply(x).sub(wanted).abs().max();
      });
      largest = Math.max(largest, difference.dataSync()[0]!);
      row += x.shape[0];
      tf.dispose([x, difference]);
    }
    assert.equal(row, expected.shape[0]);
    expected.dispose();
    return largest;
  }
});
