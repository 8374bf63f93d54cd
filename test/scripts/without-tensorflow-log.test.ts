import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { runNode } from '../run-node';
import { script } from './project';

interface Script {
  isTensorflowLog(line: string): boolean;
  passOnWithoutTensorflowLog(from: NodeJS.ReadableStream, to: NodeJS.WritableStream): void;
}
const load = () => script('without-tensorflow-log.mjs') as unknown as Promise<Script>;

test('all that TensorFlow writes while it is loaded, on this machine, counts as its log', async () => {
  const { isTensorflowLog } = await load();
  const { status, stderr } = runNode("require('./src/tensorflow.ts');", { preload: ['--import', 'tsx'] });
  assert.equal(status, 0, stderr);
  const others = stderr.split('\n').filter((line) => line !== '' && !isTensorflowLog(line));
  assert.deepEqual(others, []);
});

test('every other line is passed on', async () => {
  const { passOnWithoutTensorflowLog } = await load();
  const [from, to] = [new PassThrough(), new PassThrough()];
  passOnWithoutTensorflowLog(from, to);
  const passed = text(to);
  const lines = [
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'The TensorFlow library was compiled to use AVX instructions, but these are not available on your machine.',
    'I0000 00:00:1795682744.313877    3502 port.cc:153] oneDNN custom operations are on. You may see ...',
    'E0000 00:00:1795682744.313877    3502 port.cc:153] something is wrong',
    '  the last one, without an end of line',
  ];
  from.end(lines.join('\n'));
  from.on('end', () => setImmediate(() => to.end()));
  assert.deepEqual((await passed).split('\n'), [lines[1], lines[3], lines[4], '']);
});
