/**
 * `npm run notebooks`: makes the notebooks' committed outputs anew, from a run on the real photos. Cells tagged
 * `shows-photos` get the outputs of a second run, on drawings: the photos are not ours to hand on.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runNotebook } from './run-notebook.mjs';
import { placeOf, projectRoot } from './setup/context.mjs';
import { setup } from './setup.mjs';

const folder = path.join(projectRoot, 'notebooks');
const note =
  'The pictures below are drawings from a run without photos: real ones are not handed on with this notebook.\n';

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
    console.log(`${name}, on drawings:`);
    const drawn = await execute(name, { LITTLE_DATA_PHOTOS: '', LITTLE_DATA_OWN_PHOTOS: '' });
    // The notebook for one's own photos is shown on the drawings alone.
    const isOwn = JSON.stringify(drawn).includes('LITTLE_DATA_OWN_PHOTOS');
    if (!isOwn) console.log(`${name}, on ${photos}:`);
    const real = isOwn ? drawn : await execute(name, { LITTLE_DATA_PHOTOS: photos });
    for (const [i, cell] of real.cells.entries()) {
      if (!cell.metadata.tags?.includes('shows-photos')) continue;
      cell.outputs = [{ name: 'stdout', output_type: 'stream', text: [note] }, ...drawn.cells[i].outputs];
    }
    const file = path.join(folder, name);
    fs.writeFileSync(`${file}.part`, `${JSON.stringify(tidied(real), null, 1)}\n`);
    fs.renameSync(`${file}.part`, file);
  }
}

/** The notebook as a run in a data folder of its own leaves it; that folder is called `data` in its outputs. */
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

/** Without what changes from run to run or says nothing about the work: counts, metadata, TensorFlow's log lines. */
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
