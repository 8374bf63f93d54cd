import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOfAdapter } from '../../../src/networks/gpu/find-gpu';
import { runNode } from '../../run-node';
import { needsDriver, software } from './software';

/** What a process prints that looks for a card twice. */
function search(env: Record<string, string>): { lines: string[]; stderr: string } {
  const { status, stdout, stderr } = runNode(
    `const { findGpu, mayHaveGpu } = require('./src/networks/gpu/find-gpu.ts');
     (async () => {
       for (let i = 0; i < 2; i++) console.log((await findGpu()).none ?? 'found', await mayHaveGpu());
     })();`,
    { env },
  );
  assert.equal(status, 0, stderr);
  return { lines: stdout.trim().split('\n'), stderr };
}

test('a program that computes on the processor is no card', (context) => {
  if (!needsDriver(context)) return;
  const { lines } = search({ VK_DRIVER_FILES: software.VK_DRIVER_FILES });
  const line = /^only a program that computes on the processor \(google, swiftshader.*\) false$/;
  for (const said of lines) assert.match(said, line);
  assert.equal(lines.length, 2);
});

test('the card is named once', (context) => {
  if (!needsDriver(context)) return;
  const { lines } = search(software);
  assert.match(lines[0]!, /^Networks run on the graphics card: google, swiftshader.*, SwiftShader driver/);
  assert.deepEqual(lines.slice(1), ['found true', 'found true']);
});

test('says where there is none', () => {
  assert.deepEqual(search({ VK_DRIVER_FILES: '/nowhere' }).lines, [
    ...['none that WebGPU can use false', 'none that WebGPU can use false'],
  ]);
});

test('a card has a name in any case', () => {
  const adapter = {
    vendor: '',
    architecture: '',
    device: '',
    description: '',
    isSoftware: false,
    maxBytes: 1,
  };
  assert.equal(nameOfAdapter(adapter), 'a card that gives no name');
  const amd = { ...adapter, vendor: 'amd', architecture: 'rdna-3', description: 'RADV' };
  assert.equal(nameOfAdapter(amd), 'amd, rdna-3, RADV');
});
