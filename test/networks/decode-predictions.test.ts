import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { decodePredictions } from '../../src/networks/decode-predictions';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(tensorflowReady);

/** From the documentation of Keras' `decode_predictions` and from other networks' lists: some labels and their classes. */
const known = {
  0: ['n01440764', 'tench'],
  207: ['n02099601', 'golden_retriever'],
  281: ['n02123045', 'tabby'],
  285: ['n02124075', 'Egyptian_cat'],
  386: ['n02504458', 'African_elephant'],
  999: ['n15075141', 'toilet_tissue'],
} as const;

describe('decodePredictions()', () => {
  test('gives the most probable classes of each photo, the most probable first', () => {
    const labels = Object.keys(known).map(Number);
    const rows = tf.tidy(() =>
      tf
        .oneHot(tf.tensor1d([...labels, 0], 'int32'), 1000)
        .mul(0.75)
        .add(0.125),
    );
    const decoded = decodePredictions(rows, { top: 2 });
    assert.equal(decoded.length, labels.length + 1);
    for (const [row, label] of labels.entries()) {
      const [first, second, ...more] = decoded[row]!;
      const [wordnetId, className] = known[label as keyof typeof known];
      assert.deepEqual(first, { wordnetId, className, probability: 0.875 });
      assert.equal(second!.probability, 0.125);
      assert.equal(more.length, 0);
    }
    rows.dispose();
  });

  test('knows a thousand classes, each with a number of its own', () => {
    const rows = tf.zeros([1, 1000]);
    const [all] = decodePredictions(rows, { top: 1000 });
    assert.equal(new Set(all!.map(({ wordnetId }) => wordnetId)).size, 1000);
    assert.ok(all!.every(({ className }) => /^[\w'.-]+$/.test(className)));
    rows.dispose();
  });

  test('refuses what are no probabilities of ImageNet, and options that are none', () => {
    const rows = tf.zeros([1, 2]);
    assert.throws(() => decodePredictions(rows), /`predictions`.*\[n, 1000\].*\[1, 2\]/s);
    assert.throws(() => decodePredictions('x' as never), /`predictions`/);
    const whole = tf.zeros([1, 1000]);
    assert.throws(() => decodePredictions(whole, { top: 0 }), /`top`/);
    tf.dispose([rows, whole]);
  });
});
