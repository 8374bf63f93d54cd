import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './run-node';

const text = fs.readFileSync(path.join(projectRoot, 'docs', 'promises.md'), 'utf8');
const rows = [...text.matchAll(/^\| ([^|]+) \| `(test\/[^`]+)` \| ([^|]+) \|$/gm)];

test('docs/promises.md names a test that exists for each promise', () => {
  assert(rows.length > 40, `${rows.length} promises`);
  assert.equal(rows.length, text.split('\n').filter((line) => /^\| (?!promise|---)/.test(line)).length);
  for (const [, promise, file, name] of rows) {
    const source = fs.readFileSync(path.join(projectRoot, file!), 'utf8');
    assert(source.includes(name!), `${promise}: ${file} has no test "${name}"`);
  }
});
