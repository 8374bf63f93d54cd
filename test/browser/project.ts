/** A copy of the project that a browser test may write to: its own sources, notebooks and data, the real one's packages. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '../scripts/project';

/** Makes the copy in a temporary folder; the caller removes it. */
export function copyProject(): string {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-browser-')));
  for (const name of [
    'src',
    'notebooks',
    '.jupyter/kernels',
    '.jupyter/config',
    '.jupyter/nbconvert',
    'package.json',
  ])
    fs.cpSync(path.join(projectRoot, name), path.join(root, name), { recursive: true });
  linkPackages(root);
  for (const name of ['weights', 'sample'])
    link(path.join(projectRoot, 'data', name), path.join(root, 'data', name));
  return root;
}

/** All packages are the real project's, only this package is the copy. */
function linkPackages(root: string): void {
  const real = path.join(projectRoot, 'node_modules');
  for (const name of fs.readdirSync(real)) {
    if (name.startsWith('.')) continue;
    link(name === 'little-data' ? root : path.join(real, name), path.join(root, 'node_modules', name));
  }
}

function link(target: string, place: string): void {
  fs.mkdirSync(path.dirname(place), { recursive: true });
  // Windows lets anybody make a junction, but not a link.
  fs.symlinkSync(target, place, 'junction');
}

/** Writes a notebook of code cells for the project's kernel. */
export function writeNotebook(file: string, cells: readonly string[]): void {
  const content = {
    cells: cells.map((source, i) => ({
      ...{ cell_type: 'code', id: `cell-${i}`, metadata: {}, source },
      ...{ outputs: [], execution_count: null },
    })),
    metadata: {
      kernelspec: { display_name: 'TypeScript (little-data)', language: 'typescript', name: 'tslab' },
      language_info: { name: 'typescript', file_extension: '.ts' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  fs.writeFileSync(file, JSON.stringify(content));
}
