import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodePhoto } from '../../src/photos/decode';
import { drawSample } from '../../src/photos/sample';
import { filesBelow, put, temporaryFolder } from './folders';
import { smallDisk } from './small-disk';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('sample');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const one = () => path.join(dir, 'one');
const bytesOf = (folder: string) =>
  filesBelow(folder).map((name) => [name, fs.readFileSync(path.join(folder, name)).toString('base64')]);

test('drawSample() draws the same photos for the same seed, others for another, and draws none twice', async () => {
  const seen: number[][] = [];
  const options = {
    train: 2,
    validation: 1,
    onPicture: (done: number, total: number) => seen.push([done, total]),
  };
  assert.deepEqual(await drawSample(one(), options), { dir: one(), drawn: 6 });
  assert.deepEqual(seen.at(-1), [6, 6]);
  assert.deepEqual(filesBelow(one()), [
    'sample.json',
    ...['cat.0', 'cat.1', 'cat.2', 'dog.0', 'dog.1', 'dog.2'].map((name) => `train/${name}.jpg`),
  ]);
  for (const name of filesBelow(path.join(one(), 'train'))) {
    const { kind, height, width } = await decodePhoto(path.join(one(), 'train', name));
    assert.equal(kind, 'jpeg');
    for (const side of [height, width]) assert(side >= 200 && side <= 320, `${name}: ${height} x ${width}`);
  }
  await drawSample(path.join(dir, 'two'), { train: 3, validation: 0 });
  assert.deepEqual(bytesOf(path.join(dir, 'two')), bytesOf(one()));
  assert.equal((await drawSample(one(), { train: 2, validation: 1 })).drawn, 0);
  await drawSample(path.join(dir, 'two'), { train: 1, validation: 0, seed: 2 });
  const [, other] = bytesOf(path.join(dir, 'two'));
  assert.equal(filesBelow(path.join(dir, 'two')).length, 3);
  assert.notDeepEqual(other, bytesOf(one())[1]);
});

test('drawSample() refuses a folder with anything in it that it did not draw', async () => {
  put(one(), 'train/cat.0.jpg', 'a photo of a person’s own');
  await assert.rejects(
    drawSample(one(), { train: 1 }),
    /cat\.0\.jpg: expected a folder of drawings .* found a file of another origin/,
  );
  await drawSample(path.join(dir, 'two'), { train: 1, validation: 0 });
  put(dir, 'two/train/holiday.jpg');
  await assert.rejects(
    drawSample(path.join(dir, 'two'), { train: 1, seed: 2 }),
    /holiday\.jpg: expected a folder of drawings/,
  );
  assert.equal(filesBelow(path.join(dir, 'two', 'train')).length, 3);
  await assert.rejects(drawSample(one(), { train: 0 }), /`train`/);
});

test('drawSample() stops on an interrupt, keeps what is drawn, and goes on with the next call', async () => {
  const options = { train: 2, validation: 0 };
  const onPicture = () => void process.emit('SIGINT');
  await assert.rejects(drawSample(one(), { ...options, onPicture }), {
    name: 'InterruptedError',
    message: /^Interrupted after 1 of 4 drawings; they are kept\./,
  });
  assert.equal((await drawSample(one(), options)).drawn, 3);
});

test('drawSample() that was killed leaves whole pictures only, and the next call draws the rest', async () => {
  const script = `require('./src/photos/sample').drawSample(${JSON.stringify(one())}, { train: 4, validation: 2 })`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: path.resolve(__dirname, '../..'),
  });
  const ended = once(child, 'exit');
  const drawn = () => (fs.existsSync(one()) ? filesBelow(one()).filter((name) => name.endsWith('.jpg')) : []);
  while (child.exitCode === null && drawn().length < 3) await sleep(2);
  child.kill('SIGKILL');
  await ended;
  for (const name of drawn()) await decodePhoto(path.join(one(), name));
  await drawSample(one(), { train: 4, validation: 2 });
  await drawSample(path.join(dir, 'two'), { train: 4, validation: 2 });
  assert.deepEqual(bytesOf(one()), bytesOf(path.join(dir, 'two')));
});

test('drawSample() says that the disk is full, and leaves no half picture', async (context) => {
  const disk = smallDisk(dir, '64k');
  if (!disk) return context.skip('a small disk cannot be mounted here');
  try {
    const place = path.join(disk.path, 'sample');
    await assert.rejects(
      drawSample(place, { train: 20 }),
      /expected room for the file, found a full disk\. Make room\./,
    );
    const pictures = filesBelow(place).filter((name) => name !== 'sample.json');
    assert(pictures.length > 0);
    for (const name of pictures) await decodePhoto(path.join(place, name));
  } finally {
    disk.remove();
  }
});
