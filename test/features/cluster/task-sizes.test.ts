import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TaskSizes } from '../../../src/features/cluster/task-sizes';

describe('TaskSizes', () => {
  test('begins with four batches, and then has tasks of half a minute in whole batches', () => {
    const sizes = new TaskSizes(16);
    assert.equal(sizes.next({ left: 1e6, workers: 2 }), 64);
    assert.equal(sizes.expected(100), undefined);
    sizes.measured({ photos: 64, seconds: 0.64 });
    // 10 ms a photo: 3,000 in 30 s, which is 187.5 batches.
    assert.equal(sizes.next({ left: 1e6, workers: 2 }), 188 * 16);
    assert.equal(sizes.expected(1000), 10);
  });

  test('follows a machine that becomes slower', () => {
    const sizes = new TaskSizes(10);
    for (let i = 0; i < 20; i++) sizes.measured({ photos: 100, seconds: 1 });
    for (let i = 0; i < 20; i++) sizes.measured({ photos: 100, seconds: 10 });
    assert(Math.abs(sizes.next({ left: 1e6, workers: 1 }) - 300) <= 10);
  });

  test('has smaller tasks at the end, so that no worker waits long for the last one', () => {
    const sizes = new TaskSizes(16);
    sizes.measured({ photos: 64, seconds: 0.64 });
    assert.equal(sizes.next({ left: 6400, workers: 2 }), 1600);
    assert.equal(sizes.next({ left: 6400, workers: 0 }), 3008);
    // 2 s at least, as far as there are photos.
    assert.equal(sizes.next({ left: 640, workers: 8 }), 208);
    assert.equal(sizes.next({ left: 5, workers: 8 }), 5);
  });

  test('learns nothing from a task smaller than a batch', () => {
    const sizes = new TaskSizes(16);
    sizes.measured({ photos: 3, seconds: 3 });
    sizes.measured({ photos: 64, seconds: 0 });
    assert.equal(sizes.expected(1), undefined);
  });
});
