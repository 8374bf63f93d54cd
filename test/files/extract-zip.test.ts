import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { extractZip } from '../../src/files/extract-zip';
import { listZip } from '../../src/files/zip-plan';
import { filesBelow, put } from '../datasets/folders';
import { makeZip, renamed, withHeader } from './make-zip';
import { smallDisk } from './small-disk';

let dir: string;
before(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'zip-'));
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

/** A folder of its own with `a.zip` in it; `out` is what the zip is unpacked into. */
function place(zip: Buffer): { folder: string; file: string; out: string } {
  const folder = fs.mkdtempSync(path.join(dir, 't-'));
  const file = path.join(folder, 'a.zip');
  fs.writeFileSync(file, zip);
  return { folder, file, out: path.join(folder, 'out') };
}

/** What lies in a folder, without the record of what was unpacked. */
function namesIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name !== '.little-data-unpacked.json')
    .sort();
}

test('extractZip() writes every file with its bytes and counts what it passes over', async () => {
  const big = Buffer.alloc(300_000, 'some text that packs well, but not too well: 0123456789');
  const { folder, file, out } = place(
    await makeZip([
      { name: 'Cat/1.jpg', data: 'one' },
      { name: 'Cat/größe #1.jpg', data: big, compress: true },
      { name: 'empty.jpg', data: '' },
      { name: './dot.jpg', data: 'dot' },
      { name: '__MACOSX/Cat/._1.jpg' },
      { name: 'Cat/.DS_Store' },
      { name: 'Cat/Thumbs.db' },
      { name: 'readme.txt' },
    ]),
  );
  const seen: string[] = [];
  const result = await extractZip(file, out, {
    filter: (entry) => entry !== 'readme.txt',
    onEntry: ({ entry, done, total }) => seen.push(`${done}/${total} ${entry}`),
  });
  assert.deepEqual(result, { dir: out, extracted: 4, ignored: 4, skipped: [] });
  assert.equal(fs.readFileSync(path.join(out, 'Cat/1.jpg'), 'utf8'), 'one');
  assert.ok(fs.readFileSync(path.join(out, 'Cat/größe #1.jpg')).equals(big));
  assert.equal(fs.statSync(path.join(out, 'empty.jpg')).size, 0);
  assert.deepEqual(seen, ['1/4 Cat/1.jpg', '2/4 Cat/größe #1.jpg', '3/4 empty.jpg', '4/4 dot.jpg']);
  assert.deepEqual(namesIn(out), ['Cat', 'dot.jpg', 'empty.jpg']);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a.zip', 'out']);
  assert.deepEqual((await listZip(file)).sort(), [
    'Cat/1.jpg',
    'Cat/größe #1.jpg',
    'dot.jpg',
    'empty.jpg',
    'readme.txt',
  ]);
});

test('extractZip() leaves out names that lead elsewhere, links, special and encrypted entries, each with its reason', async () => {
  const names = [
    'aa/up.jpg',
    'b/abs.jpg',
    'cc/win.jpg',
    'd/back.jpg',
    'link.jpg',
    'pipe.jpg',
    'secret.jpg',
    'good.jpg',
    'e/ctrl.jpg',
  ];
  const modes: Record<string, number> = { 'link.jpg': 0o120777, 'pipe.jpg': 0o010644 };
  let zip = await makeZip(names.map((name) => ({ name, mode: modes[name] })));
  zip = renamed(zip, 'aa/up.jpg', '../up.jpg');
  zip = renamed(zip, 'b/abs.jpg', '//abs.jpg');
  zip = renamed(zip, 'cc/win.jpg', 'C:/win.jpg');
  zip = renamed(zip, 'd/back.jpg', 'd\\back.jpg');
  zip = renamed(zip, 'e/ctrl.jpg', 'e\0ctrl.jpg');
  zip = withHeader(zip, 'secret.jpg', (header) => header.writeUInt16LE(header.readUInt16LE(8) | 1, 8));
  const { folder, file, out } = place(zip);
  const { extracted, skipped } = await extractZip(file, out);
  assert.equal(extracted, 1);
  assert.deepEqual(namesIn(out), ['good.jpg']);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a.zip', 'out']);
  assert.ok(!fs.existsSync(path.join(dir, 'up.jpg')));
  const reasons = Object.fromEntries(skipped.map(({ entry, reason }) => [entry, reason]));
  assert.match(reasons['../up.jpg']!, /leads out/);
  assert.match(reasons['//abs.jpg']!, /absolute/);
  assert.match(reasons['C:/win.jpg']!, /drive letter/);
  assert.match(reasons['d\\back.jpg']!, /backslash/);
  assert.match(reasons['e\0ctrl.jpg']!, /control character/);
  assert.match(reasons['link.jpg']!, /symbolic link/);
  assert.match(reasons['pipe.jpg']!, /special file/);
  assert.match(reasons['secret.jpg']!, /encrypted/);
  assert.equal(skipped.length, 8);
});

