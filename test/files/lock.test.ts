import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LockOptions, withLock, withLockBeside } from '../../src/files/lock';
import { newToken } from '../../src/files/owner.cjs';
import { put, temporaryFolder } from '../datasets/folders';
import { runNode } from '../run-node';
import { namespaces, needsNamespaces, needsProc, start, until } from './namespaces';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('lock');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const tryIt = (options: LockOptions = { wait: 0 }) => withLock(dir, async () => 'done', options);
const elsewhere = (number = 1) => `${'0'.repeat(12)}-${number}-1-01234567`;
const claimOf = (token: string, host = os.hostname()) => put(dir, `.little-data-lock.${token}`, host);
const tokenOfEnded = () => runNode("console.log(require('./src/files/owner.cjs').newToken())").stdout.trim();
const child = path.join(__dirname, 'lock-child.ts');

/** Sets the time of change back, as if nobody had renewed a claim for so many seconds. */
function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  fs.utimesSync(file, time, time);
}

describe('withLock()', () => {
  test('makes the folder, runs the work, and leaves nothing there', async () => {
    const folder = path.join(dir, 'new');
    const seen = await withLock(folder, async () => fs.readdirSync(folder));
    assert.deepEqual([seen.length, seen[0]!.startsWith('.little-data-lock.')], [1, true]);
    assert.deepEqual(fs.readdirSync(folder), []);
    await assert.rejects(
      withLock(folder, () => Promise.reject(new Error('failed'))),
      /failed/,
    );
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  test('runs one after the other in one process', async () => {
    let inside = 0;
    const work = async () => {
      assert.equal(++inside, 1);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(dir, work)));
  });

  test('gives up on one that stays at work, and says who it is and what to do', async () => {
    await withLock(dir, async () => {
      await assert.rejects(tryIt(), {
        name: 'LittleDataError',
        message:
          `Another process (process ${process.pid} on ${os.hostname()}) is writing into ${dir}. ` +
          'Wait until it is done, or stop it, then run this again.',
      });
    });
    const file = claimOf(elsewhere(12), 'another-computer');
    await assert.rejects(tryIt({ wait: 0, doing: 'is unpacking' }), (error: Error) => {
      assert.match(error.message, /process 12 on another-computer\) is unpacking .* after a minute\.$/);
      return true;
    });
    fs.writeFileSync(file, '\x1b[31mred');
    await assert.rejects(tryIt(), /\(process 12\)/);
    assert(fs.existsSync(file));
  });

  test('says that it waits, and goes on once the other one is done', async () => {
    const texts: string[] = [];
    const first = withLock(dir, () => sleep(1500));
    assert.equal(await tryIt({ onWait: (text) => texts.push(text) }), 'done');
    await first;
    assert.equal(texts.length, 1);
    assert.match(texts[0]!, /^Another process .* Waiting until it is done\.$/);
  });

  test('stops waiting at the signal and at an interrupt', async () => {
    await withLock(dir, async () => {
      const stop = new AbortController();
      const stopped = assert.rejects(
        tryIt({ wait: Infinity, signal: stop.signal }),
        /^LittleDataError: Stopped/,
      );
      const interrupted = assert.rejects(tryIt({ wait: Infinity }), { name: 'InterruptedError' });
      stop.abort();
      await stopped;
      process.emit('SIGINT');
      await interrupted;
    });
  });

  test('takes over at once what a killed process of this computer left, and only that', async (context) => {
    if (!needsProc(context)) return;
    claimOf(tokenOfEnded());
    const others = ['.little-data-lock.notes', '.little-data-lock.json', 'x', `x.${tokenOfEnded()}`];
    for (const name of others) put(dir, name);
    assert.equal(await tryIt(), 'done');
    assert.deepEqual(fs.readdirSync(dir).sort(), others.sort());
  });

  test('takes over what was not renewed for the time of the lease, by the clock of the file system', async () => {
    const file = claimOf(elsewhere());
    age(file, 50);
    await assert.rejects(tryIt(), /is writing into/);
    age(file, 3600);
    assert.equal(await tryIt({ wait: 0, lease: 800 }), 'done');
    assert.deepEqual(fs.readdirSync(dir), []);
  });

  test('does not take over a claim that is renewed, however old it looks', async () => {
    const file = claimOf(elsewhere());
    age(file, 3600);
    // The clock was set forward by an hour since its process renewed it.
    const timer = setInterval(() => age(file, 3600 - Math.random()), 10);
    try {
      await assert.rejects(tryIt({ wait: 0, lease: 4000 }), /is writing into/);
      assert(fs.existsSync(file));
    } finally {
      clearInterval(timer);
    }
  });

  test('renews its claim while it works', async () => {
    await withLock(
      dir,
      async () => {
        const file = path.join(dir, fs.readdirSync(dir)[0]!);
        const host = fs.readFileSync(file, 'utf8');
        age(file, 3600);
        await until(() => Date.now() - fs.statSync(file).mtimeMs < 60_000);
        assert.equal(fs.readFileSync(file, 'utf8'), host);
      },
      { lease: 600 },
    );
  });

  test('tells its work when the claim was lost, and does not touch the one of who took over', async () => {
    const other = await withLock(dir, async (lock) => {
      lock.check();
      fs.rmSync(path.join(dir, fs.readdirSync(dir)[0]!));
      assert.throws(lock.check, /was suspended, and another process took over/);
      return claimOf(newToken());
    });
    assert(fs.existsSync(other));
  });

  test('lets no two processes in at once, whatever killed ones left', async (context) => {
    if (!needsProc(context)) return;
    const log = path.join(dir, 'log');
    const ended = tokenOfEnded();
    const running = Array.from({ length: 4 }, () => start(context, { words: [child, dir, log, '60'] }).child);
    const stale = setInterval(() => claimOf(ended.replace(/.{8}$/, newToken().slice(-8))), 3);
    const codes = await Promise.all(running.map(async (one) => (await once(one, 'exit'))[0]));
    clearInterval(stale);
    assert.deepEqual(codes, [0, 0, 0, 0]);
    const lines = fs.readFileSync(log, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, 2 * 4 * 60);
    for (let i = 0; i < lines.length; i += 2) {
      const [enter, leave] = [lines[i]!.split(' '), lines[i + 1]!.split(' ')];
      assert.deepEqual([enter[0], leave], ['enter', ['leave', enter[1]]], `line ${i}`);
    }
  });

  for (const [name, command] of Object.entries(namespaces))
    test(`keeps off a process of another namespace ${name} until it is killed`, async (context) => {
      if (!needsNamespaces(context)) return;
      const log = path.join(dir, 'log');
      const { kill } = start(context, { words: [child, dir, log], command });
      await until(() => fs.existsSync(log));
      await assert.rejects(tryIt(), /Another process/);
      await kill('SIGSTOP');
      await assert.rejects(tryIt(), /Another process/);
      const [claim] = fs.readdirSync(dir).filter((file) => file.startsWith('.'));
      assert(claim);
      await kill();
      age(path.join(dir, claim), 3600);
      assert.equal(await tryIt({ wait: 0, lease: 800 }), 'done');
      assert.deepEqual(fs.readdirSync(dir), ['log']);
    });
});

test('withLockBeside() is a lock of its own for each name, whether there is such a file or not', async () => {
  const place = (name: string) => path.join(dir, 'folder', name);
  const tryBeside = (name: string) => withLockBeside(place(name), async () => 'done', { wait: 0 });
  await withLockBeside(place('a'.repeat(255)), async () => {
    assert.equal(await tryBeside('b'), 'done');
    await assert.rejects(tryBeside('a'.repeat(255)), /Another process/);
    await assert.rejects(tryBeside('A'.repeat(255)), /Another process/);
  });
  assert.deepEqual(fs.readdirSync(path.join(dir, 'folder')), []);
});
