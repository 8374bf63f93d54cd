import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { isRunning, newToken, pidOf, tokenForm } from '../../src/files/owner.cjs';
import { namespaces, needsNamespaces, needsProc, start, until } from './namespaces';

const sayToken =
  "console.log(require('./src/files/owner.cjs').newToken()); setInterval(() => undefined, 1e6);";

/** A process that lives until the test ends or kills it, and what it said: a token of it. */
async function living(context: TestContext, command: readonly string[] = [], script = sayToken) {
  const { child, kill } = start(context, { words: ['-e', script], command });
  const [text] = await once(child.stdout!, 'data');
  return { child, kill, token: String(text).trim() };
}

test('newToken() gives another name each time, of the form that it says', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  assert.equal(new Set(tokens).size, 100);
  for (const token of tokens) {
    assert.match(token, new RegExp(`^${tokenForm}$`));
    assert.equal(pidOf(token), process.pid);
    assert.equal(isRunning(token), true);
  }
});

describe('isRunning()', () => {
  test('tells of a process whether it runs, is stopped or has ended', async (context) => {
    if (!needsProc(context)) return;
    const { child, kill, token } = await living(context);
    assert.equal(isRunning(token), true);
    process.kill(child.pid!, 'SIGSTOP');
    assert.equal(isRunning(token), true);
    await kill();
    assert.equal(isRunning(token), false);
  });

  test('is not misled by a number that another process has now', (context) => {
    if (!needsProc(context)) return;
    const [machine, , start, random] = newToken().split('-');
    for (const pid of [process.pid, process.ppid])
      assert.equal(isRunning([machine, pid, Number(start) + 1, random].join('-')), false);
  });

  test('knows a killed process that its parent has not noticed', async (context) => {
    if (!needsProc(context)) return;
    // `sleep` doesn't ask how its children ended.
    const { token } = await living(context, ['sh', '-c', '"$@" & exec sleep 1000', 'sh']);
    process.kill(pidOf(token), 'SIGKILL');
    const state = () => fs.readFileSync(`/proc/${pidOf(token)}/stat`, 'utf8').split(') ')[1]![0];
    await until(() => isRunning(token) === false);
    assert.equal(state(), 'Z');
  });

  for (const [name, command] of Object.entries(namespaces))
    test(`does not judge a process of another namespace ${name}`, async (context) => {
      if (!needsNamespaces(context)) return;
      const inside = await living(context, command);
      assert.equal(isRunning(inside.token), undefined);
      const judge = `console.log(require('./src/files/owner.cjs').isRunning('${newToken()}')); setInterval(() => undefined, 1e6);`;
      const outside = await living(context, command, judge);
      assert.equal(outside.token, 'undefined');
    });

  test('does not judge a process of a computer that has another name', async (context) => {
    if (!needsNamespaces(context)) return;
    const { token } = await living(context, [
      'unshare',
      '--uts',
      'sh',
      '-c',
      'hostname another-name && exec "$@"',
      'sh',
    ]);
    assert.equal(isRunning(token), undefined);
  });

  test('does not judge a process that was told another name of the computer', async (context) => {
    if (!needsProc(context)) return;
    const rename = "require('node:os').hostname = () => 'another-name';";
    const { token } = await living(context, [], `${rename} ${sayToken}`);
    assert.equal(isRunning(token), undefined);
  });

  test('does not judge a process of another computer that has its number and start', () => {
    const [machine, ...rest] = newToken().split('-');
    const other = [machine!.replace(/./g, (digit) => (digit === '0' ? '1' : '0')), ...rest].join('-');
    assert.equal(isRunning(other), undefined);
  });
});
