import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyHistory, epochLine, record } from '../../src/head/history';

const logs = { loss: 0.43119, acc: 0.82149, val_loss: 0.3, val_acc: 0.875 };

describe('emptyHistory() and record()', () => {
  test("give Keras' history: a list a name, the epochs beside it", () => {
    const history = emptyHistory({ params: { epochs: 2 }, validation: true });
    record(history, logs);
    record(history, { ...logs, loss: 0.2 });
    assert.deepEqual(history.epoch, [0, 1]);
    assert.deepEqual(history.history, {
      loss: [0.43119, 0.2],
      acc: [0.82149, 0.82149],
      val_loss: [0.3, 0.3],
      val_acc: [0.875, 0.875],
    });
    assert.deepEqual(Object.keys(history.history), ['loss', 'acc', 'val_loss', 'val_acc']);
    assert.deepEqual(history.params, { epochs: 2 });
  });

  test("answer to Keras' newer names too, without a fifth column", () => {
    const history = emptyHistory({ params: {}, validation: true });
    record(history, logs);
    assert.deepEqual(history.history.accuracy, [0.82149]);
    assert.deepEqual(history.history.val_accuracy, [0.875]);
    assert.equal(JSON.stringify(history.history).includes('accuracy'), false);
  });

  test('have no validation columns without validation data', () => {
    const history = emptyHistory({ params: {}, validation: false });
    record(history, { loss: 1, acc: 0.5 });
    assert.deepEqual(Object.keys(history.history), ['loss', 'acc']);
    assert.equal(history.history.val_accuracy, undefined);
  });
});

test('epochLine() is a line as Keras prints it', () => {
  assert.equal(
    epochLine(logs, { epoch: 3, epochs: 50, seconds: 2.4 }),
    'Epoch  3/50 - 2s - loss: 0.4312 - acc: 0.8215 - val_loss: 0.3000 - val_acc: 0.8750',
  );
  assert.equal(
    epochLine({ loss: 1, acc: 1 }, { epoch: 1, epochs: 1, seconds: 0.0124 }),
    'Epoch 1/1 - 12ms - loss: 1.0000 - acc: 1.0000',
  );
});
