import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../run-node';

test('`npm run bench -- --gpu` says where there is no graphics card, and measures nothing', () => {
  const args = [path.join(projectRoot, 'bench', 'run.mjs'), '--gpu', '--photos', '4'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, VK_DRIVER_FILES: '/nowhere', LITTLE_DATA_GPU_SOFTWARE: '' },
    encoding: 'utf8',
  });
  assert.equal(status, 1, stderr);
  assert.match(stdout, /^Nothing was measured: expected a graphics card, found none.*npm run doctor/m);
});
