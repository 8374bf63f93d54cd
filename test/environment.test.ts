import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot } from './run-node';
import { script } from './scripts/project';

const text = fs.readFileSync(path.join(projectRoot, 'environment.md'), 'utf8');

/** All files of these kinds below a folder of the project. */
function filesIn(folder: string): string[] {
  const found = fs.readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' });
  return found
    .filter((name) => /\.(ts|mjs|cjs|py|ipynb)$/.test(name) && !name.includes('.venv'))
    .map((name) => path.join(projectRoot, folder, name));
}

/** What stands in the first column of the tables that have `head` there. */
function firstColumn(head: string): string[] {
  const table = text.split('\n\n').find((part) => part.startsWith(`| ${head} `)) ?? '';
  return [...table.matchAll(/^\| (.*?) +\|/gm)].map(([, name]) => name!);
}

describe('environment.md', () => {
  test('lists every LITTLE_DATA_ variable that is used, and no other', () => {
    const folders = ['src', 'scripts', 'test', 'notebooks', 'bench'];
    const used = new Set(
      folders
        .filter((folder) => fs.existsSync(path.join(projectRoot, folder)))
        .flatMap(filesIn)
        .flatMap((file) => fs.readFileSync(file, 'utf8').match(/\bLITTLE_DATA_[A-Z]+(_[A-Z]+)*\b/g) ?? []),
    );
    const listed = firstColumn('variable')
      .join(' ')
      .match(/\bLITTLE_DATA_\w+/g);
    assert.deepEqual(listed?.sort(), [...used].sort());
  });

  test('names every check of the doctor, and no other', async () => {
    const { checks } = await script('doctor.mjs');
    assert.deepEqual(firstColumn('check').slice(2), Object.keys(checks));
  });

  test('names only commands that there are', () => {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
    for (const [, name] of text.matchAll(/`npm run ([\w:]+)/g)) assert.ok(scripts[name!], name);
  });
});
