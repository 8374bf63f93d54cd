import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { sampleFolder } from '../../../src/datasets/tutorial/sample-folder';
import { reportFolder } from '../../../src/insight/report/report-folder';
import { projectRoot } from '../../../src/paths';
import { temporaryFolder } from '../../datasets/folders';

/** Class folders with the first photos of the sample. */
function someFolder(dir: string, perClass: number): string {
  for (const [kind, name] of Object.entries({ cat: 'cats', dog: 'dogs' })) {
    fs.mkdirSync(path.join(dir, 'pets', name), { recursive: true });
    for (let i = 0; i < perClass; i++)
      fs.copyFileSync(path.join(sampleFolder, `${kind}.${i}.jpg`), path.join(dir, 'pets', name, `${i}.jpg`));
  }
  return path.join(dir, 'pets');
}

test('`npm run report` goes from a folder to a report, and says where it is', () => {
  const dir = temporaryFolder('report-folder');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/report.mjs', ...args], {
      ...{ cwd: projectRoot, encoding: 'utf8' },
      env: { ...process.env, LITTLE_DATA_DIR: path.join(dir, 'data'), TF_CPP_MIN_LOG_LEVEL: '3' },
    });
  const photos = someFolder(dir, 24);
  const { status, stdout, stderr } = run(photos, '--photos');
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  const file = path.join(dir, 'data', 'reports', 'pets.html');
  assert.ok(stdout.includes(file), stdout);
  const html = fs.readFileSync(file, 'utf8');
  assert.match(html, /<h1>Data report: pets<\/h1>/);
  assert.match(html, /of 2 classes: cats, dogs/);
  assert.equal(fs.readdirSync(path.join(photos, 'cats')).length, 24);
  const wrong = run();
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /npm run report -- FOLDER/);
  const missing = run(path.join(dir, 'missing'));
  assert.equal(missing.status, 1);
  assert.doesNotMatch(missing.stderr, /\n +at /);
  fs.rmSync(dir, { recursive: true });
});

test('reportFolder() refuses a file before it looks at a photo', async () => {
  await assert.rejects(reportFolder('missing', { file: 'report.txt' }), /`file`/);
});
