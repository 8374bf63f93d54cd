import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readRow, rowPath, writeRow } from '../../../src/features/store/row-file';
import { storePath } from '../../../src/features/store/store-folder';
import { projectRoot } from '../../run-node';
import { temporary } from '../tiny';
import { keyOf, rowOf } from './rows';

/** `LITTLE_DATA_KILLS` writers are killed. */
const kills = Number(process.env.LITTLE_DATA_KILLS ?? 12);

let place: ReturnType<typeof temporary>;
beforeEach(() => {
  place = temporary();
});
afterEach(() => place.remove());

test('readRow() gives what writeRow() wrote, and nothing for a row of another key', async () => {
  assert.equal(readRow(keyOf(1)), undefined);
  assert.equal(await writeRow(keyOf(1), rowOf(1)), 16 + 4 * 8192);
  assert.deepEqual(readRow(keyOf(1)), rowOf(1));
  fs.mkdirSync(path.dirname(rowPath(keyOf(2))), { recursive: true });
  fs.copyFileSync(rowPath(keyOf(1)), rowPath(keyOf(2)));
  assert.equal(readRow(keyOf(2)), undefined);
});

test(`a store that is shared by two mounts of one folder has no torn row after ${kills} kills of its writers`, async (context) => {
  const first = path.join(place.dir, 'first');
  const second = otherWayTo(first, path.join(place.dir, 'second'));
  context.diagnostic(`the second way is a ${second.kind}`);
  try {
    process.env.LITTLE_DATA_DIR = first;
    let killed = 0;
    while (killed < kills) {
      // Both write the same rows.
      const writers = [first, second.path].map((data) => writer(data, { from: 8 * killed }));
      await Promise.all(writers.map((child) => once(child.stdout!, 'data')));
      const late = performance.now() + 60 * Math.random();
      while (performance.now() < late) {
        checkRows();
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const child of writers) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        killed++;
      }
      checkRows();
    }
    process.env.LITTLE_DATA_DIR = second.path;
    assert(checkRows() >= 8);
  } finally {
    second.remove();
  }
});

/** Each row that has its name is whole. Returns how many there are. */
function checkRows(): number {
  const folder = path.join(storePath(), 'rows');
  const keys = fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => path.basename(name))
        .filter((name) => /^[0-9a-f]{64}$/.test(name))
    : [];
  for (const key of keys) {
    const row = readRow(key);
    assert(row, `the row ${key} is torn`);
    assert.deepEqual(row, rowOf(row[0]!));
  }
  return keys.length;
}

function writer(data: string, { from }: { from: number }): ChildProcess {
  const child = path.join(__dirname, 'store-child.ts');
  return spawn(process.execPath, ['--import', 'tsx', child, String(from), '100000'], {
    cwd: projectRoot,
    env: { ...process.env, LITTLE_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** A second path of a folder: another mount of it, or a link where mounts are not allowed. */
function otherWayTo(folder: string, wanted: string) {
  fs.mkdirSync(folder);
  fs.mkdirSync(wanted);
  try {
    execFileSync('mount', ['--bind', folder, wanted], { stdio: 'ignore' });
    return { path: wanted, kind: 'mount', remove: () => execFileSync('umount', ['--lazy', wanted]) };
  } catch {
    fs.rmdirSync(wanted);
    fs.symlinkSync(folder, wanted);
    return { path: wanted, kind: 'link', remove: () => fs.rmSync(wanted) };
  }
}
