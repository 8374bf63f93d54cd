import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { put, temporaryFolder } from '../datasets/folders';

let dir: string;
before(() => {
  dir = temporaryFolder('memory');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('decodePhoto() of many huge photos at once takes no more memory than of few', async (context) => {
  if (process.platform !== 'linux') return context.skip('the peak of memory is read from /proc');
  const bytes = await sharp({ create: { background: '#336699', channels: 3, height: 9000, width: 12000 } })
    .jpeg()
    .toBuffer();
  const file = put(dir, 'huge.jpg', bytes);
  const [few, many] = [peak(file, 2), peak(file, 8)];
  context.diagnostic(`2 photos of 12,000 x 9,000: ${few} MB, 8: ${many} MB`);
  // One takes 324 MB; what the garbage collector frees late differs from run to run by no more than that.
  assert(many < few + 324, `${few} MB for 2, ${many} MB for 8`);
  assert(many < 1500, `${many} MB`);
});

/** The peak of memory (MB) of a process that decodes `file` this many times at once and makes each small. */
function peak(file: string, times: number): number {
  const script = `
    const { decodePhoto } = require('./src/images/decode-photo');
    const { resizeNearest } = require('./src/images/resize-nearest');
    Promise.all(Array.from({ length: ${times} }, async () =>
      resizeNearest(await decodePhoto(${JSON.stringify(file)}), [150, 150]))).then(() =>
        console.log(require('node:fs').readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\\s*(\\d+)/)[1]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: path.resolve(__dirname, '../..'),
    encoding: 'utf8',
  });
  assert.match(stdout, /^\d+\n$/, stderr);
  return Math.round(Number(stdout) / 1024);
}
