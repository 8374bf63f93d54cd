import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { clock, progressBar, progressLine } from '../../src/notebook/progress-bar';
import { runNode } from '../run-node';
import { inFakeKernel } from './fake-kernel';

describe('progressLine()', () => {
  const line = (done: number, total: number, more: { seconds?: number; rate?: number; note?: string } = {}) =>
    progressLine(done, total, { seconds: 0, rate: 0, unit: 'photos', ...more });

  test('has the bar, the rate and the time left', () => {
    assert.equal(
      line(1360, 2000, { seconds: 80, rate: 16.9 }),
      `1360/2000 [${'='.repeat(20)}>${'.'.repeat(9)}] - 16.9 photos/s - 0:38 left`,
    );
  });

  test('has no rate where none is known', () => {
    assert.equal(line(0, 50), ` 0/50 [>${'.'.repeat(29)}]`);
  });

  test('ends with the time that it took', () => {
    assert.equal(
      line(50, 50, { seconds: 65, rate: 150.4 }),
      `50/50 [${'='.repeat(30)}] - 1:05 - 150 photos/s`,
    );
    assert.equal(line(0, 0), `0/0 [${'='.repeat(30)}] - 0:00`);
  });

  test('ends with the note', () => {
    assert.match(line(50, 50, { note: 'from the feature store' }), / - from the feature store$/);
  });

  test('has one width for the bar at every count', () => {
    for (let done = 0; done <= 7; done++) assert.match(line(done, 7), /\[[=>.]{30}\]/);
  });
});

test('clock() gives minutes and seconds, and hours where there are any', () => {
  assert.deepEqual([0, 59.4, 59.6, 3599, 3600, 36_061].map(clock), [
    '0:00',
    '0:59',
    '1:00',
    '59:59',
    '1:00:00',
    '10:01:01',
  ]);
});

describe('progressBar()', () => {
  /** Updates a bar at the given times in seconds; returns the lines that were shown. */
  async function shownLines(t: TestContext, total: number, updates: [number, number][]): Promise<string[]> {
    let seconds = 0;
    t.mock.method(performance, 'now', () => seconds * 1000);
    const messages = await inFakeKernel(() => {
      const bar = progressBar(total);
      for (const [at, done] of updates) {
        seconds = at;
        bar.update(done);
      }
    });
    assert.equal(new Set(messages.map((message) => message.transient.display_id)).size, 1);
    return messages.map((message) => String(message.data['text/plain']));
  }

  test('is one output that is updated in place, and not too often', async (t) => {
    const lines = await shownLines(t, 100, [
      [0, 0],
      [0.1, 10],
      [0.5, 20],
      [0.6, 30],
      [0.65, 100],
    ]);
    assert.deepEqual(
      lines.map((line) => line.slice(0, 7)),
      ['  0/100', ' 20/100', '100/100'],
    );
  });

  test('counts the rate from the first update on', async (t) => {
    const lines = await shownLines(t, 64, [
      [2, 16],
      [4, 32],
      [6, 48],
    ]);
    assert.match(lines[2]!, / - 8\.0 photos\/s - 0:02 left$/);
  });

  test('forgets how fast the photos of an earlier run went by', async (t) => {
    const lines = await shownLines(t, 2000, [
      [0, 0],
      [1, 1000],
      [7, 1060],
      [12, 1110],
    ]);
    assert.match(lines[3]!, / - 10\.0 photos\/s - 1:29 left$/);
  });

  test('prints one line at the end where there is neither a notebook nor a terminal', () => {
    const { stdout } = runNode(`
      const bar = require('./src/notebook/progress-bar.ts').progressBar(2);
      for (const done of [0, 1, 2]) bar.update(done, 'note');
    `);
    assert.match(stdout, /^2\/2 \[={30}\] - 0:0\d.* - note\n$/);
  });
});
