import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot, script } from './project';

const row = (version: string, told: string) => [version, told, told, told, 'Linux x64, 2026-01-31'];

describe('withResults()', () => {
  test('writes the table between its marks, by version, and keeps the rows of other majors', async () => {
    const { withResults } = await script('matrix.mjs');
    const empty = 'before\n<!-- npm run matrix -->\n<!-- end of npm run matrix -->\nafter\n';
    const first = withResults(empty, [row('24.1.0', 'passed'), row('20.19.0', 'passed')]);
    const second = withResults(first, [row('24.2.0', 'FAILED'), row('22.0.0', 'passed')]);
    assert.match(first, /^before\n<!-- npm run matrix -->\n\n\| Node \| set-up/);
    assert.match(second, /<!-- end of npm run matrix -->\nafter\n$/);
    const versions = [...second.matchAll(/^\| (\d\S+) \| (\w+)/gm)].map(
      ([, version, told]) => `${version} ${told}`,
    );
    assert.deepEqual(versions, ['20.19.0 passed', '22.0.0 passed', '24.2.0 FAILED']);
  });

  test('refuses a text without a place for the table', async () => {
    const { withResults } = await script('matrix.mjs');
    assert.throws(() => withResults('no marks', []), /no place for the table/);
  });

  test('finds its place in environment.md', async () => {
    const { withResults } = await script('matrix.mjs');
    const text = fs.readFileSync(path.join(projectRoot, 'environment.md'), 'utf8');
    assert.match(withResults(text, [row('22.0.0', 'passed')]), /^\| 22\.0\.0 \| passed/m);
  });
});
