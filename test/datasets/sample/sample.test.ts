import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawSample } from '../../../src/datasets/sample/sample';
import { decodePhoto } from '../../../src/images/decode-photo';
import { smallDisk } from '../../files/small-disk';
import { everything, filesBelow, put, temporaryFolder } from '../folders';

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

test('drawSample() refuses a folder with anything in it that it did not draw, and changes nothing', async () => {
  const refuses = async (name: string, seeds = [1, 2]) => {
    const before = everything(dir);
    for (const seed of seeds)
      await assert.rejects(drawSample(one(), { train: 2, validation: 0, seed }), (error: Error) => {
        assert.equal(error.name, 'LittleDataError');
        assert(error.message.includes(name), error.message);
        assert.match(error.message, /a folder of drawings .* file of another origin.* left as it is/);
        return true;
      });
    assert.deepEqual(everything(dir), before);
  };
  put(one(), 'train/cat.0.jpg', 'a photo of a person’s own');
  await refuses('cat.0.jpg');
  fs.rmSync(path.join(one(), 'train/cat.0.jpg'));
  await drawSample(one(), { train: 2, validation: 0 });
  for (const name of ['cat.1.jpg', 'dog.9.jpg', 'cat.999999999.jpg', 'holiday.jpg', 'cats/cat.1.jpg']) {
    const file = path.join(one(), 'train', name);
    const drawn = fs.existsSync(file) ? fs.readFileSync(file) : undefined;
    put(one(), `train/${name}`, 'a photo of a person’s own');
    await refuses(name.split('/')[0]!);
    fs.rmSync(path.join(one(), 'train', name.split('/')[0]!), { recursive: true });
    if (drawn) fs.writeFileSync(file, drawn);
  }
  put(one(), 'train/.DS_Store');
  assert.equal((await drawSample(one(), { train: 2, validation: 0 })).drawn, 0);
  await assert.rejects(drawSample(one(), { train: 0 }), /`train`/);
  if (process.platform === 'win32') return;
  const drawing = path.join(one(), 'train/cat.1.jpg');
  fs.renameSync(drawing, path.join(dir, 'mine.jpg'));
  fs.symlinkSync(path.join(dir, 'mine.jpg'), drawing);
  await refuses('cat.1.jpg');
  fs.renameSync(path.join(dir, 'mine.jpg'), drawing);
  fs.renameSync(path.join(one(), 'train'), path.join(dir, 'elsewhere'));
  fs.symlinkSync(path.join(dir, 'elsewhere'), path.join(one(), 'train'));
  await refuses('train');
});

test('drawSample() knows drawings that its record does not name by drawing them again', async () => {
  await drawSample(one(), { train: 2, validation: 0 });
  const record = path.join(one(), 'sample.json');
  // As version 0.1.0 left it, and as a kill in the middle does.
  fs.writeFileSync(record, '{"version":1,"seed":1}');
  assert.equal((await drawSample(one(), { train: 3, validation: 0 })).drawn, 2);
  fs.writeFileSync(record, '{"version":1,"seed":1}');
  assert.equal((await drawSample(one(), { train: 1, validation: 0, seed: 2 })).drawn, 2);
  // The drawings of another seed are not those of this one.
  fs.writeFileSync(record, '{"version":1,"seed":1}');
  await assert.rejects(drawSample(one(), { train: 1, validation: 0 }), /cat\.0\.jpg: .*another origin/);
  fs.rmSync(record);
  await assert.rejects(drawSample(one(), { train: 1, validation: 0, seed: 2 }), /cat\.0\.jpg/);
});

test('drawSample() refuses a record that is not what it wrote, and follows none out of the folder', async () => {
  const victim = put(dir, 'victim.txt');
  const record = (text: string) => put(one(), 'sample.json', text);
  const sha256 = createHash('sha256').update('text').digest('hex');
  for (const text of [
    'null',
    '[1]',
    '{"version":1',
    '{"version":"1","seed":1}',
    JSON.stringify({ version: 1, seed: 2, files: { '../victim.txt': sha256 } }),
    JSON.stringify({ version: 1, seed: 2, files: { 'train/cat.0.jpg': 'no digest' } }),
  ]) {
    record(text);
    await assert.rejects(drawSample(one(), { train: 1 }), /sample\.json: expected the record .*Move it/);
  }
  record(JSON.stringify({ version: 1, seed: 2, files: { __proto__: sha256, 'sample.json': sha256 } }));
  await drawSample(one(), { train: 1, validation: 0 });
  assert.equal(fs.readFileSync(victim, 'utf8'), 'text');
  if (process.platform === 'win32') return;
  fs.rmSync(path.join(one(), 'sample.json'));
  fs.symlinkSync(victim, path.join(one(), 'sample.json'));
  await assert.rejects(drawSample(one(), { train: 1 }), /found a link/);
  assert.equal(fs.readFileSync(victim, 'utf8'), 'text');
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
  const script = `require('./src/datasets/sample/sample').drawSample(${JSON.stringify(one())}, { train: 4, validation: 2 })`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: path.resolve(__dirname, '../../..'),
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