test('extractZip() keeps the first of two entries of one name, and of a file and a folder', async () => {
  let zip = await makeZip([
    { name: 'a/1.jpg', data: 'first' },
    { name: 'b/1.jpg', data: 'second' },
    { name: 'x', data: 'a file' },
    { name: 'x/1.jpg' },
    { name: `${'n'.repeat(300)}.jpg` },
  ]);
  zip = renamed(zip, 'b/1.jpg', 'a/1.jpg');
  const { file, out } = place(zip);
  const { extracted, skipped } = await extractZip(file, out);
  assert.equal(extracted, 2);
  assert.equal(fs.readFileSync(path.join(out, 'a/1.jpg'), 'utf8'), 'first');
  assert.deepEqual(
    skipped.map(({ entry, reason }) => [entry.slice(0, 7), reason.replace(/,.*/, '')]),
    [
      ['a/1.jpg', 'a name that an earlier entry has'],
      ['nnnnnnn', 'a name that this disk cannot store'],
      ['x/1.jpg', 'a name that an earlier entry has'],
    ],
  );
});

test('extractZip() leaves out damaged entries and writes the others', async () => {
  const text = 'the same words again and again, '.repeat(100);
  let zip = await makeZip([
    { name: 'crc.jpg', data: 'wrong-checksum' },
    { name: 'deflate.jpg', data: text, compress: true },
    { name: 'more.jpg', data: text, compress: true },
    { name: 'less.jpg', data: text, compress: true },
    { name: 'method.jpg', data: text },
    { name: 'local.jpg' },
    { name: 'good.jpg', data: 'good' },
  ]);
  zip = renamed(zip, 'wrong-checksum', 'wrong-checksuM');
  zip.fill(0xff, zip.indexOf('deflate.jpg') + 'deflate.jpg'.length, zip.indexOf('more.jpg') - 46);
  zip = withHeader(zip, 'more.jpg', (header) => header.writeUInt32LE(10, 24));
  zip = withHeader(zip, 'less.jpg', (header) => header.writeUInt32LE(text.length + 1, 24));
  zip = withHeader(zip, 'method.jpg', (header) => header.writeUInt16LE(14, 10));
  zip = withHeader(zip, 'local.jpg', (header) => header.writeUInt32LE(1, 42));
  const { file, out } = place(zip);
  const { extracted, skipped } = await extractZip(file, out);
  const reasons = Object.fromEntries(skipped.map(({ entry, reason }) => [entry, reason]));
  assert.match(reasons['crc.jpg']!, /CRC-32/);
  assert.match(reasons['deflate.jpg']!, /cannot be unpacked/);
  assert.match(reasons['more.jpg']!, /more bytes than the 10/);
  assert.match(reasons['less.jpg']!, /3200 bytes where it declares 3201/);
  assert.match(reasons['method.jpg']!, /method/);
  assert.match(reasons['local.jpg']!, /invalid local file header/);
  assert.equal(extracted, 1);
  assert.deepEqual(namesIn(out), ['good.jpg']);
});

test('extractZip() refuses bombs: an entry by its ratio, an archive by its bytes and files', async () => {
  const bomb = { name: 'bomb.jpg', data: Buffer.alloc(3e6), compress: true };
  const { folder, file, out } = place(await makeZip([{ name: 'a.jpg' }, bomb, { name: 'b.jpg' }]));
  const { extracted, skipped } = await extractZip(file, out);
  assert.equal(extracted, 2);
  assert.equal(skipped[0]?.entry, 'bomb.jpg');
  assert.match(skipped[0]!.reason, /unfold to 3.0 MB/);
  await assert.rejects(extractZip(file, `${out}2`, { maxBytes: 20 }), /at most 20 bytes.*"b.jpg"/);
  await assert.rejects(extractZip(file, `${out}2`, { maxFiles: 1 }), /at most 1 files.*"b.jpg"/);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a.zip', 'out']);
});

test('extractZip() refuses what is no whole zip and leaves nothing behind', async () => {
  const whole = await makeZip([{ name: '1.jpg' }, { name: '2.jpg' }]);
  for (const bytes of [
    whole.subarray(0, -30),
    Buffer.from('<html>no zip</html>'),
    Buffer.alloc(0),
    whole.subarray(50),
  ]) {
    const { folder, file, out } = place(bytes);
    await assert.rejects(extractZip(file, out), {
      name: 'LittleDataError',
      message: /a whole zip archive.*Download it again/s,
    });
    assert.deepEqual(fs.readdirSync(folder), ['a.zip']);
  }
  await assert.rejects(extractZip(path.join(dir, 'none.zip'), path.join(dir, 'out')), /found no file/);
});

test('extractZip() refuses a folder that exists', async () => {
  const { folder, file, out } = place(await makeZip([{ name: '1.jpg' }]));
  fs.mkdirSync(out);
  await assert.rejects(extractZip(file, out), /expected a folder that does not exist yet/);
  assert.deepEqual(fs.readdirSync(out), []);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a.zip', 'out']);
});

