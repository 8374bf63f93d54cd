import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { problem } from '../../src/check';
import { downloadFile } from '../../src/files/download-file';
import { extractZip } from '../../src/files/extract-zip';
import { diskFault } from '../../src/paths';
import { put, temporaryFolder } from '../datasets/folders';
import { serveFile } from './file-server';
import { makeZip } from './make-zip';
import { placeFiles } from './placed/place';
import { closedFolder, smallDisk } from './small-disk';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('disk-fault');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

test('diskFault() words the errors of the file system and leaves all others as they are', () => {
  const words = { place: 'out', what: '3 photos', next: 'Run it again.' };
  const of = (code: string) =>
    (diskFault(Object.assign(new Error(code), { code, syscall: 'write' }), words) as Error).message;
  assert.match(of('ENOSPC'), /disk is full: .*3 photos at out\. Make room\. Run it again\.$/);
  assert.match(of('EDQUOT'), /disk is full/);
  assert.match(
    of('EROFS'),
    /a place where 3 photos can be written, found a folder that may not be written \(EROFS\)\. Change its/,
  );
  assert.match(of('EIO'), /found the error EIO\. Check the disk\. Run it again\.$/);
  for (const error of [
    new Error('other'),
    problem({ where: 'a', expected: 'b', found: 'c', next: 'd' }),
    'text',
  ])
    assert.equal(diskFault(error, words), error);
});

test('downloadFile() says that the disk is full, keeps what came, and goes on once there is room', async (context) => {
  const disk = smallDisk(dir, '256k');
  if (!disk) return context.skip('a small disk cannot be mounted here');
  const body = Buffer.alloc(200_000, 'bytes of a zip');
  const file = path.join(disk.path, 'photos.zip');
  const server = await serveFile({ body, part: `${file}.part`, etag: '"v1"' });
  try {
    const other = put(disk.path, 'other', Buffer.alloc(150_000));
    const get = () => downloadFile(`${server.origin}/photos.zip`, file, { retries: 0, retryDelay: 1 });
    await assert.rejects(get(), {
      name: 'LittleDataError',
      message: /disk is full: .*the download at .*photos\.zip\. Make room\. Start it again to resume/,
    });
    assert(!fs.existsSync(file));
    fs.rmSync(other);
    await get();
    assert(fs.readFileSync(file).equals(body));
    assert.deepEqual(fs.readdirSync(disk.path), ['photos.zip']);
  } finally {
    server.close();
    disk.remove();
  }
});

test('every writer of photos says of a folder that may not be written which it is and what to do', async (context) => {
  const closed = closedFolder(dir);
  if (!closed) return context.skip('a folder that may not be written cannot be made here');
  const server = await serveFile({ body: Buffer.from('bytes'), part: '' });
  const within = (name: string) => path.join(closed.path, name);
  try {
    const zip = put(dir, 'pets.zip', await makeZip([{ name: 'Cat/1.jpg' }]));
    const writers = {
      downloadFile: () => downloadFile(`${server.origin}/a.zip`, within('a.zip')),
      extractZip: () => extractZip(zip, within('out')),
      placeFiles: () => placeFiles(within('split'), [{ source: zip, target: 'train/cats/1.jpg' }]),
    };
    for (const [name, write] of Object.entries(writers))
      await assert.rejects(
        write(),
        (error: Error) => {
          assert.equal(error.name, 'LittleDataError', error.stack);
          assert(error.message.startsWith(closed.path), error.message);
          assert.match(
            error.message,
            /found a folder that may not be written \(E\w+\)\. Change its permissions/,
          );
          return true;
        },
        name,
      );
    assert.deepEqual(fs.readdirSync(closed.path), []);
  } finally {
    server.close();
    closed.remove();
  }
});
