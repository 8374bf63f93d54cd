import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { LittleDataError } from '../../../src/check';
import {
  type PlacedEntry,
  type PlacedRecord,
  readPlacedRecord,
  recordName,
  writePlacedRecord,
} from '../../../src/files/placed/placed-record';
import { put, temporaryFolder } from '../../datasets/folders';
import { malformed } from '../../fixtures/malformed';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('split-record');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const link = { placed: 'link', source: '/photos/1.jpg', dev: '2049', ino: '18446744073709551615' } as const;
const copy = { placed: 'copy', source: '/photos/1.jpg', size: 3, sha256: 'a'.repeat(64) } as const;

describe('readPlacedRecord()', () => {
  test('gives back what was written, whatever photos are called', () => {
    assert.equal(readPlacedRecord(dir).size, 0);
    const record: PlacedRecord = new Map<string, PlacedEntry>([
      ['train/cats/1.jpg', link],
      ['train/__proto__/constructor', copy],
      ['test/ü #%/2.jpg', { ...copy, state: '1,2,3,4' }],
    ]);
    writePlacedRecord(dir, record);
    assert.deepEqual(readPlacedRecord(dir), record);
  });

  test('knows nothing of what version 0.1.0 noted but the names', () => {
    put(dir, recordName, '{"train/cats/1.jpg":{"size":3,"time":1.5}}');
    assert.deepEqual(readPlacedRecord(dir), new Map([['train/cats/1.jpg', { placed: 'unknown' }]]));
  });

  const unfit: Record<string, string> = {
    null: 'null',
    'a list': '[]',
    'half a record': '{"version":2,"files":{"train/cats/1.jpg"',
    'another version': JSON.stringify({ version: 3, files: {} }),
    'no files': JSON.stringify({ version: 2 }),
    'a target outside': JSON.stringify({ version: 2, files: { '../victim.txt': link } }),
    'an absolute target': JSON.stringify({ version: 2, files: { '/etc/passwd': copy } }),
    'a target outside, as version 0.1.0 noted it': '{"../victim.txt":{"size":3,"time":1}}',
    'an entry without an inode': JSON.stringify({ version: 2, files: { 'train/1': { ...link, ino: '' } } }),
    'an entry of another kind': JSON.stringify({ version: 2, files: { 'train/1': { placed: 'moved' } } }),
    'a digest of another length': JSON.stringify({
      version: 2,
      files: { 'train/1': { ...copy, sha256: 'a' } },
    }),
    'a null entry': '{"version":2,"files":{"train/1":null}}',
    'a null entry, as version 0.1.0 noted it': '{"train/cats/1.jpg":null}',
  };
  for (const [name, text] of Object.entries(unfit))
    test(`refuses ${name}, and names the file and the next step`, () => {
      put(dir, recordName, text);
      assert.throws(
        () => readPlacedRecord(dir),
        (error: Error) =>
          error.name === 'LittleDataError' &&
          error.message.includes(recordName) &&
          /Move it /.test(error.message),
      );
    });

  test('refuses what is malformed, or reads entries that fit', () => {
    writePlacedRecord(
      dir,
      new Map<string, PlacedEntry>([
        ['train/cats/1.jpg', link],
        ['test/2.jpg', copy],
      ]),
    );
    let refused = 0;
    for (const text of malformed(fs.readFileSync(path.join(dir, recordName), 'utf8'))) {
      put(dir, recordName, text);
      try {
        for (const target of readPlacedRecord(dir).keys()) assert(!target.includes('..'), text);
      } catch (error) {
        assert(error instanceof LittleDataError, `${text}: ${(error as Error).stack}`);
        refused++;
      }
    }
    assert(refused > 121, `${refused}`);
  });

  test('refuses a link in its place, which is neither followed nor replaced', (context) => {
    if (process.platform === 'win32') return context.skip('links need a right of their own here');
    const other = put(dir, 'elsewhere.json', '{"version":2,"files":{}}');
    fs.symlinkSync(other, path.join(dir, recordName));
    assert.throws(() => readPlacedRecord(dir), /found a link/);
  });
});
