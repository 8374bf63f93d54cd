import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot, script } from './project';

const row = (version: string, told: string) => [version, told, told, told, 'Linux x64, 2026-01-31'];

test('each Node that is fetched has a digest, and is of a version that the set-up takes', () => {
  const folder = path.join(projectRoot, 'scripts', 'matrix');
  const read = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  const { packages } = read('package-lock.json');
  const { optionalDependencies } = read('package.json');
  assert.deepEqual(packages[''].optionalDependencies, optionalDependencies);
  for (const major of ['20', '22', '24'])
    assert(optionalDependencies[`node-${major}-linux-x64`], `no Node ${major} for Linux`);
  for (const name of Object.keys(optionalDependencies)) {
    const { version, integrity, resolved, os, cpu } = packages[`node_modules/${name}`];
    assert.equal(name, `node-${version.split('.')[0]}-${[os].flat()}-${[cpu].flat()}`);
    const [major, minor] = version.split('.').map(Number);
    assert(major > 20 || minor >= 19, name);
    assert.match(integrity, /^sha512-/, name);
    assert.equal(resolved, undefined, name);
  }
});

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
