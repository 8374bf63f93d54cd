/**
 * `npm test`: the set-up, then lint, types, unit tests, notebook tests, browser tests.
 * Names of parts as arguments run only these: `npm test -- unit`.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from './setup/context.mjs';
import { setup } from './setup.mjs';

/** Runs of training leave records: those of tests are not the person's. */
const runs = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-runs-'));
process.once('exit', () => fs.rmSync(runs, { recursive: true, force: true }));

const parts = {
  lint: () => run('node_modules/@biomejs/biome/bin/biome', ['check', '.', '--error-on-warnings']),
  types: () => run('node_modules/typescript/bin/tsc', ['--noEmit']),
  // Those that start kernels and browsers want the machine for themselves.
  unit: () => runTests(testFiles('test').filter((file) => !isSlow(file))),
  notebooks: () =>
    runTests(
      testFiles('test')
        .filter(isSlow)
        .filter((file) => !isBrowser(file)),
      1,
    ),
  browser: () => runTests(testFiles('test').filter(isBrowser), 1),
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in parts));
if (unknown) {
  console.error(
    `npm test: expected among ${Object.keys(parts).join(', ')}, found ${unknown}. Correct the name.`,
  );
  process.exit(2);
}
try {
  await setup();
} catch (error) {
  console.error(error.name === 'SetupError' ? error.message : error);
  process.exit(1);
}
const failed = (asked.length > 0 ? asked : Object.keys(parts)).filter((name) => {
  console.log(`\n== ${name} ==`);
  const start = Date.now();
  const passed = parts[name]();
  console.log(
    `== ${name}: ${passed ? 'passed' : 'FAILED'} (${Math.round((Date.now() - start) / 1000)} s) ==`,
  );
  return !passed;
});
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}

function testFiles(folder) {
  return fs
    .readdirSync(path.join(projectRoot, folder), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file))
    .sort();
}

function isSlow(file) {
  return path.basename(file).startsWith('notebooks') || isBrowser(file);
}

function isBrowser(file) {
  return file.startsWith(path.join('test', 'browser'));
}

function runTests(files, concurrency = 2) {
  return run('--conditions=little-data-source', [
    '--require',
    './src/kernel/preload.cjs',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    ...files,
  ]);
}

/** Runs Node; the tests see the warnings of TensorFlow's C library no more than a notebook does. */
function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', LITTLE_DATA_RUNS: runs },
  });
  return status === 0;
}
