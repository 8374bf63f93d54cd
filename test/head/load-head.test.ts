import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { readH5, writeH5 } from '../../src/formats/h5';
import { buildHead } from '../../src/head/build-head';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { tf } from '../../src/tensorflow';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-load-'));
after(() => fs.rmSync(folder, { recursive: true }));
const file = path.join(folder, 'head.h5');
const newHead = () => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8 });

function withWeight(head: LayersModel, { at, value }: { at: number; value: number }): LayersModel {
  const weights = head.getWeights();
  const values = weights[0]!.dataSync().slice();
  values[at] = value;
  head.setWeights([tf.tensor(values, weights[0]!.shape), ...weights.slice(1)]);
  return head;
}

describe('loadHead()', () => {
  test('damaged bytes are refused', async () => {
    await saveHead(newHead(), file);
    const bytes = fs.readFileSync(file);
    const { layers } = await readH5(file);
    const kernel = Buffer.from(layers[0]!.weights[0]!.data.buffer.slice(0, 64));
    const at = bytes.indexOf(kernel);
    assert(at > 0);
    for (let i = 0; i < 64; i++) bytes[at + i] = i % 4 === 3 ? 0x3f : 7;
    fs.writeFileSync(file, bytes);
    await assert.rejects(loadHead(file), { name: 'LittleDataError', message: /head\.h5.*other weights/ });
  });

  test('a structure that was changed is refused', async () => {
    await saveHead(newHead(), file);
    const { layers, attributes } = await readH5(file);
    const model_config = attributes.model_config!.replace('"relu"', '"tanh"');
    assert.notEqual(model_config, attributes.model_config);
    await writeH5(file, { layers, attributes: { ...attributes, model_config } });
    await assert.rejects(loadHead(file), /head\.h5.*other weights/);
    await writeH5(file, { layers, attributes: { model_config: '{' } });
    await assert.rejects(loadHead(file), /head\.h5.*not JSON/);
    for (const wrong of ['null', '[]', '{"class_name": "Sequential"}', '{"class_name": "X", "config": {}}']) {
      await writeH5(file, { layers, attributes: { model_config: wrong } });
      await assert.rejects(loadHead(file), { name: 'LittleDataError', message: /head\.h5/ }, wrong);
    }
  });

  test('a weight that is not finite is refused when saving and when loading', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const head = withWeight(newHead(), { at: 9, value });
      await assert.rejects(saveHead(head, path.join(folder, 'no.h5')), /"dense".*\[1, 1\]/);
      assert(!fs.existsSync(path.join(folder, 'no.h5')));
      await saveHead(newHead(), file);
      const { layers, attributes } = await readH5(file);
      layers[0]!.weights[0]!.data[9] = value;
      const { model_config } = attributes;
      await writeH5(file, { layers, attributes: { model_config: model_config! } });
      await assert.rejects(loadHead(file), new RegExp(`${value} in the layer "dense".*\\[1, 1\\]`));
    }
  });

  test('weights only need the model that they belong to, and the message shows how to build it', async () => {
    const head = newHead();
    await saveHead(head, file);
    const { layers } = await readH5(file);
    await writeH5(file, { layers, attributes: {} });
    await assert.rejects(
      loadHead(file),
      /weights only.*buildHead\(\{ inputShape: \[16\], units: 8, classes: 2/,
    );
    const model = buildHead({ inputShape: [2, 2, 4], seed: 2, units: 8 });
    assert.equal(await loadHead(file, { model }), model);
    const x = tf.randomNormal([3, 2, 2, 4], 0, 1, 'float32', 1);
    const [wanted, found] = [head, model].map((one) => (one.predict(x) as typeof x).dataSync());
    assert.deepEqual(found, wanted);
  });

  test('weights of another model leave the given one unchanged', async () => {
    await saveHead(buildHead({ inputShape: [2, 2, 4], seed: 1, units: 7 }), file);
    const model = newHead();
    const before = model.getWeights().map((weight) => weight.dataSync());
    await assert.rejects(loadHead(file, { model }), /dense \[16, 8\].*found dense \[16, 7\]/);
    assert.deepEqual(
      model.getWeights().map((weight) => weight.dataSync()),
      before,
    );
  });
});
