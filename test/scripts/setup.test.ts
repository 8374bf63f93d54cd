import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { makeReady, script, withProject, write } from './project';

const weightsName = 'data/weights/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';

test('setup() starts no program and writes one line where nothing is to do', async () => {
  const { setup } = await script('setup.mjs');
  await withProject(async (context, lines) => {
    await makeReady(context);
    await setup(context);
    assert.deepEqual(lines, [
      'Set-up: ok: Node 20.19.0, packages, Python, native TensorFlow, no WebGPU (networks run on the processor), kernel, weights',
    ]);
    assert.deepEqual(fs.readdirSync(path.join(context.cache, 'claims')), []);
  });
});

test('setup() names everything that is wrong in one run', async () => {
  const { setup } = await script('setup.mjs');
  await withProject(async (context) => {
    await makeReady(context);
    fs.rmSync(path.join(context.root, 'package-lock.json'));
    fs.rmSync(path.join(context.root, ...weightsName.split('/')));
    await assert.rejects(setup(context), (error: Error) => {
      assert.match(
        error.message,
        /step "packages": .*package-lock.json is missing. .*git checkout -- package-lock.json/,
      );
      assert.match(error.message, /step "tensorflow": It was not tried. It needs the step "packages"/);
      assert.match(
        error.message,
        /step "weights": The weights .* are missing. .*git checkout -- data\/weights/,
      );
      return true;
    });
  });
});

test('setup() says what to do when the disk is full', async () => {
  const { runSteps } = await script('setup.mjs');
  await withProject(async (context) => {
    const run = async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
    await assert.rejects(
      runSteps(context, [{ name: 'weights', needs: [], run }]),
      /step "weights": ENOSPC: .*\. Free some disk and start again\./,
    );
  });
});

test('checkNode() refuses a Node that is too old and says which to install', async () => {
  const { checkNode } = await script('setup/node.mjs');
  const node = { version: '20.18.3', execPath: '/usr/bin/node' };
  await assert.rejects(
    checkNode({ node }),
    /Node 20\.19 or newer is needed, and this is Node 20\.18\.3 .* Install Node 20, 22 or 24/,
  );
  for (const version of ['20.19.0', '22.0.0', '24.1.0']) await checkNode({ node: { ...node, version } });
});

test('checkWeights() names a damaged file with the remedy, and reads a right one once', async () => {
  const { checkWeights } = await script('setup/weights.mjs');
  await withProject(async (context) => {
    const file = write(context.root, weightsName, 'hello');
    await assert.rejects(checkWeights(context), /are damaged: .*2cf24dba.*git checkout -- data\/weights/);
    // Of "hello", by sha256sum and md5sum.
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    const md5 = '5d41402abc4b2a76b9719d911017c592';
    const check = (digests: { sha256: string; md5?: string }) =>
      checkWeights(context, { [path.basename(weightsName)]: digests });
    await check({ sha256 });
    fs.rmSync(path.join(context.cache, 'weights.json'));
    await check({ sha256: '', md5 });
    await check({ sha256: '' });
    fs.writeFileSync(file, 'hello!');
    await assert.rejects(check({ sha256, md5 }), /are damaged/);
  });
});

test('runProgram() stops a program, and what it has started, once nothing moves', async () => {
  const { runProgram } = await script('setup/context.mjs');
  for (const [reason, how] of [
    ['stalled', { stall: 1500, progress: () => 0 }],
    ['timeout', { timeout: 1500 }],
  ] as const)
    await withProject(async ({ root }) => {
      const file = path.join(root, 'pid');
      // Nothing but a signal ends it within the test, and its output goes nowhere: `runProgram` doesn't wait for it.
      const started = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setTimeout(() => {}, 60000)`;
      const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(started)}], { stdio: 'ignore' })`;
      await assert.rejects(
        runProgram(process.execPath, ['-e', child], how),
        (error: { reason?: string }) => error.reason === reason,
      );
      const pid = Number(fs.readFileSync(file, 'utf8'));
      try {
        await ended(pid);
      } finally {
        if (isThere(pid)) process.kill(pid, 'SIGKILL');
      }
    });
});

/** Waits until a process has ended; fails after five seconds. */
async function ended(pid: number): Promise<void> {
  for (let waited = 0; isThere(pid); waited += 50) {
    assert(waited < 5000, `process ${pid} still runs`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process runs; one that has ended, and that nobody has asked how, doesn't. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !fs.existsSync(stat) || !/\) Z /.test(fs.readFileSync(stat, 'utf8'));
}
