import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { projectRoot, runNode } from '../run-node';

/** A project of three files with this preload, so that a test can edit its source. */
let root: string;
before(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-preload-')));
  write('package.json', '{ "name": "little-data", "main": "src/index.ts" }');
  const source = fs.readdirSync(path.join(projectRoot, 'src', 'kernel')).map((name) => `kernel/${name}`);
  for (const file of [...source, 'tensorflow.ts', 'check.ts'])
    write(`src/${file}`, fs.readFileSync(path.join(projectRoot, 'src', file), 'utf8'));
  write('src/index.ts', `export { first } from './first';\nexport { second } from './second';`);
  write('src/first.ts', 'export const first: number = 1;');
  write('src/second.ts', 'export const second: number = 1;');
  write('notebooks/src.js', '');
  for (const name of ['tsx', '@tensorflow']) link(path.join(projectRoot, 'node_modules', name), name);
  link(root, 'little-data');
});
after(() => fs.rmSync(root, { recursive: true }));

function write(name: string, text: string): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
function link(target: string, name: string): void {
  const place = path.join(root, 'node_modules', name);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.symlinkSync(target, place);
}

/** What `cell` and `edit` are in the lines of a test: an import as tslab makes it, and a change of a source file. */
const tools = `
  const fs = require('node:fs');
  const { createRequire } = require('node:module');
  const root = process.cwd() + '/..';
  const cell = createRequire(process.cwd() + '/src.js');
  const program = createRequire(process.cwd() + '/program.js');
  let time = Date.now() / 1000;
  const edit = (name, text) => {
    fs.writeFileSync(root + '/src/' + name, text);
    time += 10;
    fs.utimesSync(root + '/src/' + name, time, time);
  };
`;

/** Runs lines in a process like the kernel's, in the folder of the notebooks. */
function run(lines: string, env: Record<string, string> = {}) {
  const preload = ['--require', path.join(root, 'src', 'kernel', 'preload.cjs')];
  return runNode(tools + lines, { cwd: path.join(root, 'notebooks'), preload, env });
}
function printedBy(lines: string, env?: Record<string, string>): string[] {
  const { stdout, stderr, status } = run(lines, env);
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}

describe('the preload', () => {
  test("runs the package's TypeScript by its name", () => {
    assert.deepEqual(printedBy(`console.log(cell('little-data').first);`), ['1']);
  });

  test('gives a cell that imports again the code as it is now', () => {
    const lines = `
      console.log(cell('little-data').second);
      edit('second.ts', 'export const second = 2;');
      console.log(cell('little-data').second);
      edit('second.ts', 'export const second = 1;');
      console.log(cell('little-data').second);
    `;
    assert.deepEqual(printedBy(lines), ['1', '2', '1']);
  });

  test('keeps modules that did not change, and those that no cell asks for', () => {
    const lines = `
      const before = cell('little-data');
      console.log(cell('little-data') === before);
      edit('first.ts', 'export const first = 1;');
      console.log(program('little-data') === before);
      console.log(cell('little-data') === before);
    `;
    assert.deepEqual(printedBy(lines), ['true', 'true', 'false']);
  });

  test('gives fresh code after an edit that could not be loaded', () => {
    const lines = `
      edit('second.ts', 'throw new Error("half an edit");');
      try { cell('little-data'); } catch (error) { console.log(error.message); }
      edit('first.ts', 'export const first = 3;');
      edit('second.ts', 'export const second = 1;');
      console.log(cell('little-data').first);
      edit('first.ts', 'export const first = 1;');
    `;
    assert.deepEqual(printedBy(lines), ['half an edit', '3']);
  });

  test('sends every import of TensorFlow to the one module that chooses it', () => {
    const lines = `
      const { tf, backend } = program('../src/tensorflow.ts');
      console.log(backend, cell('@tensorflow/tfjs-node') === tf, program('@tensorflow/tfjs-node') === tf);
    `;
    assert.deepEqual(printedBy(lines, { LITTLE_DATA_BACKEND: 'wasm' }), [
      'TensorFlow runs as WebAssembly, about seven times slower: LITTLE_DATA_BACKEND=wasm asks for it.',
      'wasm true true',
    ]);
  });

  test('has the function that tfjs-node calls and Node 23 took away', () => {
    const lines = `
      const { isNullOrUndefined } = require('node:util');
      console.log(isNullOrUndefined(null), isNullOrUndefined(undefined), isNullOrUndefined(0));
    `;
    assert.deepEqual(printedBy(lines), ['true true false']);
  });
});

describe('LITTLE_DATA_STRICT=1', () => {
  const strict = { LITTLE_DATA_STRICT: '1' };
  const quiet = `setTimeout(() => console.log('went on'), 100);`;

  test('ends the process with 1 after an unhandled rejection', () => {
    const { status, stdout, stderr } = run(`${quiet} Promise.reject(new Error('late'));`, strict);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^unhandledRejection outside a cell: Error: late\n {4}at /);
  });

  test('ends the process with 1 after an error of a timer', () => {
    const { status, stderr } = run(`${quiet} setTimeout(() => { throw new Error('late'); });`, strict);
    assert.equal(status, 1);
    assert.match(stderr, /^uncaughtException outside a cell: Error: late\n/);
  });

  test('is off otherwise', () => {
    const lines = `process.on('unhandledRejection', () => {}); ${quiet} Promise.reject(new Error('late'));`;
    const { status, stdout } = run(lines);
    assert.deepEqual([status, stdout], [0, 'went on\n']);
  });
});

test("Node's pool of threads has one for each core, and what the environment says where it says so", () => {
  const code = `
    require('node:os').availableParallelism = () => 9;
    require('./src/kernel/preload.cjs');
    const { promisify } = require('node:util');
    const { pbkdf2 } = require('node:crypto');
    const threads = () => require('node:fs').readdirSync('/proc/self/task').length;
    const before = threads();
    Promise.all(Array.from({ length: 20 }, () => promisify(pbkdf2)('a', 'b', 1000, 32, 'sha256'))).then(() =>
      console.log(process.platform === 'linux' ? threads() - before : Number(process.env.UV_THREADPOOL_SIZE)));`;
  assert.equal(runNode(code, { preload: [] }).stdout, '9\n');
  assert.equal(runNode(code, { preload: [], env: { UV_THREADPOOL_SIZE: '2' } }).stdout, '2\n');
});
