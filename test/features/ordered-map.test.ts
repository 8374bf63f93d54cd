import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderedMap } from '../../src/features/ordered-map';

const later = () => new Promise((resolve) => setImmediate(resolve));

test('orderedMap() gives results in the order of the items, never more than its limit ahead', async () => {
  let begun = 0;
  let taken = 0;
  let most = 0;
  const work = async (n: number) => {
    begun++;
    most = Math.max(most, begun - taken);
    for (let i = 0; i < (n * 7) % 5; i++) await later();
    return n * 10;
  };
  const results: number[] = [];
  for await (const result of orderedMap([0, 1, 2, 3, 4, 5, 6, 7, 8], { limit: 3, work })) {
    taken++;
    results.push(result);
    await later();
  }
  assert.deepEqual(results, [0, 10, 20, 30, 40, 50, 60, 70, 80]);
  assert.equal(most, 3);
});

test('orderedMap() gives a result once as many after it are there too as are to be ready', async () => {
  const done = new Set<number>();
  const work = async (n: number) => {
    for (let i = 0; i < 3 + n; i++) await later();
    done.add(n);
    return n;
  };
  for await (const n of orderedMap([0, 1, 2, 3, 4], { limit: 4, ready: 2, work }))
    for (const after of [n, n + 1, n + 2]) assert.ok(done.has(after) || after > 4, `${after} after ${n}`);
});

test('orderedMap() throws the first error where its result would be, and leaves no other unhandled', async () => {
  const work = async (n: number) => {
    if (n > 1) throw new Error(`item ${n}`);
    return n;
  };
  const results: number[] = [];
  await assert.rejects(async () => {
    for await (const result of orderedMap([0, 1, 2, 3, 4], { limit: 4, work })) results.push(result);
  }, /item 2/);
  assert.deepEqual(results, [0, 1]);
  await later();
});

test('orderedMap() of nothing is nothing', async () => {
  for await (const _ of orderedMap([], { limit: 2, work: async () => 1 })) assert.fail();
});
