/** `npm run tutorial`: the set-up, then the tutorial's notebook from its first cell to its last. */
import fs from 'node:fs';
import path from 'node:path';
import { printedBy, runNotebook } from './run-notebook.mjs';
import { placeOf, projectRoot } from './setup/context.mjs';
import { setup } from './setup.mjs';

const name = '01-image-classification-with-little-data';

try {
  await setup();
  await run();
} catch (error) {
  console.error(error.name === 'SetupError' || error.name === 'NotebookError' ? error.message : error);
  process.exitCode = 1;
}

async function run() {
  const data = placeOf(process.env.LITTLE_DATA_DIR || 'data', projectRoot);
  const time = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const place = path.join(data, 'runs', `${time}-${name}`);
  const [output, html] = [`${place}.ipynb`, `${place}.html`];
  console.log(`Running notebooks/${name}.ipynb:`);
  try {
    await runNotebook(path.join(projectRoot, 'notebooks', `${name}.ipynb`), { output, html });
  } finally {
    if (fs.existsSync(output))
      console.log(`\nThe executed notebook: ${shown(output)}\nAs a page:             ${shown(html)}`);
  }
  const printed = printedBy(JSON.parse(fs.readFileSync(output, 'utf8')));
  console.log(`\n${(printed.match(/^Final validation accuracy.*$/gm) ?? []).join('\n')}`);
  if (/DRAWINGS/.test(printed))
    console.log('These were drawings. `npm run photos` downloads real photos (786 MB); then run this again.');
  console.log('Change a number and run it again yourself: npm run lab');
}

function shown(file) {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
