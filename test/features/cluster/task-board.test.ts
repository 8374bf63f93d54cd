import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Task, TaskBoard } from '../../../src/features/cluster/task-board';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** All tasks of a board of `photos` photos, in batches of 4, as they are given out to two workers at time 0. */
function board(photos: number): { board: TaskBoard; tasks: Task[] } {
  const made = new TaskBoard(range(photos), { batchSize: 4 });
  const tasks: Task[] = [];
  for (let task = made.next({ workers: 2, at: 0 }); task; task = made.next({ workers: 2, at: 0 }))
    tasks.push(task);
  return { board: made, tasks };
}

describe('TaskBoard', () => {
  test('has each photo in one task, in order, and is done when all are', () => {
    const { board: tasks, tasks: all } = board(40);
    assert.deepEqual(
      all.flatMap(({ places }) => places),
      range(40),
    );
    assert.equal(tasks.given, 3);
    for (const [i, { id }] of all.entries()) {
      assert.equal(tasks.isDone, false);
      assert.equal(tasks.finish(id, { at: 1000 })?.id, all[i]!.id);
    }
    assert.equal(tasks.isDone, true);
    assert.equal(tasks.done, 40);
  });

  test('counts the photos of which workers tell', () => {
    const { board: tasks, tasks: all } = board(40);
    tasks.heardOf(all[0]!.id, { at: 10, worker: 'a' });
    tasks.heardOf(all[0]!.id, { at: 20, done: 8 });
    assert.equal(tasks.done, 8);
    tasks.finish(all[0]!.id, { at: 30 });
    assert.equal(tasks.done, 16);
    // Late words of a task that is done.
    tasks.heardOf(all[0]!.id, { at: 40, done: 3 });
    assert.equal(tasks.done, 16);
  });

  test('takes the first result of a task, and no other', () => {
    const { board: tasks, tasks: all } = board(8);
    assert(tasks.finish(all[0]!.id, { at: 1 }));
    assert.equal(tasks.finish(all[0]!.id, { at: 2 }), undefined);
    assert.equal(tasks.done, 8);
  });

  test('puts photos back, in their order and before the others', () => {
    const { board: tasks, tasks: all } = board(40);
    tasks.putBack(all[1]!.id);
    tasks.putBack(all[1]!.id);
    assert.deepEqual(tasks.next({ workers: 1, at: 0 })?.places, all[1]!.places);
    tasks.putAllBack();
    assert.equal(tasks.given, 0);
    const again = new Set<number>();
    for (let task = tasks.next({ workers: 2, at: 0 }); task; task = tasks.next({ workers: 2, at: 0 }))
      for (const place of task.places) again.add(place);
    assert.equal(again.size, 40);
  });

  test('gives the task of a silent worker to another one, once', () => {
    const { board: tasks, tasks: all } = board(40);
    for (const [i, { id }] of all.entries()) tasks.heardOf(id, { at: 0, worker: `w${i}` });
    for (const { id } of [all[0]!, all[2]!]) tasks.heardOf(id, { at: 50_000, done: 4 });
    assert.deepEqual(tasks.overdue({ at: 60_000 }).tasks, []);
    const { tasks: late, avoid } = tasks.overdue({ at: 60_001 });
    assert.deepEqual([late.map(({ id }) => id), avoid], [[all[1]!.id], ['w1']]);
    assert.equal(late[0]!.tries, 2);
    assert.deepEqual(tasks.overdue({ at: 61_000 }).tasks, []);
  });

  test('waits longer for workers whose batches take long, and longest before any was measured', () => {
    const { board: tasks, tasks: all } = board(40);
    for (const { id } of all) tasks.heardOf(id, { at: 0, worker: 'w' });
    assert.deepEqual(tasks.overdue({ at: 59_000 }).tasks, []);
    // 2 s a photo, 8 s a batch: 160 s.
    tasks.finish(all[0]!.id, { at: 32_000 });
    assert.deepEqual(tasks.overdue({ at: 159_000 }).tasks, []);
    assert.equal(tasks.overdue({ at: 161_000 }).tasks.length, 2);
  });

  test('gives a task to another worker too where its own goes on, but takes five times as long as it should', () => {
    const { board: tasks, tasks: all } = board(40);
    for (const { id } of all) tasks.heardOf(id, { at: 0, worker: 'w' });
    tasks.finish(all[0]!.id, { at: 160 });
    tasks.finish(all[2]!.id, { at: 200 });
    for (let at = 0; at <= 30_000; at += 1000) tasks.heardOf(all[1]!.id, { at, done: 4 });
    assert.deepEqual(
      tasks.overdue({ at: 30_000 }).tasks.map(({ id }) => id),
      [all[1]!.id],
    );
  });

  test('gives out again what has not begun, once no worker says anything', () => {
    const { board: tasks, tasks: all } = board(40);
    tasks.heardOf(all[0]!.id, { at: 0, worker: 'w' });
    tasks.finish(all[0]!.id, { at: 160 });
    tasks.heardOf(all[1]!.id, { at: 20_840, worker: 'w' });
    assert.deepEqual(tasks.overdue({ at: 21_000 }).tasks, [], 'it waits behind the other one');
    tasks.finish(all[1]!.id, { at: 21_000 });
    assert.deepEqual(
      tasks.overdue({ at: 21_001 }).tasks.map(({ id }) => id),
      [all[2]!.id],
    );
  });

  test('tries a task that failed once more, unless another try is under way', () => {
    const { board: tasks, tasks: all } = board(40);
    const [first, second] = all as [Task, Task];
    assert.equal(tasks.fail(first.id), 'again');
    assert.equal(tasks.task(first.id)?.tries, 2);
    assert.equal(tasks.fail(first.id), 'over');
    tasks.heardOf(second.id, { at: 0, worker: 'w' });
    assert.equal(tasks.overdue({ at: 61_000 }).tasks.includes(second), true);
    assert.equal(tasks.fail(second.id), 'waits');
    assert.equal(tasks.fail(second.id), 'over');
    assert.equal(tasks.fail('task-99'), 'waits');
  });
});
