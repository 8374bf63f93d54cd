import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LittleDataError } from '../../src/check';
import { breathe, InterruptedError, interruptible } from '../../src/show/interrupt';
import { runNode } from '../run-node';

describe('interruptible()', () => {
  test('returns what the work returns, and listens only while it runs', async () => {
    const before = process.listenerCount('SIGINT');
    const result = await interruptible(async (interrupted) => {
      assert.equal(process.listenerCount('SIGINT'), before + 1);
      await breathe();
      return interrupted();
    });
    assert.equal(result, false);
    assert.equal(process.listenerCount('SIGINT'), before);
  });

  test('stops listening when the work fails', async () => {
    const before = process.listenerCount('SIGINT');
    const failing = interruptible(async () => {
      throw new InterruptedError('stopped');
    });
    await assert.rejects(failing, { name: 'InterruptedError', message: 'stopped' });
    assert.equal(process.listenerCount('SIGINT'), before);
  });

  test('tells the work of a signal, and each piece of work anew', () => {
    const { stdout, stderr, status } = runNode(`
      const { interruptible, breathe } = require('./src/show/interrupt.ts');
      const wait = async (interrupted) => {
        process.kill(process.pid, 'SIGINT');
        while (!interrupted()) await breathe();
        return 'stopped';
      };
      (async () => {
        console.log(await interruptible(wait));
        console.log(await interruptible(async (interrupted) => interrupted()));
      })();
    `);
    assert.equal(stdout, 'stopped\nfalse\n', stderr);
    assert.equal(status, 0);
  });
});

test('InterruptedError is one of the errors of this package', () => {
  assert(new InterruptedError('x') instanceof LittleDataError);
});
