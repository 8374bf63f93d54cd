import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertChart, besideTheNotebooks, cellWith, committed, run, textOf } from './fixtures/notebooks';

const name = '01-image-classification-with-little-data.ipynb';
const file = besideTheNotebooks('wasm.ipynb');
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
  const text = fs.readFileSync(committed(name), 'utf8');
  const changes: [string, string][] = [
    ['{ train: [0, 99], validation: [100, 139] }', '{ train: [0, 11], validation: [100, 105] }'],
    ['const epochs = 50', 'const epochs = 3'],
  ];
  return changes.reduce((changed, [before, now]) => {
    assert.ok(changed.includes(before), `the notebook has: ${before}`);
    return changed.replace(before, now);
  }, text);
}

test('notebook 01 runs on WebAssembly from its first cell to its last', async () => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, shortened());
  const notebook = await run(file, { data, env: { LITTLE_DATA_BACKEND: 'wasm' } });
  const printedAt = (code: string) => textOf([cellWith(notebook, code)]);
  const text = textOf(notebook.cells);

  const notices = text.match(/^TensorFlow runs as WebAssembly.*$/gm) ?? [];
  assert.equal(notices.length, 1, notices.join('\n'));
  assert.match(notices[0]!, /LITTLE_DATA_BACKEND=wasm/);
  assert.match(printedAt("console.log('train'"), /train \[ 24, 4, 4, 512 \]/);
  assert.match(printedAt("console.log('validation'"), /validation \[ 12, 4, 4, 512 \]/);
  // danfojs asks for tfjs-node by its name.
  assert.match(printedAt('dfd.DataFrame'), /val_loss/);
  assert.equal(text.match(/^Final validation accuracy/gm)?.length, 2);
  // Six steps on 24 drawings are enough to learn these, not to know others: that the loss falls is all that is asked for.
  for (const code of ['await trainHead(trainData', 'await trainHead(vggTrain']) {
    const losses = [...printedAt(code).matchAll(/ - loss: ([\d.]+)/g)].map(([, loss]) => Number(loss));
    assert.equal(losses.length, 3, code);
    assert.ok(losses[2]! < losses[0]!, `${code}: ${losses}`);
  }
  const answers = printedAt('predictPhoto(photo').match(/^(cats|dogs), probability [01]\.\d{3}$/gm);
  assert.equal(answers?.length, 2);
  for (const code of ["title: 'model accuracy' }));", "title: 'model loss'"]) assertChart(notebook, code);
  for (const made of ['bottleneck_features_train.npy', 'bottleneck_fc_model.h5'])
    assert.ok(fs.existsSync(path.join(data, 'notebooks', path.parse(file).name, made)), made);
});
