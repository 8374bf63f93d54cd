import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyHistory } from '../../../src/head/history';
import {
  anyPaused,
  type PausedRun,
  pauseRun,
  runKey,
  takePaused,
} from '../../../src/head/training/paused-run';

const run = (epoch: number): PausedRun => ({
  epoch,
  step: 0,
  loss: 0,
  correct: 0,
  history: emptyHistory({ params: {}, validation: false }),
  state: { weights: [], moments: [] },
  initial: [],
  best: undefined,
  earlier: undefined,
});

describe('pauseRun() and takePaused()', () => {
  test('give a run back once', () => {
    assert.equal(anyPaused(), false);
    pauseRun(['a', 'other'], run(3));
    assert.equal(anyPaused(), true);
    assert.equal(takePaused('b'), undefined);
    assert.equal(takePaused('a')!.epoch, 3);
    assert.equal(takePaused('a'), undefined);
    assert.equal(takePaused('other'), undefined);
    assert.equal(anyPaused(), false);
  });

  test('keep the last four', () => {
    for (const [epoch, key] of ['a', 'b', 'c', 'd', 'e'].entries()) pauseRun([key], run(epoch));
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e'].map((key) => takePaused(key)?.epoch),
      [undefined, 1, 2, 3, 4],
    );
  });
});

test('runKey() depends on every number and setting', () => {
  const settings = { seed: 1 };
  const key = runKey([settings, Float32Array.of(1, 2)]);
  assert.equal(runKey([{ seed: 1 }, Float32Array.of(1, 2)]), key);
  assert.notEqual(runKey([{ seed: 2 }, Float32Array.of(1, 2)]), key);
  assert.notEqual(runKey([settings, Float32Array.of(1, 2.000001)]), key);
  // A part of a larger buffer counts with its own bytes only.
  assert.equal(runKey([settings, Float32Array.of(0, 1, 2, 3).subarray(1, 3)]), key);
});