test('extractZip() stops at the signal and leaves nothing behind', async () => {
  const { folder, file, out } = place(
    await makeZip([{ name: '1.jpg' }, { name: '2.jpg' }, { name: '3.jpg' }]),
  );
  const stop = new AbortController();
  await assert.rejects(
    extractZip(file, out, { signal: stop.signal, onEntry: () => stop.abort() }),
    /cancelled after 1 of 3 files\. .*Run it again/,
  );
  assert.deepEqual(fs.readdirSync(folder), ['a.zip']);
});

test('extractZip() stops on an interrupt, also within a large file, and leaves nothing behind', async () => {
  const { folder, file, out } = place(
    await makeZip([{ name: '1.jpg' }, { name: '2.jpg', data: Buffer.alloc(2 ** 26) }]),
  );
  const interrupt = () => setImmediate(() => process.emit('SIGINT'));
  await assert.rejects(extractZip(file, out, { onEntry: interrupt }), {
    name: 'InterruptedError',
    message: /a\.zip .*1 of 2 files/,
  });
  assert.deepEqual(fs.readdirSync(folder), ['a.zip']);
});

test('extractZip() can run twice at once into one folder: one unpacks, the other waits and takes what is there', async () => {
  const { folder, file, out } = place(await makeZip([{ name: '1.jpg' }, { name: '2.jpg' }]));
  let written = 0;
  const extract = () => extractZip(file, out, { onEntry: () => written++ });
  const results = await Promise.all([extract(), extract()]);
  assert.deepEqual(results[0], results[1]);
  assert.equal(written, 2);
  assert.deepEqual(namesIn(out), ['1.jpg', '2.jpg']);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a.zip', 'out']);
});

test('extractZip() unpacks anew where files are missing or empty, and keeps what was there', async () => {
  const { folder, file, out } = place(await makeZip([{ name: 'Cat/1.jpg' }, { name: '2.jpg' }]));
  const notices: string[] = [];
  const extract = () => extractZip(file, out, { onNotice: (text) => notices.push(text) });
  const first = await extract();
  for (const damage of [
    () => fs.truncateSync(path.join(out, 'Cat', '1.jpg')),
    () => fs.rmSync(path.join(out, '2.jpg')),
    () => fs.appendFileSync(path.join(out, '2.jpg'), 'longer'),
  ]) {
    notices.length = 0;
    damage();
    const before = filesBelow(out).map((name) => fs.readFileSync(path.join(out, name), 'utf8'));
    assert.deepEqual(await extract(), first);
    assert.deepEqual(
      filesBelow(out)
        .map((name) => fs.statSync(path.join(out, name)).size)
        .slice(1),
      [14, 18],
    );
    assert.match(notices.join(), /1 of the 2 files .* are missing or have another size .*is unpacked again/);
    const [aside] = fs.readdirSync(folder).filter((name) => name.startsWith('out.damaged-'));
    assert(notices[1]!.includes(aside!));
    const kept = path.join(folder, aside!);
    assert.deepEqual(
      filesBelow(kept).map((name) => fs.readFileSync(path.join(kept, name), 'utf8')),
      before,
    );
    fs.rmSync(kept, { recursive: true });
  }
  notices.length = 0;
  await extract();
  assert.deepEqual(notices, []);
});

test('extractZip() refuses to unpack anew where somebody put files', async () => {
  const { folder, file, out } = place(await makeZip([{ name: 'Cat/1.jpg' }, { name: 'Cat/2.jpg' }]));
  await extractZip(file, out);
  put(out, 'Cat/mine.jpg', 'mine');
  await extractZip(file, out);
  fs.rmSync(path.join(out, 'Cat/2.jpg'));
  await assert.rejects(
    extractZip(file, out),
    /found 1 of another origin \(Cat\/mine\.jpg\)\. Move these elsewhere/,
  );
  assert.deepEqual(namesIn(path.join(out, 'Cat')), ['1.jpg', 'mine.jpg']);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a.zip', 'out']);
});

test('extractZip() refuses a folder whose record was damaged, and names it', async () => {
  const { file, out } = place(await makeZip([{ name: '1.jpg' }]));
  await extractZip(file, out);
  for (const text of ['null', '{"files": {"../1.jpg": 1}, "skipped": []}', '']) {
    put(out, '.little-data-unpacked.json', text);
    await assert.rejects(extractZip(file, out), /out\/\.little-data-unpacked\.json: expected the record/);
  }
  assert.deepEqual(namesIn(out), ['1.jpg']);
});

test('extractZip() says that the disk is full and leaves nothing behind', async (t) => {
  const disk = smallDisk(dir, '256k');
  if (!disk) return t.skip('a small disk cannot be mounted here');
  try {
    const { file } = place(
      await makeZip([1, 2, 3, 4].map((n) => ({ name: `${n}.jpg`, data: Buffer.alloc(1e5, n) }))),
    );
    await assert.rejects(
      extractZip(file, path.join(disk.path, 'out')),
      /disk is full: .*room for 400.*Make room/,
    );
    assert.deepEqual(fs.readdirSync(disk.path), []);
  } finally {
    disk.remove();
  }
});
