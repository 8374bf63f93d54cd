import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { LittleDataError } from '../../src/check';
import { breathe, InterruptedError, interruptible } from '../../src/notebook/interrupt';
import { runNode } from '../run-node';
import { inFakeKernel } from './fake-kernel';

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
      const { interruptible, breathe } = require('./src/notebook/interrupt.ts');
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

describe('interruptible() in a kernel', () => {
  test("keeps tslab's listener away from the first interrupt, and gives it the next ones", async () => {
    let heard = 0;
    const tslab = () => heard++;
    process.on('SIGINT', tslab);
    try {
      await inFakeKernel(async () => {
        await interruptible(async (outer) => {
          await interruptible(async (inner) => {
            process.emit('SIGINT');
            assert.deepEqual([outer(), inner(), heard], [true, true, 0]);
          });
          process.emit('SIGINT');
          assert.equal(heard, 1);
        });
      });
      process.emit('SIGINT');
      assert.equal(heard, 2, 'it listens again when the work has ended');
      assert.deepEqual(process.listeners('SIGINT'), [tslab]);
    } finally {
      process.off('SIGINT', tslab);
    }
  });

  test('leaves a listener where it is outside of one', async () => {
    const own = () => {};
    process.on('SIGINT', own);
    try {
      await interruptible(async () => assert.ok(process.listeners('SIGINT').includes(own)));
    } finally {
      process.off('SIGINT', own);
    }
  });
});

test('InterruptedError is shown below a cell without a stack trace', () => {
  assert.equal(inspect(new InterruptedError('It is kept.')), 'InterruptedError: It is kept.');
});

test('InterruptedError is one of the errors of this package', () => {
  assert(new InterruptedError('x') instanceof LittleDataError);
});
