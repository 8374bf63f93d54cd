import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { findPhotos } from '../../src/datasets/tutorial/find-photos';
import { extractZip } from '../../src/files/extract-zip';
import { listZip } from '../../src/files/zip-plan';
import { filesBelow, put, temporaryFolder } from '../datasets/folders';
import { makeZip, manyEntries, renamed, withHeader } from './make-zip';

let dir: string;
let count = 0;
const dataDir = process.env.LITTLE_DATA_DIR;
before(() => {
  dir = temporaryFolder('zip-directory');
  process.env.LITTLE_DATA_DIR = path.join(dir, 'data');
});
after(() => {
  if (dataDir === undefined) delete process.env.LITTLE_DATA_DIR;
  else process.env.LITTLE_DATA_DIR = dataDir;
  fs.rmSync(dir, { recursive: true, force: true });
});

const place = (zip: Buffer) => put(dir, `${count++}/a.zip`, zip);
const three = () => makeZip([{ name: '1.jpg' }, { name: '2.jpg' }, { name: '3.jpg' }]);
const endOf = (zip: Buffer) => zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');

/** What is left out, and how many files are written. */
async function extracted(zip: Buffer) {
  const file = place(zip);
  const { skipped, extracted } = await extractZip(file, path.join(path.dirname(file), 'out'));
  return { extracted, skipped: skipped.map(({ entry, reason }) => `${entry}: ${reason}`) };
}

test('all of 300,002 entries are found where the zip has 16 bits for their number', async () => {
  const file = place(manyEntries(300_002));
  const names = await listZip(file);
  assert.equal(names.length, 300_002);
  assert.deepEqual([names[0], names.at(-1)], ['000000.jpg', '300001.jpg']);
  await assert.rejects(extractZip(file, path.join(dir, 'out')), /expected at most 200000 files/);
});

test('a number of entries that is not that of the directory is refused', async () => {
  const zip = await three();
  for (const declared of [2, 4, 3 + 256]) {
    const changed = Buffer.from(zip);
    changed.writeUInt16LE(declared, endOf(zip) + 10);
    await assert.rejects(listZip(place(changed)), {
      name: 'LittleDataError',
      message: new RegExp(`a whole zip archive, found .*\\(3 entries where its end says ${declared}\\)`),
    });
  }
});

test('other bytes within the directory are refused, and never taken for its end', async () => {
  const zip = await three();
  const at = zip.lastIndexOf('2.jpg') - 46;
  const changed = Buffer.from(zip);
  changed.fill(0, at, at + 4);
  changed.writeUInt16LE(1, endOf(zip) + 10);
  await assert.rejects(listZip(place(changed)), /its directory continues with other bytes after 1 entries/);
  const long = withHeader(zip, '3.jpg', (header) => header.writeUInt16LE(0xffff, 32));
  await assert.rejects(listZip(place(long)), /its directory is cut off/);
});

test('one entry that can not be read is left out by name, and the rest is read', async () => {
  const zip = await three();
  const cases: [change: (header: Buffer) => void, reason: string][] = [
    [(header) => header.writeUInt16LE(0x41, 8), 'encrypted'],
    [(header) => header.writeUInt16LE(0x40, 8), 'encrypted'],
    [(header) => header.writeUInt16LE(0x2001, 8), 'encrypted'],
    [(header) => header.writeUInt32LE(0xffffffff, 20), 'damaged: its length or place is missing'],
    [(header) => header.writeUInt32LE(0xffffffff, 42), 'damaged: its length or place is missing'],
  ];
  for (const [change, reason] of cases)
    assert.deepEqual(await extracted(withHeader(zip, '2.jpg', change)), {
      extracted: 2,
      skipped: [`2.jpg: ${reason}`],
    });
});

test('extra fields that are none do no harm', async () => {
  const zip = await three();
  // The end of the name is taken for the first extra field, which says that it is 26 KB long.
  const changed = withHeader(zip, '3.jpg', (header) => {
    header.writeUInt16LE(1, 28);
    header.writeUInt16LE(header.readUInt16LE(30) + 4, 30);
  });
  assert.deepEqual(await listZip(place(changed)), ['1.jpg', '2.jpg', '3']);
});

test('entries that share their data are written once', async () => {
  const zip = await three();
  const shared = withHeader(zip, '3.jpg', (header) => header.writeUInt32LE(0, 42));
  assert.deepEqual(await extracted(shared), {
    extracted: 2,
    skipped: ['3.jpg: the data of another entry'],
  });
});

test('an encrypted list of files is refused in plain words', async () => {
  const zip = await three();
  const [start, end] = [zip.readUInt32LE(endOf(zip) + 16), endOf(zip)];
  const directory = Buffer.from(zip.subarray(start, end)).map((byte) => byte ^ 0x5a);
  const record = Buffer.alloc(84);
  record.write('PK\x06\x06', 'latin1');
  record.writeUInt32LE(72, 4);
  record.writeUInt16LE(62, 14);
  record.writeUInt32LE(3, 32);
  record.writeUInt32LE(directory.length, 40);
  record.writeUInt32LE(start, 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeUInt32LE(end, 8);
  const encrypted = Buffer.concat([zip.subarray(0, start), directory, record, locator, zip.subarray(end)]);
  await assert.rejects(listZip(place(encrypted)), {
    name: 'LittleDataError',
    message:
      /expected a zip archive whose list of files can be read, found one whose list of files is encrypted\. Unpack/,
  });
});

test('an unsafe name beside train.zip is left out by name, shown as escapes, and the photos are read', async () => {
  const inner = await makeZip([{ name: 'train/cat.0.jpg' }, { name: 'train/dog.0.jpg' }]);
  const zip = await makeZip([
    { name: 'xx/up.txt' },
    { name: 'a\x1b[2Jb.jpg' },
    { name: 'c\x9b2Jd.jpg' },
    { name: 'train.zip', data: inner },
    { name: 'locked.txt' },
  ]);
  const unsafe = withHeader(renamed(zip, 'xx/up.txt', '../up.txt'), 'locked.txt', (header) =>
    header.writeUInt16LE(0x41, 8),
  );
  const notices: string[] = [];
  const source = await findPhotos(place(unsafe), { onNotice: (text) => notices.push(text) });
  assert.deepEqual(filesBelow(source!.dir), ['cat.0.jpg', 'dog.0.jpg']);
  const told = notices.find((text) => text.startsWith('Left out'))!;
  assert(told.includes('../up.txt (a name that leads out of the folder (..))'), told);
  assert(told.includes('a\\x1b[2Jb.jpg (a control character in its name)'), told);
  assert(told.includes('c\\x9b2Jd.jpg (a control character in its name)'), told);
  for (const text of notices) assert.doesNotMatch(text, /\p{Cc}/u);
});
