import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { namePreprocessing } from '../../src/datasets/batches/preprocessing';
import { np } from '../../src/features/np';
import { predictGenerator } from '../../src/features/predict-generator';
import { readH5, writeH5 } from '../../src/formats/h5';
import { loadBase } from '../../src/networks/load-base';
import { fromProject } from '../../src/paths';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { withoutKeras } from '../head/keras';
import { relativeDifference } from './keras-base-cases';

let folder: string;
before(async () => {
  await tensorflowReady();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-load-base-'));
});
after(() => fs.rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);
const rejects = (name: string, message: RegExp, options = {}) =>
  assert.rejects(loadBase(at(name), options), { name: 'LittleDataError', message });

describe("loadBase() with Keras' files", { skip: withoutKeras }, () => {
  before(() => {
    execFileSync(process.env.LITTLE_DATA_KERAS_PYTHON!, [path.join(__dirname, 'load-base.py'), folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  });

  for (const name of ['small', 'mobilenet'])
    for (const ending of ['keras', 'h5'])
      test(`has its features from ${name}.${ending}`, async () => {
        const tensors = tf.memory().numTensors;
        const base = await loadBase(at(`${name}.${ending}`));
        const [x, expected] = [np.load(at('x.npy')), np.load(at(`${name}.npy`))];
        const features = base.predict(x) as Tensor;
        // float32 sums in another order.
        assert.ok(relativeDifference(features, expected) < 1e-4);
        assert.deepEqual(base.recommended.flow.targetSize, [33, 48]);
        base.dispose();
        tf.dispose([x, expected, features]);
        assert.equal(tf.memory().numTensors, tensors);
      });

  test('gives the output of a layer within', async () => {
    const tensors = tf.memory().numTensors;
    const base = await loadBase(at('small.keras'), { layer: 'joined' });
    const [x, expected] = [np.load(at('x.npy')), np.load(at('joined.npy'))];
    const features = base.predict(x) as Tensor;
    assert.ok(relativeDifference(features, expected) < 1e-4);
    base.dispose();
    tf.dispose([x, expected, features]);
    assert.equal(tf.memory().numTensors, tensors);
    await rejects('small.keras', /`layer`.*found "block9"/, { layer: 'block9' });
  });

  test('reads the axis of a batch norm as Keras 2 writes it', async () => {
    const { layers, attributes } = await readH5(at('small.h5'));
    const config = attributes.model_config!;
    const old = config.replace(/"axis": (-1|3)(, "momentum")/, '"axis": [3]$2');
    assert.notEqual(old, config);
    await writeH5(at('old.h5'), { layers, attributes: { ...attributes, model_config: old } });
    const base = await loadBase(at('old.h5'));
    const features = base.predict(np.load(at('x.npy'))) as Tensor;
    assert.ok(relativeDifference(features, np.load(at('small.npy'))) < 1e-4);
    base.dispose();
  });

  test('refuses what is no base, and says why', async () => {
    await rejects('normalized.keras', /the class UnitNormalization/);
    await rejects('two.keras', /one input .* found inputs \[any, 4\] and \[any, 4\]/);
    await rejects('grey.keras', /found inputs \[any, any, any, 1\]/);
    await rejects('small.keras', /`targetSize`.*found \[150, 150\]/, { targetSize: [150, 150] });
  });
});

describe('loadBase() with a model of TensorFlow.js', () => {
  let model: LayersModel;
  before(async () => {
    model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [null, null, 3], name: 'conv' }),
        tf.layers.globalAveragePooling2d({ name: 'pool' } as never),
      ],
    });
    await model.save(
      tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
        const weights = Buffer.from(weightData as ArrayBuffer);
        fs.writeFileSync(at('a.bin'), weights.subarray(0, 100));
        fs.writeFileSync(at('b.bin'), weights.subarray(100));
        const weightsManifest = [{ paths: ['a.bin', 'b.bin'], weights: weightSpecs }];
        fs.writeFileSync(at('model.json'), JSON.stringify({ modelTopology, weightsManifest }));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
  });

  test('has its features, and passes its preprocessing on to the photos', async () => {
    const halved = namePreprocessing('halved', <T extends Tensor>(x: T): T => x.mul(0.5) as T);
    const base = await loadBase(at('model.json'), {
      ...{ rescale: 1 / 255, preprocessingFunction: halved, targetSize: [64, 48] },
      ...{ interpolation: 'bicubic', crop: 'center' },
    });
    const { generator, flow } = base.recommended;
    fs.mkdirSync(at('photos/cats'), { recursive: true });
    fs.copyFileSync(fromProject('data/sample/train/cat.0.jpg'), at('photos/cats/0.jpg'));
    const photos = () =>
      new ImageDataGenerator(generator).flowFromDirectory(at('photos'), {
        ...{ ...flow, classMode: null, shuffle: false, verbose: 0 },
      });
    const features = await predictGenerator(base, photos());
    for await (const { x } of photos()) {
      assert.deepEqual(x.shape.slice(1), [64, 48, 3]);
      const brightest = x.max().dataSync()[0]!;
      assert.ok(brightest > 0.3 && brightest <= 0.5, String(brightest));
      assert.ok(relativeDifference(features, model.predict(x) as Tensor) < 1e-5);
    }
    base.dispose();
  });

  test('names what is missing or of another kind', async () => {
    const json = JSON.parse(fs.readFileSync(at('model.json'), 'utf8'));
    const write = (name: string, content: object | string) =>
      fs.writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
    write('graph.json', { ...json, format: 'graph-model' });
    write('torn.json', '{');
    write('alone.json', { ...json, weightsManifest: [{ ...json.weightsManifest[0], paths: ['c.bin'] }] });
    write('short.json', { ...json, weightsManifest: [{ ...json.weightsManifest[0], paths: ['a.bin'] }] });
    await rejects('graph.json', /a graph model/);
    await rejects('torn.json', /no JSON/);
    await rejects('alone.json', /no c\.bin beside it/);
    await rejects('short.json', /TensorFlow\.js refuses/);
    await rejects('none.keras', /no such file/, {});
    await rejects('model.json', /`targetSize` .* found undefined/);
    await rejects('model.json', /`preprocessingFunction`.*without a name/, {
      preprocessingFunction: (x: Tensor) => x,
    });
  });
});
