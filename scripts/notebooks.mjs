/**
 * `npm run notebooks`: makes the committed outputs of the notebooks. Each comes from one run: notebook 01 on the real
 * photos, the others on the sample. The real photos may not be redistributed, so a cell tagged `shows-photos` keeps
 * only its text there.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runNotebook } from './run-notebook.mjs';
import { placeOf, projectRoot } from './setup/context.mjs';
import { setup } from './setup.mjs';

const folder = path.join(projectRoot, 'notebooks');
const note =
  'The photos are not kept in this file: they may not be redistributed. Run the cell to see them.\n';

try {
  await setup();
  await makeOutputs();
} catch (error) {
  console.error(error.name === 'SetupError' || error.name === 'NotebookError' ? error.message : error);
  process.exitCode = 1;
}

async function makeOutputs() {
  if (!process.env.LITTLE_DATA_PHOTOS) {
    console.error(
      'LITTLE_DATA_PHOTOS: expected the folder of the real photos, found nothing. Set it and start again.',
    );
    process.exitCode = 2;
    return;
  }
  const photos = placeOf(process.env.LITTLE_DATA_PHOTOS, process.cwd());
  const wanted = process.argv.slice(2);
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.ipynb'))) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    const file = path.join(folder, name);
    const isOnSample = !name.startsWith('01');
    console.log(`${name}, on ${isOnSample ? 'the sample' : photos}:`);
    const run = await execute(name, {
      LITTLE_DATA_PHOTOS: isOnSample ? '' : photos,
      LITTLE_DATA_OWN_PHOTOS: '',
    });
    if (!isOnSample) for (const cell of run.cells) dropPhotos(cell);
    fs.writeFileSync(`${file}.part`, `${JSON.stringify(tidied(run), null, 1)}\n`);
    fs.renameSync(`${file}.part`, file);
  }
}

/** Leaves only the text of a cell that shows photos. */
function dropPhotos(cell) {
  if (!cell.metadata.tags?.includes('shows-photos')) return;
  const texts = cell.outputs.filter((output) => output.output_type === 'stream');
  cell.outputs = [...texts, { name: 'stdout', output_type: 'stream', text: [note] }];
}

/** Runs a notebook with a data folder of its own, which its outputs call `data`, and returns the executed notebook. */
async function execute(name, env) {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-notebooks-'));
  try {
    const output = path.join(data, 'runs', name);
    await runNotebook(path.join(folder, name), {
      output,
      env: { ...process.env, ...env, LITTLE_DATA_DIR: data },
    });
    const places = [
      [data, 'data'],
      ...(env.LITTLE_DATA_PHOTOS ? [[env.LITTLE_DATA_PHOTOS, 'data/dogs-vs-cats']] : []),
    ];
    return JSON.parse(
      places.reduce((text, [from, to]) => text.replaceAll(from, to), fs.readFileSync(output, 'utf8')),
    );
  } finally {
    fs.rmSync(data, { recursive: true, force: true });
  }
}

/** Drops what changes from run to run or says nothing about the work: counts, metadata, TensorFlow's log lines. */
function tidied(notebook) {
  const cells = notebook.cells.map(({ metadata: { tags }, ...cell }) => ({
    ...cell,
    metadata: tags ? { tags } : {},
    ...(cell.cell_type === 'code'
      ? {
          execution_count: null,
          outputs: cell.outputs.filter((output) => output.name !== 'stderr').map(tidiedOutput),
        }
      : {}),
  }));
  const { kernelspec } = notebook.metadata;
  return {
    cells,
    metadata: { kernelspec, language_info: { name: 'typescript', file_extension: '.ts' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function tidiedOutput(output) {
  const { transient: _transient, ...kept } = output;
  return 'execution_count' in kept ? { ...kept, execution_count: null } : kept;
}
