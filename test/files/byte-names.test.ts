import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bytesOf, entriesOf, nameOf, realPath } from '../../src/files/byte-names';
import { temporaryFolder } from '../datasets/folders';

describe('nameOf() and bytesOf()', () => {
  // Source: Python 3.13, os.fsdecode() and os.fsencode().
  const names: Record<string, [bytes: Buffer, text: string]> = {
    'plain text': [Buffer.from('cat.jpg'), 'cat.jpg'],
    'UTF-8': [Buffer.from('\u{1f436} J\u00f6rg'), '\u{1f436} J\u00f6rg'],
    'Latin-1': [Buffer.from('4af67267', 'hex'), 'J\udcf6rg'],
    'half a character': [Buffer.from('41f09f90', 'hex'), 'A\udcf0\udc9f\udc90'],
    both: [Buffer.from('c3b6f6', 'hex'), '\u00f6\udcf6'],
  };
  for (const [name, [bytes, text]] of Object.entries(names))
    test(`keep ${name}`, () => {
      assert.equal(nameOf(bytes), text);
      assert.deepEqual(Buffer.from(bytesOf(text)), bytes);
    });
});

test('entriesOf() and realPath() find a file whose name is not UTF-8', (context) => {
  if (process.platform !== 'linux') return context.skip('such names exist on Linux only');
  const dir = temporaryFolder('bytes');
  context.after(() => fs.rmSync(dir, { recursive: true }));
  const name = 'J\udcf6rg.jpg';
  fs.writeFileSync(bytesOf(path.join(dir, name)), 'x');
  fs.symlinkSync(bytesOf(name), path.join(dir, 'link'));
  assert.deepEqual(
    entriesOf(dir)
      .map((one) => one.name)
      .sort(),
    [name, 'link'].sort(),
  );
  assert.equal(realPath(path.join(dir, 'link')), path.join(dir, name));
});
