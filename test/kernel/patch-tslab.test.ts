import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { projectRoot, runNode } from '../run-node';

/** Cells that follow `let epochs = 5, units = 2` and end in a name; what they give under tslab's converter. */
const cells: [string, unknown][] = [
  ['let seen = { epochs };', { epochs: 5 }],
  ['let seen = { a: [{ epochs, units }], epochs: 1 };', { a: [{ epochs: 5, units: 2 }], epochs: 1 }],
  ['let seen = (() => { const epochs = 9; return { epochs, units }; })();', { epochs: 9, units: 2 }],
  ['let seen; { ({ epochs } = { epochs: 7 }); seen = epochs; }', 7],
  ['let seen; { const none: any = {}; ({ epochs = units } = none); seen = epochs; }', 2],
];

const kernel = path.join(projectRoot, 'src', 'kernel');
let results: unknown[];
before(() => {
  const code = `
    const { createConverter } = require('tslab/dist/converter.js');
    const converter = createConverter({});
    const run = (exports, { output, diagnostics }) => {
      if (diagnostics.length) throw new Error(diagnostics[0].messageText);
      new Function('exports', 'require', output)(exports, require);
    };
    const first = converter.convert('', 'let epochs = 5, units = 2;');
    const results = ${JSON.stringify(cells.map(([cell]) => cell))}.map((cell) => {
      const exports = {};
      run(exports, first);
      run(exports, converter.convert(first.declOutput, cell));
      return exports.seen;
    });
    converter.close();
    console.log(JSON.stringify(results));
  `;
  const { status, stdout, stderr } = runNode(code, {
    preload: ['--require', path.join(kernel, 'patch-tslab.cjs')],
  });
  assert.equal(status, 0, stderr);
  results = JSON.parse(stdout);
});
for (const [i, [cell, expected]] of cells.entries())
  test(`a cell may say ${cell}`, () => assert.deepEqual(results[i], expected));

test('folders may come and go beside a notebook while its kernel runs', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-tslab-'));
  const code = `
    const fs = require('node:fs');
    const { createConverter } = require('tslab/dist/converter.js');
    process.chdir(${JSON.stringify(folder)});
    const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
    (async () => {
      const converter = createConverter({});
      converter.convert('', 'import { missing } from "missing-package"; missing;');
      await pause();
      for (let i = 0; i < 3; i++) {
        fs.mkdirSync('node_modules/missing-package', { recursive: true });
        await pause();
        fs.rmSync('node_modules', { recursive: true });
        await pause();
      }
      const { diagnostics } = converter.convert('', 'let seen = 1;');
      converter.close();
      console.log(diagnostics.length);
    })();
  `;
  try {
    const { status, stdout, stderr } = runNode(code, {
      preload: ['--require', path.join(kernel, 'patch-tslab.cjs')],
    });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '0\n');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('a package in TypeScript is not checked anew by a cell, which is checked against its types', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-tslab-'));
  const [notebooks, source] = [path.join(folder, 'notebooks'), path.join(folder, 'src')];
  for (const made of [notebooks, source, path.join(folder, 'node_modules')]) fs.mkdirSync(made);
  // As in this project: the package links to the folder that it lies in, and so does a file beside the notebook.
  fs.symlinkSync(folder, path.join(folder, 'node_modules', 'mine'), 'junction');
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "mine", "types": "src/index.ts" }');
  fs.writeFileSync(path.join(source, 'index.ts'), 'export const two = (): number => 2;');
  fs.writeFileSync(path.join(notebooks, 'beside.ts'), 'export const three = 3;');
  const code = `
    const ts = require('@tslab/typescript-for-tslab');
    const checked = new Set();
    const getPreEmitDiagnosticsOfFiles = (program, files) => {
      for (const file of files) checked.add(file.fileName.split('/').at(-1));
      return ts.getPreEmitDiagnosticsOfFiles(program, files);
    };
    const loaded = require.cache[require.resolve('@tslab/typescript-for-tslab')];
    loaded.exports = { ...ts, getPreEmitDiagnosticsOfFiles };
    const { createConverter } = require('tslab/dist/converter.js');
    process.chdir(${JSON.stringify(notebooks)});
    const converter = createConverter({});
    const imports = 'import { two } from "mine"; import { three } from "./beside";';
    const right = converter.convert('', imports + 'const five: number = two() + three;');
    const wrong = converter.convert('', imports + 'const text: string = two();');
    const later = converter.convert(right.declOutput, 'import { two } from "mine"; const six = two() * five;');
    converter.close();
    const messages = (cell) => cell.diagnostics.map(({ messageText }) => messageText);
    console.log(JSON.stringify([[...checked].sort(), messages(right), messages(wrong), messages(later)]));
  `;
  try {
    const { status, stdout, stderr } = runNode(code, {
      preload: ['--require', path.join(kernel, 'patch-tslab.cjs')],
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), [
      ['__tslab__.ts', 'beside.ts'],
      [],
      ["Type 'number' is not assignable to type 'string'."],
      [],
    ]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('a tslab whose text is another one is refused by name', () => {
  const code = `
    const { patched } = require(${JSON.stringify(path.join(kernel, 'patch-tslab.cjs'))});
    patched('function convert() {}');`;
  const { status, stderr } = runNode(code);
  assert.notEqual(status, 0);
  assert.match(stderr, /expected the text .*wrapPrevIdentifier.*npm run setup/);
});
