import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { drawPicture, drawSample } from '../../scripts/sample/draw-sample';
import { decodePhoto } from '../../src/images/decode-photo';
import { everything, filesBelow, put, temporaryFolder } from '../datasets/folders';
import { projectRoot } from '../run-node';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('sample');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const committed = path.join(projectRoot, 'data', 'sample', 'train');
const drawings = fs.readdirSync(committed);

test('data/sample holds 140 pictures per class and nothing else', () => {
  for (const kind of ['cat', 'dog'])
    for (let i = 0; i < 140; i++) assert(drawings.includes(`${kind}.${i}.jpg`), `${kind}.${i}.jpg`);
  assert.equal(drawings.length, 280);
  assert.deepEqual(fs.readdirSync(path.dirname(committed)), ['train']);
});

test('drawPicture() gives the bytes of data/sample: all of them in CI, a few elsewhere', async (context) => {
  // Renderers on other processors may round a pixel another way.
  if (process.arch !== 'x64') return context.skip('the sample was drawn on x64');
  for (const name of drawings) {
    const [kind, index] = name.split('.') as ['cat' | 'dog', string];
    if (!process.env.LITTLE_DATA_NO_SKIP && Number(index) % 47 !== 0) continue;
    const bytes = await drawPicture(kind, { index: Number(index) });
    assert(bytes.equals(fs.readFileSync(path.join(committed, name))), name);
  }
});

test('drawSample() gives the same pictures for the same seed, others for another, and keeps what exists', async () => {
  const seen: number[][] = [];
  const onPicture = (done: number, total: number) => seen.push([done, total]);
  assert.equal(await drawSample(dir, { train: 1, validation: 1, onPicture }), 4);
  assert.deepEqual(seen.at(-1), [4, 4]);
  assert.deepEqual(
    filesBelow(dir),
    ['cat.0', 'cat.1', 'dog.0', 'dog.1'].map((name) => `train/${name}.jpg`),
  );
  for (const name of filesBelow(dir)) {
    const { kind, height, width } = await decodePhoto(path.join(dir, name));
    assert.equal(kind, 'jpeg');
    for (const side of [height, width]) assert(side >= 200 && side <= 320, `${name}: ${height} x ${width}`);
  }
  assert.equal(await drawSample(dir, { train: 3, validation: 0 }), 2);
  assert(
    !(await drawPicture('cat', { seed: 2, index: 0 })).equals(
      fs.readFileSync(path.join(dir, 'train/cat.0.jpg')),
    ),
  );
});

test('drawSample() refuses to overwrite a file with other content', async () => {
  put(dir, 'train/cat.0.jpg', 'a photo of a person');
  const before = everything(dir);
  await assert.rejects(drawSample(dir, { train: 1 }), /cat\.0\.jpg/);
  assert.deepEqual(everything(dir), before);
  await assert.rejects(drawSample(dir, { train: 0 }), /`train`/);
});

test('npm run sample draws into the named folder', () => {
  const run = (...words: string[]) =>
    spawnSync(process.execPath, ['scripts/sample.mjs', ...words], { cwd: projectRoot, encoding: 'utf8' });
  assert.equal(run(dir, '--train', '1', '--validation', '0').status, 0);
  assert.deepEqual(filesBelow(dir), ['train/cat.0.jpg', 'train/dog.0.jpg']);
  const { status, stderr } = run();
  assert.equal(status, 1);
  assert.match(stderr, /npm run sample -- DIR/);
});
