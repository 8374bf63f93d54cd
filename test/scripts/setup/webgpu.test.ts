import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Context, script, withProject, write } from '../project';

const platforms = ['linux-x64', 'linux-arm64', 'darwin-universal', 'win32-x64'];
const dist = ({ root }: Context) => path.join(root, 'node_modules', 'webgpu', 'dist');

/** Has the package with binaries of a megabyte. */
function withPackage(context: Context): void {
  for (const name of platforms)
    write(context.root, `node_modules/webgpu/dist/${name}/dawn.node`, 'x'.repeat(1e6));
}

test("keepWebgpuBinary() keeps this machine's binary alone", async () => {
  const { keepWebgpuBinary } = await script('setup/webgpu.mjs');
  await withProject(async (context) => {
    withPackage(context);
    assert.deepEqual(await keepWebgpuBinary(context), {
      ...{ did: true, summary: 'WebGPU; removed 3 MB for other systems' },
    });
    assert.deepEqual(fs.readdirSync(dist(context)), ['linux-x64']);
    assert.deepEqual(await keepWebgpuBinary(context), { did: false, summary: 'WebGPU' });
  });
});

test('keepWebgpuBinary() knows the one binary of both Macs', async () => {
  const { keepWebgpuBinary } = await script('setup/webgpu.mjs');
  await withProject(async (context) => {
    withPackage(context);
    await keepWebgpuBinary({ ...context, node: { ...context.node, platform: 'darwin', arch: 'arm64' } });
    assert.deepEqual(fs.readdirSync(dist(context)), ['darwin-universal']);
  });
});

test('keepWebgpuBinary() does without, where the package or the binary is missing', async () => {
  const { keepWebgpuBinary } = await script('setup/webgpu.mjs');
  const none = 'no WebGPU (networks run on the processor)';
  await withProject(async (context) => {
    assert.deepEqual(await keepWebgpuBinary(context), { did: false, summary: none });
    withPackage(context);
    const node = { ...context.node, arch: 'riscv64' };
    const { summary } = await keepWebgpuBinary({ ...context, node });
    assert.equal(summary, `${none}; removed 4 MB for other systems`);
  });
});
