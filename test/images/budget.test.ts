import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Budget } from '../../src/images/budget';

test('Budget never gives out more than there is, and lets everything run in the end', async () => {
  const budget = new Budget(10);
  let [used, most, done] = [0, 0, 0];
  const amounts = [3, 7, 4, 1, 10, 2, 8, 5, 50, 1];
  await Promise.all(
    amounts.map((amount) =>
      budget.run(amount, async () => {
        used += Math.min(amount, 10);
        most = Math.max(most, used);
        await sleep(1);
        used -= Math.min(amount, 10);
        done++;
      }),
    ),
  );
  assert.deepEqual([used, most, done], [0, 10, amounts.length]);
});

test('Budget starts in the order of the calls, so that large work is not put off for ever', async () => {
  const budget = new Budget(10);
  const order: number[] = [];
  const started = (n: number, amount: number) =>
    budget.run(amount, async () => {
      order.push(n);
      await sleep(1);
    });
  await Promise.all([started(1, 6), started(2, 10), started(3, 1), started(4, 1)]);
  assert.deepEqual(order, [1, 2, 3, 4]);
});

test('Budget gives back what failed work took', async () => {
  const budget = new Budget(1);
  await assert.rejects(
    budget.run(1, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await budget.alone(async () => 'free'), 'free');
});
