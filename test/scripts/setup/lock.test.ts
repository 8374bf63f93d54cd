import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { newToken } from '../../../src/files/owner.cjs';
import { needs } from '../../fixtures/skip';
import { type Context, projectRoot, script, withProject, write } from '../project';

const lockModule = path.join(projectRoot, 'scripts', 'setup', 'lock.mjs');

/** Lines for another process: takes the lock of the project, says so, and then runs `inside`. */
function holding({ cache }: Context, inside: string): string {
  return `
    const { withLock } = await import(${JSON.stringify(lockModule)});
    const log = () => {};
    await withLock({ cache: ${JSON.stringify(cache)}, log }, async () => { console.log('inside'); ${inside} }, { poll: 5 });
  `;
}
const forever = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';

function start(code: string, command = process.execPath, args: string[] = []): ChildProcess {
  const node = ['--input-type=module', '-e', code];
  return spawn(command, [...args, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Makes a claim look as if nobody had renewed it for two minutes. */
function age(claim: string): void {
  const then = new Date(Date.now() - 120_000);
  fs.utimesSync(claim, then, then);
}

function claimsIn({ cache }: Context): string[] {
  return fs.readdirSync(path.join(cache, 'claims')).map((name) => path.join(cache, 'claims', name));
}

const quick = { wait: 60, poll: 10 };

describe('withLock()', () => {
  test('lets one set-up work at a time', async () => {
    const { withLock } = await script('setup/lock.mjs');
    await withProject(async (context, lines) => {
      let [inside, most] = [0, 0];
      const work = async () => {
        inside++;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 30));
        inside--;
      };
      await Promise.all([1, 2, 3].map(() => withLock(context, work, { poll: 5 })));
      assert.equal(most, 1);
      assert.match(
        lines[0] ?? '',
        new RegExp(`waiting for the one that runs already \\(process ${process.pid}\\)`),
      );
      assert.deepEqual(claimsIn(context), []);
    });
  });

  test('keeps off a living set-up, and takes over at once from one that was killed', async (t) => {
    const { withLock } = await script('setup/lock.mjs');
    if (!needs(t, fs.existsSync('/proc/self/stat'), 'only Linux tells for certain that a process is gone'))
      return;
    await withProject(async (context) => {
      const other = start(holding(context, forever));
      await once(other.stdout!, 'data');
      await assert.rejects(
        withLock(context, async () => 'worked', quick),
        /Another set-up \(process \d+\) has held .*claims.* Wait for it to end/,
      );
      // Its number counts, not when it last renewed its claim: it may have been asleep.
      for (const claim of claimsIn(context)) age(claim);
      await assert.rejects(
        withLock(context, async () => 'worked', quick),
        /Another set-up/,
      );
      other.kill('SIGKILL');
      await once(other, 'exit');
      assert.equal(await withLock(context, async () => 'worked', quick), 'worked');
    });
  });

  test('keeps off a number that another process has got since, only while its claim is renewed', async () => {
    const { withLock } = await script('setup/lock.mjs');
    await withProject(async (context) => {
      const [machine, pid, started, random] = newToken().split('-');
      if (started !== '0') {
        write(context.root, `.cache/claims/${[machine, pid, '1', random].join('-')}`, '');
        assert.equal(await withLock(context, async () => 'worked', quick), 'worked');
      }
      // Of another computer or another boot, or of an earlier version: nobody can know.
      const other = machine!.replace(/./g, (digit) => (digit === '0' ? '1' : '0'));
      for (const name of [[other, pid, started, random].join('-'), 'a-claim-of-an-earlier-version']) {
        const claim = write(context.root, `.cache/claims/${name}`, '');
        await assert.rejects(
          withLock(context, async () => 'worked', quick),
          /Another set-up/,
        );
        age(claim);
        assert.equal(await withLock(context, async () => 'worked', quick), 'worked');
        assert.deepEqual(claimsIn(context), []);
      }
    });
  });

  test('keeps off a set-up in another PID namespace, whether or not that has a /proc of its own', async (t) => {
    const { withLock } = await script('setup/lock.mjs');
    const isPossible = spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status === 0;
    if (!needs(t, isPossible, 'no PID namespace can be made here (unshare)')) return;
    for (const flags of [['--mount-proc'], []])
      await withProject(async (context) => {
        const args = ['-p', '-f', '--kill-child', ...flags, process.execPath];
        const other = start(holding(context, forever), 'unshare', args);
        await once(other.stdout!, 'data');
        await assert.rejects(
          withLock(context, async () => 'worked', quick),
          /Another set-up/,
        );
        other.kill('SIGKILL');
        await once(other, 'exit');
        for (const claim of claimsIn(context)) age(claim);
        assert.equal(await withLock(context, async () => 'worked', quick), 'worked');
      });
  });

  test('gives the lock back when the work fails', async () => {
    const { withLock } = await script('setup/lock.mjs');
    await withProject(async (context) => {
      const work = async () => {
        throw new Error('no network');
      };
      await assert.rejects(withLock(context, work), /no network/);
      assert.deepEqual(claimsIn(context), []);
    });
  });

  test('never lets two in, while some of those who want it are killed', async () => {
    await withProject(async (context) => {
      const mark = path.join(context.root, 'mark');
      // Whoever is inside finds its own mark still there after a while; one in ten is killed inside.
      const inside = `
        const fs = await import('node:fs');
        fs.writeFileSync(${JSON.stringify(mark)}, String(process.pid));
        await new Promise((resolve) => setTimeout(resolve, 3));
        if (fs.readFileSync(${JSON.stringify(mark)}, 'utf8') !== String(process.pid)) console.log('two');
        if (Math.random() < 0.1) process.kill(process.pid, 'SIGKILL');`;
      const code = `for (let round = 0; round < 20; round++) { ${holding(context, inside)} }`;
      let printed = '';
      const run = async () => {
        for (let i = 0; i < 3; i++) {
          const child = start(code);
          child.stdout!.setEncoding('utf8').on('data', (text: string) => {
            printed += text;
          });
          await once(child, 'close');
        }
      };
      await Promise.all([1, 2, 3, 4].map(run));
      assert(printed.split('inside').length > 20, printed);
      assert.doesNotMatch(printed, /two/);
    });
  });
});
