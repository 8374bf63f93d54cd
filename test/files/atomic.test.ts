import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { besideOf, putInPlace, writeWhole } from '../../src/files/atomic';
import { newToken } from '../../src/files/owner.cjs';
import { put, temporaryFolder } from '../datasets/folders';
import { runNode } from '../run-node';
import { needsProc } from './namespaces';
import { seenSyncs } from './syncs';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('atomic');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A token of a process that has ended. */
function tokenOfEnded(): string {
  const { stdout } = runNode("console.log(require('./src/files/owner.cjs').newToken())");
  return stdout.trim();
}

describe('writeWhole()', () => {
  const write = (text: string) => (descriptor: number) => {
    fs.writeSync(descriptor, text);
  };
  const failing = (descriptor: number) => {
    fs.writeSync(descriptor, 'half');
    throw new Error('disk full');
  };

  test('writes a new file, with its folder', () => {
    const file = path.join(folder, 'a', 'b', 'x.txt');
    writeWhole(file, write('new'));
    assert.equal(fs.readFileSync(file, 'utf8'), 'new');
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['x.txt']);
  });

  test('leaves the old file until the new one is whole', () => {
    const file = path.join(folder, 'x.txt');
    writeWhole(file, write('old'));
    writeWhole(file, (descriptor) => {
      fs.writeSync(descriptor, 'ne');
      assert.equal(fs.readFileSync(file, 'utf8'), 'old');
      fs.writeSync(descriptor, 'w');
    });
    assert.equal(fs.readFileSync(file, 'utf8'), 'new');
  });

  test('keeps the old file and leaves nothing beside it when the writer throws', () => {
    const file = path.join(folder, 'x.txt');
    assert.throws(() => writeWhole(file, failing), /disk full/);
    assert.deepEqual(fs.readdirSync(folder), []);
    writeWhole(file, write('old'));
    assert.throws(() => writeWhole(file, failing), /disk full/);
    assert.equal(fs.readFileSync(file, 'utf8'), 'old');
    assert.deepEqual(fs.readdirSync(folder), ['x.txt']);
  });

  test('leaves nothing behind where the place is taken by a folder', () => {
    const file = path.join(folder, 'x');
    fs.mkdirSync(file);
    const message =
      /x: expected a place where the file can be written, found the error EISDIR\. Correct the path/;
    assert.throws(() => writeWhole(file, write('new')), { name: 'LittleDataError', message });
    assert.deepEqual(fs.readdirSync(folder), ['x']);
  });

  test('says that a folder of the path is a file', () => {
    const file = path.join(folder, 'x.txt');
    writeWhole(file, write('old'));
    const below = path.join(file, 'y.txt');
    assert.throws(() => writeWhole(below, write('new')), {
      name: 'LittleDataError',
      message:
        /y\.txt: expected a place where the file can be written, found the error \w+\. Correct the path/,
    });
    assert.equal(fs.readFileSync(file, 'utf8'), 'old');
  });

  test('says that the disk is full', {
    skip: fs.existsSync('/dev/full') ? false : 'there is no /dev/full here',
  }, () => {
    const full = fs.openSync('/dev/full', 'w');
    const message = /disk is full: .*x\.txt\. Make room\. Then run it again/;
    assert.throws(() => writeWhole(path.join(folder, 'x.txt'), () => write('new')(full)), { message });
    fs.closeSync(full);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  test('flushes the file before it has its name, and the folder after', () => {
    const file = path.join(folder, 'x.txt');
    const syncs = seenSyncs(() => writeWhole(file, write('new')));
    assert.deepEqual(
      syncs.map(({ place, files }) => [
        place.replace(/x\.txt\..*\.part$/, 'beside'),
        files.includes('x.txt'),
      ]),
      [
        [path.join(folder, 'beside'), false],
        [folder, true],
      ],
    );
  });
});

describe('besideOf()', () => {
  test('gives a new place each time, in a folder that is there', () => {
    const file = path.join(folder, 'deep', 'x.h5');
    const [one, other] = [besideOf(file), besideOf(file)];
    assert.notEqual(one, other);
    for (const place of [one, other]) assert.equal(path.dirname(place), path.dirname(file));
  });

  test('removes what a killed writer left, and nothing else', (context) => {
    if (!needsProc(context)) return;
    const [ended, elsewhere] = [tokenOfEnded(), `${'0'.repeat(12)}-1-1-01234567`];
    const left = [`x.h5.${ended}.part`, `x.h5.${elsewhere.replace('-1-', '-2-')}.part`];
    const others = [
      `x.h5.${newToken()}.part`,
      `x.h5.${elsewhere}.part`,
      `y.h5.${ended}.part`,
      `x.h5.${ended}`,
      `x.h5.more.${ended}.part`,
      'x.h5.notes.part',
      'x.h5.1234.part',
      'x.h5',
    ];
    for (const name of [...left, ...others]) put(folder, name);
    const [dayAgo, hoursAgo] = [25, 12].map((hours) => Date.now() / 1000 - hours * 3600) as [number, number];
    fs.utimesSync(path.join(folder, left[1]!), dayAgo, dayAgo);
    for (const name of others) fs.utimesSync(path.join(folder, name), hoursAgo, hoursAgo);
    fs.utimesSync(path.join(folder, others[0]!), dayAgo, dayAgo);
    besideOf(path.join(folder, 'x.h5'));
    assert.deepEqual(fs.readdirSync(folder).sort(), others.sort());
  });
});

test('putInPlace() replaces the file and leaves its bytes as they are', () => {
  const [file, beside] = [put(folder, 'x', 'old'), put(folder, 'beside', 'new')];
  putInPlace(beside, file);
  assert.deepEqual(fs.readdirSync(folder), ['x']);
  assert.equal(fs.readFileSync(file, 'utf8'), 'new');
});
