import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import * as v from 'valibot';
import { named, parseRecord, pathWithin, readRecord, sha256Text, wholeNumber } from '../../src/files/record';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'record-'));
after(() => fs.rmSync(dir, { recursive: true }));
const file = path.join(dir, 'record.json');
const schema = v.object({ files: v.record(pathWithin, v.object({ sha256: sha256Text, size: wholeNumber })) });
const options = { what: 'the record of a test', next: 'Delete it.' };
const read = (content: string) => {
  fs.writeFileSync(file, content);
  return readRecord(file, schema, options);
};
const entry = { sha256: 'a'.repeat(64), size: 3 };

describe('readRecord()', () => {
  test('gives what fits, and undefined where there is no file', () => {
    const record = { files: { 'cats/a b.jpg': entry, '..cats/x.jpg': entry } };
    assert.deepEqual(read(JSON.stringify(record)), record);
    assert.equal(readRecord(path.join(dir, 'none.json'), schema, options), undefined);
  });

  test('takes names that objects have of their own, which pollute nothing', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString'];
    const any = named(v.string(), wholeNumber);
    const text = `{${names.map((name) => `"${name}":1`).join()}}`;
    const record = parseRecord(text, any, { ...options, where: 'x' });
    assert.deepEqual(Object.entries(record), Object.entries(JSON.parse(text)));
    assert.equal(Object.getPrototypeOf(record), Object.prototype);
    for (const unlike of ['[]', 'null', '1', '"x"', '{"__proto__":"x"}'])
      assert.throws(() => parseRecord(unlike, any, { ...options, where: 'x' }), { name: 'LittleDataError' });
  });

  test('takes a colon in the name of a file but on Windows', () => {
    const record = { files: { 'cats/c:1.jpg': entry } };
    if (process.platform === 'win32') assert.throws(() => read(JSON.stringify(record)));
    else assert.deepEqual(read(JSON.stringify(record)), record);
  });

  const unfit: Record<string, string> = {
    null: 'null',
    'a list': '[]',
    'no JSON': '{"files": ',
    nothing: '',
    'a path out of the folder': JSON.stringify({ files: { '../victim.txt': entry } }),
    'a path out of the folder further on': JSON.stringify({ files: { 'cats/../../victim.txt': entry } }),
    'an absolute path': JSON.stringify({ files: { '/etc/passwd': entry } }),
    'an empty path': JSON.stringify({ files: { '': entry } }),
    'a NUL in a path': JSON.stringify({ files: { 'a\0b': entry } }),
    'a drive': JSON.stringify({ files: { 'c:/x': entry } }),
    'a digest of another length': JSON.stringify({ files: { 'a.jpg': { ...entry, sha256: 'aa' } } }),
    'a negative size': JSON.stringify({ files: { 'a.jpg': { ...entry, size: -1 } } }),
    'a size beyond whole numbers': JSON.stringify({ files: { 'a.jpg': { ...entry, size: 1e300 } } }),
    'a file of another kind': JSON.stringify({ files: { 'a.jpg': null } }),
  };
  for (const [name, content] of Object.entries(unfit))
    test(`refuses ${name}, and names the file`, () =>
      assert.throws(
        () => read(content),
        (error: Error) =>
          error.name === 'LittleDataError' &&
          error.message.includes(file) &&
          error.message.includes('Delete it.'),
      ));

  test('refuses a folder in its place', () => {
    fs.rmSync(file);
    fs.mkdirSync(file);
    assert.throws(() => readRecord(file, schema, options), { name: 'LittleDataError' });
  });
});
