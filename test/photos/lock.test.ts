import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../src/photos/lock';
import { put, temporaryFolder } from './folders';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('lock');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const lockOf = (pid: number, host = os.hostname()) =>
  put(dir, '.little-data-lock.json', JSON.stringify({ pid, host }));
const tryIt = (wait = 0) => withLock(dir, async () => 'done', { wait });

test('withLock() makes the folder, runs the work, and leaves nothing there', async () => {
  const folder = path.join(dir, 'new');
  assert.equal(await withLock(folder, async () => fs.readdirSync(folder).join()), '.little-data-lock.json');
  assert.deepEqual(fs.readdirSync(folder), []);
  await assert.rejects(
    withLock(folder, () => Promise.reject(new Error('failed'))),
    /failed/,
  );
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('withLock() runs one after the other', async () => {
  let inside = 0;
  const work = async () => {
    inside++;
    assert.equal(inside, 1);
    await sleep(5);
    inside--;
  };
  await Promise.all([withLock(dir, work), withLock(dir, work), withLock(dir, work)]);
});

test('withLock() gives up on one that stays at work, and says who it is and what to do', async () => {
  const file = lockOf(process.ppid);
  await assert.rejects(tryIt(), {
    name: 'LittleDataError',
    message:
      `${dir}: expected one run at a time that writes there, found another one at work ` +
      `(process ${process.ppid} on ${os.hostname()}). Wait until it is done, and run this again. If there is none, delete ${file}.`,
  });
  lockOf(1, 'another computer');
  await assert.rejects(tryIt(), /on another computer/);
  put(dir, '.little-data-lock.json', '');
  await assert.rejects(tryIt(), /another one at work\. Wait/);
  assert(fs.existsSync(file));
});

test('withLock() takes over what a killed process left, also one that had this process’s number', async () => {
  lockOf(spawnSync(process.execPath, ['-e', '']).pid);
  assert.equal(await tryIt(1000), 'done');
  lockOf(process.pid);
  assert.equal(await tryIt(1000), 'done');
  const file = put(dir, '.little-data-lock.json', '{"pid"');
  fs.utimesSync(file, 0, 0);
  assert.equal(await tryIt(1000), 'done');
});
