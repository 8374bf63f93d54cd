import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { besideOf, flush } from '../../src/features/beside';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-beside-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('besideOf() gives a new place each time, in a folder that is there', () => {
  const file = path.join(folder, 'deep', 'x.h5');
  const [one, other] = [besideOf(file), besideOf(file)];
  assert.notEqual(one, other);
  for (const place of [one, other]) assert.equal(path.dirname(place), path.dirname(file));
});

test('besideOf() removes what a killed writer left, and nothing else', () => {
  const gone = spawnSync(process.execPath, ['-e', '0']).pid;
  const file = path.join(folder, 'x.h5');
  const left = `x.h5.${gone}-0123abcd.part`;
  const others = [
    `x.h5.${process.pid}-0123abcd.part`,
    `y.h5.${gone}-0123abcd.part`,
    `x.h5.${gone}.part`,
    'x.h5.notes.part',
    'x.h5',
  ];
  for (const name of [left, ...others]) fs.writeFileSync(path.join(folder, name), 'x');
  besideOf(file);
  for (const name of others) assert.ok(fs.existsSync(path.join(folder, name)), name);
  assert.equal(fs.existsSync(path.join(folder, left)), false);
});

test('flush() leaves the bytes as they are', () => {
  const file = path.join(folder, 'flushed');
  fs.writeFileSync(file, 'bytes');
  flush(file);
  assert.equal(fs.readFileSync(file, 'utf8'), 'bytes');
});
