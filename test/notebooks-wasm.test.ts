import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { projectRoot, script } from './scripts/project';

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: { text?: string | string[]; data?: Record<string, unknown> }[];
}
interface Notebook {
  cells: Cell[];
}

const name = '01-image-classification-with-little-data.ipynb';
const file = path.join(projectRoot, '.cache', 'test-notebooks', `${process.pid}-wasm.ipynb`);
let data: string;
before(() => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-wasm-'));
});
after(() => {
  fs.rmSync(file, { force: true });
  fs.rmSync(data, { recursive: true, force: true });
});

/** Notebook 01 with 36 of its drawings and 3 epochs: WebAssembly takes half a second for each photo. */
function shortened(): string {
  const text = fs.readFileSync(path.join(projectRoot, 'notebooks', name), 'utf8');
  const changes: [string, string][] = [
    ['{ train: [0, 99], validation: [100, 139] }', '{ train: [0, 11], validation: [100, 105] }'],
    ['const epochs = 50', 'const epochs = 3'],
  ];
  return changes.reduce((changed, [before, now]) => {
    assert.ok(changed.includes(before), `the notebook has: ${before}`);
    return changed.replace(before, now);
  }, text);
}

function sourceOf(cell: Cell): string {
  return [cell.source].flat().join('');
}

function printedBy(cell: Cell | undefined): string {
  return (cell?.outputs ?? []).map((output) => [output.text ?? []].flat().join('')).join('');
}

test('notebook 01 runs on WebAssembly from its first cell to its last', async () => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, shortened());
  const { runNotebook } = await script('run-notebook.mjs');
  const output = path.join(data, 'runs', name);
  const env = {
    ...process.env,
    LITTLE_DATA_BACKEND: 'wasm',
    LITTLE_DATA_DIR: data,
    LITTLE_DATA_PHOTOS: '',
  };
  await runNotebook(file, { output, env, stdio: 'pipe' });
  const { cells } = JSON.parse(fs.readFileSync(output, 'utf8')) as Notebook;
  const cellWith = (code: string) => cells.find((cell) => sourceOf(cell).includes(code));
  const text = cells.map(printedBy).join('');

  const notices = text.match(/^TensorFlow runs as WebAssembly.*$/gm) ?? [];
  assert.equal(notices.length, 1, notices.join('\n'));
  assert.match(notices[0]!, /LITTLE_DATA_BACKEND=wasm/);
  assert.match(printedBy(cellWith("console.log('train'")), /train \[ 24, 4, 4, 512 \]/);
  assert.match(printedBy(cellWith("console.log('validation'")), /validation \[ 12, 4, 4, 512 \]/);
  // danfojs asks for tfjs-node by its name.
  assert.match(printedBy(cellWith('dfd.DataFrame')), /val_loss/);
  assert.equal(text.match(/^Final validation accuracy/gm)?.length, 2);
  assert.match(printedBy(cellWith('predictPhoto(photo')), /^(cats|dogs), probability [01]\.\d+$/m);
  for (const code of ["title: 'model accuracy' }));", "title: 'model loss'"]) {
    const shown = cellWith(code)?.outputs?.find((one) => one.data?.['application/vnd.vegalite.v5+json']);
    assert.match(String(shown?.data?.['image/svg+xml']), /^<svg/, code);
  }
  for (const made of ['bottleneck_features_train.npy', 'bottleneck_fc_model.h5'])
    assert.ok(fs.existsSync(path.join(data, made)), made);
});
