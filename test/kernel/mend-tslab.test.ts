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
    preload: ['--require', path.join(kernel, 'mend-tslab.cjs')],
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
      preload: ['--require', path.join(kernel, 'mend-tslab.cjs')],
    });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '0\n');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
