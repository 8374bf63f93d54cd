import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { placeFiles } from '../../src/photos/split-files';
import { filesBelow, put, temporaryFolder } from './folders';
import { smallDisk } from './small-disk';

let dir: string;
let out: string;
beforeEach(() => {
  dir = temporaryFolder('split-files');
  out = path.join(dir, 'out');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const file = (name: string, content = `bytes of ${name}`) => put(dir, `source/${name}`, content);
const to = (part: string, ...names: string[]) =>
  names.map((name) => ({ source: path.join(dir, 'source', name), target: path.join(part, 'cats', name) }));

test('placeFiles() links, keeps, moves and takes away what it placed, with the folders it made', async () => {
  for (const name of ['1.jpg', '2.jpg']) file(name);
  assert.deepEqual(await placeFiles(out, to('train', '1.jpg', '2.jpg')), {
    linked: 2,
    copied: 0,
    kept: 0,
    removed: 0,
  });
  assert.deepEqual(await placeFiles(out, [...to('train', '2.jpg'), ...to('test', '1.jpg')]), {
    linked: 1,
    copied: 0,
    kept: 1,
    removed: 1,
  });
  assert.equal((await placeFiles(out, to('train', '2.jpg'))).removed, 1);
  assert.deepEqual(fs.readdirSync(out).sort(), ['.little-data-split.json', 'train']);
  assert.deepEqual(filesBelow(path.join(dir, 'source')), ['1.jpg', '2.jpg']);
});

test('placeFiles() places a photo anew that has changed', async () => {
  file('1.jpg');
  await placeFiles(out, to('train', '1.jpg'));
  fs.rmSync(path.join(dir, 'source', '1.jpg'));
  file('1.jpg', 'other bytes, and more of them');
  assert.equal((await placeFiles(out, to('train', '1.jpg'))).linked, 1);
  assert.equal(fs.readFileSync(path.join(out, 'train/cats/1.jpg'), 'utf8'), 'other bytes, and more of them');
});

test('placeFiles() never takes away or writes over what it did not place', async () => {
  const source = file('1.jpg');
  const mine = put(out, 'train/cats/mine.jpg');
  await placeFiles(out, to('train', '1.jpg'));
  const changed = path.join(out, 'train/cats/1.jpg');
  fs.rmSync(changed);
  fs.writeFileSync(changed, 'edited by a person');
  assert.equal((await placeFiles(out, [])).removed, 0);
  await assert.rejects(
    placeFiles(out, to('train', '1.jpg')),
    /1\.jpg: expected no file, or one that .* another origin/,
  );
  assert.equal(fs.readFileSync(changed, 'utf8'), 'edited by a person');
  // A copy that a person made, with its time kept, looks just like one that was placed.
  fs.copyFileSync(source, changed);
  const { atime, mtime } = fs.statSync(source);
  fs.utimesSync(changed, atime, mtime);
  await assert.rejects(placeFiles(out, to('train', '1.jpg')), /another origin/);
  if (process.platform !== 'win32') {
    fs.rmSync(changed);
    fs.symlinkSync('nowhere', changed);
    await assert.rejects(placeFiles(out, to('train', '1.jpg')), /another origin/);
    assert.equal(fs.readlinkSync(changed), 'nowhere');
  }
  assert(fs.existsSync(mine));
});

test('placeFiles() takes nothing away where its record is lost or damaged', async () => {
  for (const name of ['1.jpg', '2.jpg']) file(name);
  await placeFiles(out, to('train', '1.jpg', '2.jpg'));
  fs.writeFileSync(path.join(out, '.little-data-split.json'), '{"train');
  assert.deepEqual(await placeFiles(out, to('train', '1.jpg')), {
    linked: 0,
    copied: 0,
    kept: 1,
    removed: 0,
  });
  assert(fs.existsSync(path.join(out, 'train/cats/2.jpg')));
});

test('placeFiles() refuses two photos of one target, and a photo that is gone', async () => {
  file('1.jpg');
  file('more/1.jpg');
  const twice = [
    ...to('train', '1.jpg'),
    { source: path.join(dir, 'source/more/1.jpg'), target: path.join('train', 'cats', '1.jpg') },
  ];
  await assert.rejects(placeFiles(out, twice), /expected a name that no other photo of its class has/);
  await assert.rejects(placeFiles(out, to('train', 'gone.jpg')), /gone\.jpg: expected a photo, found ENOENT/);
  assert.deepEqual(filesBelow(out), []);
});

test('placeFiles() stops on an interrupt, and the next call goes on', async () => {
  const names = Array.from({ length: 500 }, (_, i) => `${i}.jpg`);
  for (const name of names) file(name);
  const running = placeFiles(out, to('train', ...names));
  const waiting = setInterval(() => {
    if (filesBelow(out).length > 5) process.emit('SIGINT');
  }, 1);
  await assert.rejects(running, {
    name: 'InterruptedError',
    message: /^Interrupted after \d+ of 500 photos of the split\./,
  });
  clearInterval(waiting);
  const placed = filesBelow(out).length - 1;
  assert.deepEqual(await placeFiles(out, to('train', ...names)), {
    linked: 500 - placed,
    copied: 0,
    kept: placed,
    removed: 0,
  });
});

test('placeFiles() lets a second call wait for the first, and leaves the one whole split of the last', async () => {
  file('1.jpg');
  file('2.jpg');
  const results = await Promise.all([
    placeFiles(out, to('train', '1.jpg', '2.jpg')),
    placeFiles(out, to('test', '1.jpg')),
  ]);
  assert.deepEqual(results[1], { linked: 1, copied: 0, kept: 0, removed: 2 });
  assert.deepEqual(filesBelow(out), ['.little-data-split.json', 'test/cats/1.jpg']);
});

test('placeFiles() says that the disk is full or closed, leaves no half photo, and goes on later', async (context) => {
  const disk = smallDisk(dir, '512k');
  if (!disk) return context.skip('a small disk cannot be mounted here');
  try {
    const names = ['1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg'];
    for (const name of names) file(name, name.repeat(20_000));
    const place = path.join(disk.path, 'out');
    await assert.rejects(placeFiles(place, to('train', ...names)), {
      name: 'LittleDataError',
      message:
        /out: expected room for 6 photos of a split, found a full disk\. Make room\. No photo is half written/,
    });
    const there = filesBelow(place).filter((name) => name.endsWith('.jpg'));
    assert(there.length > 0 && there.length < 6);
    for (const name of there)
      assert.equal(fs.readFileSync(path.join(place, name), 'utf8'), path.basename(name).repeat(20_000));
    assert.deepEqual(filesBelow(place), ['.little-data-split.json', ...there]);
    const { copied, kept, removed } = await placeFiles(place, to('train', '1.jpg', '6.jpg'));
    assert.deepEqual([copied, kept, removed], [1, 1, there.length - 1]);
    disk.close();
    await assert.rejects(
      placeFiles(place, to('train', '1.jpg', '2.jpg')),
      /a place where 2 photos of a split can be written, found a folder that may not be written \(EROFS\)\. Change its permissions/,
    );
    assert.deepEqual(filesBelow(place), ['.little-data-split.json', 'train/cats/1.jpg', 'train/cats/6.jpg']);
  } finally {
    disk.remove();
  }
});
