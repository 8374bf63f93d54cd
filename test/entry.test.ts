import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needs } from './fixtures/skip';
import { projectRoot, runNode } from './run-node';
import { script } from './scripts/project';

/** A package of the same entry, built or not. */
let root: string;
before(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-entry-')));
  const { exports } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  fs.writeFileSync(path.join(root, 'package.json'), JSON.stringify({ name: 'little-data', exports }));
  fs.mkdirSync(path.join(root, 'src'));
  fs.copyFileSync(path.join(projectRoot, 'src', 'entry.cjs'), path.join(root, 'src', 'entry.cjs'));
});
after(() => fs.rmSync(root, { recursive: true }));

describe('the package, for a program without the options of its kernel', () => {
  test('says how to build it where that was not done', () => {
    const { status, stderr } = runNode("require('little-data')", { cwd: root, preload: [] });
    assert.equal(status, 1);
    assert.match(stderr, /^LittleDataError: little-data has not been built.*`npm run build`/m);
    assert.doesNotMatch(stderr, /^ +at /m);
  });

  test('is what was built, by require and by import of a name', () => {
    fs.mkdirSync(path.join(root, 'dist'));
    fs.writeFileSync(path.join(root, 'dist', 'index.js'), 'exports.two = 2;');
    const code = `import('little-data').then(({ two }) => console.log(two, require('little-data').two));`;
    assert.equal(runNode(code, { cwd: root, preload: [] }).stdout, '2 2\n');
    fs.writeFileSync(path.join(root, 'named.mjs'), "import { two } from 'little-data'; console.log(two);");
    const { stdout } = spawnSync(process.execPath, ['named.mjs'], { cwd: root, encoding: 'utf8' });
    assert.equal(stdout, '2\n');
  });
});

test('a kernel of plain tslab that imports the package says which kernel to choose', async (t) => {
  const { venvPython } = await script('setup/jupyter.mjs');
  if (!needs(t, fs.existsSync(venvPython()), 'there is no .venv: npm run setup')) return;
  const kernel = path.join(root, 'kernels', 'plain');
  fs.mkdirSync(kernel, { recursive: true });
  const tslab = path.join(projectRoot, 'node_modules', 'tslab', 'bin', 'tslab');
  const argv = [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}'];
  fs.writeFileSync(
    path.join(kernel, 'kernel.json'),
    JSON.stringify({ argv, display_name: 'TypeScript', language: 'typescript' }),
  );
  const code = `
import sys, nbformat
from nbclient import NotebookClient
cells = [nbformat.v4.new_code_cell(cell) for cell in sys.argv[2:]]
notebook = nbformat.v4.new_notebook(cells=cells)
client = NotebookClient(notebook, kernel_name='plain', allow_errors=True, resources={'metadata': {'path': sys.argv[1]}})
client.execute()
print(''.join(output.get('text') for cell in cells for output in cell.outputs))`;
  const cells = ["import { findPhotos } from 'little-data';\nfindPhotos;"];
  const notebooks = path.join(projectRoot, 'notebooks');
  const { stdout, stderr } = spawnSync(venvPython(), ['-I', '-c', code, notebooks, ...cells], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: root, JUPYTER_PATH: root },
  });
  assert.match(
    stdout,
    /This kernel can't load little-data: choose the kernel "TypeScript \(little-data\)"/,
    stderr,
  );
  assert.match(stdout, /npm run kernel:install/);
  assert.doesNotMatch(stdout, / at .*entry\.cjs/);
});
