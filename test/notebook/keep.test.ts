import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keep } from '../../src/notebook/keep';
import { tf } from '../../src/tensorflow';

const model = () => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });

describe('keep()', () => {
  test('returns its value and frees what the earlier run of a cell made', () => {
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const kept = keep('one', tf.ones([2]));
      assert.deepEqual([...kept.dataSync()], [1, 1]);
      assert.equal(tf.memory().numTensors, before + 1);
    }
    keep('one', undefined);
    assert.equal(tf.memory().numTensors, before);
  });

  test('frees models, arrays and objects of tensors', () => {
    const before = tf.memory().numTensors;
    keep('several', {
      model: model(),
      data: [tf.ones([2]), { labels: tf.zeros([1]) }],
      name: 'x',
      none: null,
    });
    assert.equal(tf.memory().numTensors, before + 4);
    keep('several', null);
    assert.equal(tf.memory().numTensors, before);
  });

  test('leaves alone what is still kept', () => {
    const tensor = tf.ones([2]);
    keep('a', tensor);
    keep('b', [tensor]);
    keep('a', tensor);
    keep('a', null);
    assert.equal(tensor.isDisposed, false);
    keep('b', null);
    assert.equal(tensor.isDisposed, true);
  });

  test('does not mind what was disposed in the meantime', () => {
    const [tensor, network] = [tf.ones([2]), model()];
    keep('gone', { tensor, network });
    tensor.dispose();
    network.dispose();
    keep('gone', null);
  });

  test('takes a value that holds itself', () => {
    const before = tf.memory().numTensors;
    const round: Record<string, unknown> = { tensor: tf.ones([1]) };
    round.self = round;
    keep('round', round);
    keep('round', null);
    assert.equal(tf.memory().numTensors, before);
  });
});
