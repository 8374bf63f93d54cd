/**
 * `npm run report -- FOLDER`: a report on the photos in a folder of class folders, as one HTML file. `--out FILE` names it; with
 * `--photos` small pictures are in it.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);

try {
  await run();
} catch (error) {
  const isPlain =
    ['LittleDataError', 'InterruptedError', 'SetupError'].includes(error.name) ||
    error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isPlain ? error.message : error.stack);
  process.exitCode = error.name === 'InterruptedError' ? 130 : 1;
}

async function run() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, photos: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1) {
    console.error('Pass one folder of photos: `npm run report -- FOLDER [--out FILE] [--photos]`.');
    process.exitCode = 2;
    return;
  }
  if (!fs.existsSync(new URL('../node_modules/tsx', import.meta.url))) {
    const { setup } = await import('./setup.mjs');
    await setup();
  }
  require('tsx/cjs');
  const { reportFolder } = require('../src/insight/report/report-folder.ts');
  const { dataPath } = require('../src/paths.ts');
  const [folder] = positionals;
  const file = values.out ?? dataPath('reports', `${path.parse(path.resolve(folder)).name}.html`);
  await reportFolder(folder, { file, photos: values.photos });
}
