import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { seededRandom } from '../../src/random';
import { projectRoot } from '../run-node';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-killed-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** Saves one head and another in turn, for ever; says so once it has begun. */
const writer = `
const { buildHead } = require('./src/head/build-head');
const { saveHead } = require('./src/head/save-head');
const heads = [1, 2].map((seed) => buildHead({ inputShape: [4, 4, 32], seed }));
(async () => {
  for (let i = 0; ; i++) {
    await saveHead(heads[i % 2], process.argv[1]);
    if (i === 1) process.stdout.write('writing');
  }
})();`;

describe('saveHead() killed', () => {
  test('leaves a whole file, the old one or the new one', async () => {
    const file = path.join(folder, 'head.h5');
    const random = seededRandom(1);
    const whole = [1, 2].map((seed) => digest(buildHead({ inputShape: [4, 4, 32], seed })));
    for (let kill = 0; kill < 4; kill++) {
      const child = spawn(process.execPath, ['--import', 'tsx', '-e', writer, file], {
        cwd: projectRoot,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, random() * 60));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const head = await loadHead(file);
      assert.ok(whole.includes(digest(head)));
      head.dispose();
    }
    await saveHead(buildHead({ inputShape: [4, 4, 32], seed: 1 }), file);
    assert.deepEqual(fs.readdirSync(folder), ['head.h5']);
  });
});

test('saveHead() on a full disk says so and leaves the old file', async (t) => {
  const disk = path.join(folder, 'disk');
  fs.mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    t.skip('a small disk can not be mounted here');
    return;
  }
  try {
    const file = path.join(disk, 'head.h5');
    const small = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8 });
    await saveHead(small, file);
    const before = fs.readFileSync(file);
    await assert.rejects(
      saveHead(buildHead({ inputShape: [4, 4, 32], seed: 1 }), file),
      /The disk is full: .*head\.h5/,
    );
    assert.deepEqual(fs.readFileSync(file), before);
    assert.deepEqual(fs.readdirSync(disk), ['head.h5']);
    await saveHead(small, file);
  } finally {
    execFileSync('umount', [disk]);
  }
});

function digest(head: LayersModel): string {
  const values = head.getWeights().map((weight) => Buffer.from((weight.dataSync() as Float32Array).buffer));
  return createHash('sha256').update(Buffer.concat(values)).digest('hex');
}
