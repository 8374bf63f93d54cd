import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, type TestContext, test } from 'node:test';
import { everything, filesBelow, put, temporaryFolder } from '../../datasets/folders';
import { smallDisk } from '../small-disk';
import { placeFiles } from './place';

let dir: string;
let out: string;
beforeEach(() => {
  dir = temporaryFolder('split-files');
  out = path.join(dir, 'out');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const file = (name: string, content = `bytes of ${name}`) => put(dir, `source/${name}`, content);
const to = (part: string, ...names: string[]) =>
  names.map((name) => ({ source: path.join(dir, 'source', name), target: `${part}/cats/${name}` }));

test('placeFiles() links, keeps, moves and removes what it placed, with the folders it made', async () => {
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

test('placeFiles() keeps the second name of a photo that was edited, and keeps what only the split has left', async () => {
  const source = file('1.jpg');
  await placeFiles(out, to('train', '1.jpg'));
  fs.writeFileSync(source, 'edited in place');
  assert.equal((await placeFiles(out, to('train', '1.jpg'))).kept, 1);
  const placed = path.join(out, 'train/cats/1.jpg');
  assert.equal(fs.readFileSync(placed, 'utf8'), 'edited in place');
  // Many programs write a new file and rename it: then the split has the last name of the old one.
  fs.rmSync(source);
  file('1.jpg', 'other bytes');
  const before = everything(dir);
  await assert.rejects(placeFiles(out, to('train', '1.jpg')), /found 1 file that lies only here now .*Move/);
  assert.deepEqual(everything(dir), before);
  fs.rmSync(placed);
  assert.equal((await placeFiles(out, to('train', '1.jpg'))).linked, 1);
  assert.equal(fs.readFileSync(placed, 'utf8'), 'other bytes');
});

test('placeFiles() never removes or writes over what it did not place, and writes nothing beside it', async () => {
  const source = file('1.jpg');
  const placed = path.join(out, 'train/cats/1.jpg');
  const refuses = async (found: RegExp) => {
    const before = everything(dir);
    for (const wanted of [[], to('train', '1.jpg'), to('validation', '1.jpg')])
      await assert.rejects(placeFiles(out, wanted), found);
    assert.deepEqual(everything(dir), before);
  };
  for (const part of ['train', 'validation', 'test']) {
    const mine = put(out, `${part}/dogs/mine.jpg`);
    await refuses(/1 file of another origin \(\w+\/dogs\/mine\.jpg\)\. They are left as they are/);
    fs.rmSync(mine);
  }
  for (const name of ['.DS_Store', 'Thumbs.db', 'cats/desktop.ini']) put(out, `train/${name}`);
  await placeFiles(out, to('train', '1.jpg'));
  fs.rmSync(placed);
  fs.writeFileSync(placed, 'edited by a person');
  await refuses(/train\/cats\/1\.jpg/);
  // A copy that a person made, with its time kept, looks just like one that was placed.
  fs.copyFileSync(source, placed);
  const { atime, mtime } = fs.statSync(source);
  fs.utimesSync(placed, atime, mtime);
  await refuses(/train\/cats\/1\.jpg/);
  if (process.platform === 'win32') return;
  fs.rmSync(placed);
  fs.symlinkSync(source, placed);
  await refuses(/train\/cats\/1\.jpg/);
  fs.rmSync(path.join(out, 'train'), { recursive: true });
  fs.mkdirSync(path.join(dir, 'elsewhere', 'cats'), { recursive: true });
  fs.symlinkSync(path.join(dir, 'elsewhere'), path.join(out, 'train'));
  await refuses(/another origin \(train\)/);
  fs.rmSync(path.join(out, 'train'));
  fs.mkdirSync(path.join(out, 'train'));
  fs.symlinkSync(path.join(dir, 'elsewhere', 'cats'), path.join(out, 'train', 'cats'));
  await refuses(/another origin \(train\/cats\)/);
});

test('placeFiles() removes nothing where its record is lost or damaged', async () => {
  for (const name of ['1.jpg', '2.jpg']) file(name);
  await placeFiles(out, to('train', '1.jpg', '2.jpg'));
  const record = path.join(out, '.little-data-split.json');
  fs.writeFileSync(record, '{"train');
  await assert.rejects(
    placeFiles(out, to('train', '1.jpg')),
    /expected the record .*Move it and the folders/,
  );
  fs.rmSync(record);
  await assert.rejects(placeFiles(out, to('train', '1.jpg')), /found 2 files of another origin/);
  assert.equal(filesBelow(out).length, 2);
});

test('placeFiles() refuses photos that lie in the folders of the split', async () => {
  const source = put(out, 'train/cats/1.jpg');
  for (const target of ['train/cats/1.jpg', 'test/cats/1.jpg', 'train/cats/2.jpg'])
    await assert.rejects(placeFiles(out, [{ source, target }]), /without any of the files/);
  assert.deepEqual(filesBelow(out), ['train/cats/1.jpg']);
});

test('placeFiles() refuses two photos of one target, and a photo that is gone', async () => {
  file('1.jpg');
  file('more/1.jpg');
  const twice = [
    ...to('train', '1.jpg'),
    { source: path.join(dir, 'source/more/1.jpg'), target: 'train/cats/1.jpg' },
  ];
  await assert.rejects(placeFiles(out, twice), /expected a name that no other file of its folder has/);
  await assert.rejects(
    placeFiles(out, to('train', 'gone.jpg')),
    /gone\.jpg: expected a file to be placed, found ENOENT/,
  );
  await assert.rejects(placeFiles(out, [{ source: dir, target: 'train/cats/1.jpg' }]), /found a folder/);
  assert.deepEqual(filesBelow(out), []);
});

describe('placeFiles() where links are not possible', () => {
  const noLinks = (context: TestContext) =>
    context.mock.method(fs, 'linkSync', () => {
      throw Object.assign(new Error('no links'), { code: 'EXDEV', syscall: 'link' });
    });

  test('copies, keeps copies with the bytes of their photo, and removes them while the photo is there', async (context) => {
    noLinks(context);
    for (const name of ['1.jpg', '2.jpg']) file(name);
    assert.equal((await placeFiles(out, to('train', '1.jpg', '2.jpg'))).copied, 2);
    const before = everything(out);
    assert.equal((await placeFiles(out, to('train', '1.jpg', '2.jpg'))).kept, 2);
    assert.deepEqual(everything(out), before);
    const moved = await placeFiles(out, to('test', '1.jpg'));
    assert.deepEqual(moved, { linked: 0, copied: 1, kept: 0, removed: 2 });
    assert.deepEqual(filesBelow(out), ['.little-data-split.json', 'test/cats/1.jpg']);
  });

  test('places two photos anew that have changed names, though size and time are the same', async (context) => {
    noLinks(context);
    const [one, two] = [file('1.jpg', 'bytes one'), file('2.jpg', 'bytes two')];
    const time = new Date(1e12);
    for (const photo of [one, two]) fs.utimesSync(photo, time, time);
    await placeFiles(out, to('train', '1.jpg', '2.jpg'));
    fs.renameSync(one, `${one}.kept`);
    fs.renameSync(two, one);
    fs.renameSync(`${one}.kept`, two);
    assert.equal((await placeFiles(out, to('train', '1.jpg', '2.jpg'))).copied, 2);
    assert.equal(fs.readFileSync(path.join(out, 'train/cats/1.jpg'), 'utf8'), 'bytes two');
  });

  test('knows the copies that a stop left, and none that was changed', async (context) => {
    noLinks(context);
    for (const name of ['1.jpg', '2.jpg']) file(name);
    await placeFiles(out, to('train', '1.jpg', '2.jpg'));
    const record = path.join(out, '.little-data-split.json');
    const written = JSON.parse(fs.readFileSync(record, 'utf8'));
    for (const entry of Object.values<{ state?: string }>(written.files)) delete entry.state;
    fs.writeFileSync(record, JSON.stringify(written));
    assert.equal((await placeFiles(out, to('train', '1.jpg', '2.jpg'))).kept, 2);
    fs.writeFileSync(path.join(out, 'train/cats/1.jpg'), 'BYTES of 1.jpg');
    await assert.rejects(placeFiles(out, []), /1 file of another origin \(train\/cats\/1\.jpg\)/);
  });

  test('stops on an interrupt while it reads the photos, with nothing changed', async (context) => {
    noLinks(context);
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) file(name);
    await placeFiles(out, to('train', '1.jpg'));
    const before = everything(dir);
    const running = placeFiles(out, to('test', '2.jpg', '3.jpg'));
    process.emit('SIGINT');
    await assert.rejects(running, { name: 'InterruptedError', message: /Nothing was changed/ });
    assert.deepEqual(everything(dir), before);
  });

  test('never removes a copy whose photo is gone', async (context) => {
    noLinks(context);
    const source = file('1.jpg');
    file('2.jpg');
    await placeFiles(out, to('train', '1.jpg', '2.jpg'));
    fs.renameSync(source, path.join(dir, 'source', 'renamed.jpg'));
    const before = everything(dir);
    await assert.rejects(placeFiles(out, to('train', '2.jpg')), /1 file that lies only here now/);
    assert.deepEqual(everything(dir), before);
    // Its bytes are among the photos that are split now.
    assert.equal((await placeFiles(out, to('train', '2.jpg', 'renamed.jpg'))).removed, 1);
  });

  test('writes over nothing that comes there while it places, whether it links or copies', async (context) => {
    for (const name of ['1.jpg', '2.jpg']) file(name);
    const target = path.join(out, 'train/cats/2.jpg');
    const arrives = (method: 'link' | 'copyFile', atLast: boolean) => {
      const { [method]: call } = fs.promises as unknown as Record<string, (...paths: unknown[]) => unknown>;
      let calls = 0;
      return context.mock.method(fs.promises, method, (...words: unknown[]) => {
        if (++calls === (atLast ? 2 : 1)) put(out, 'train/cats/2.jpg', 'of a person');
        return call!(...words);
      });
    };
    for (const [method, atLast] of [
      ['link', false],
      ['link', true],
      ['copyFile', false],
    ] as const) {
      if (method === 'copyFile') noLinks(context);
      const mocked = arrives(method, atLast);
      await assert.rejects(
        placeFiles(out, to('train', '1.jpg', '2.jpg')),
        /2\.jpg: expected no file at train/,
      );
      mocked.mock.restore();
      assert.equal(fs.readFileSync(target, 'utf8'), 'of a person');
      await assert.rejects(placeFiles(out, []), /another origin/);
      fs.rmSync(target);
      await placeFiles(out, []);
    }
  });

  test('goes on with copies where a single link fails', async (context) => {
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) file(name);
    const { link } = fs.promises;
    let calls = 0;
    context.mock.method(fs.promises, 'link', (...paths: Parameters<typeof link>) => {
      if (++calls === 2) throw Object.assign(new Error('no more links'), { code: 'EMLINK', syscall: 'link' });
      return link(...paths);
    });
    const files = await placeFiles(out, to('train', '1.jpg', '2.jpg', '3.jpg'));
    assert.deepEqual(files, { linked: 1, copied: 2, kept: 0, removed: 0 });
    assert.equal((await placeFiles(out, to('train', '1.jpg', '2.jpg', '3.jpg'))).kept, 3);
  });
});

test('placeFiles() stops on an interrupt, and the next call goes on', async (context) => {
  const names = Array.from({ length: 500 }, (_, i) => `${i}.jpg`);
  for (const name of names) file(name);
  const running = placeFiles(out, to('train', ...names));
  const waiting = setInterval(() => {
    if (filesBelow(out).length > 5) process.emit('SIGINT');
  }, 1);
  context.after(() => clearInterval(waiting));
  await assert.rejects(running, {
    name: 'InterruptedError',
    message: /^Interrupted after \d+ of 500 files\./,
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
      message: /disk is full: .*6 files at .*out\. Make room\. No file is half written/,
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
      /a place where 2 files can be written, found a folder that may not be written \(EROFS\)\. Change its permissions/,
    );
    assert.deepEqual(filesBelow(place), ['.little-data-split.json', 'train/cats/1.jpg', 'train/cats/6.jpg']);
  } finally {
    disk.remove();
  }
});
