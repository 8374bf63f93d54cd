#!/usr/bin/env node
/**
 * Downloads Microsoft's photos of cats and dogs into data/dogs-vs-cats, checks and unpacks them.
 * `--url ADDRESS --sha256 DIGEST` take another zip; without `--sha256` another zip is not checked.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { downloadBar } from './download-bar.mjs';

const require = createRequire(import.meta.url);

if (!fs.existsSync(new URL('../node_modules/tsx', import.meta.url))) {
  const { setup } = await import('./setup.mjs');
  await setup();
}
require('tsx/cjs');
const { downloadPhotos, photoSources } = require('../src/datasets/tutorial/photo-sources.ts');
const { findPhotos } = require('../src/datasets/tutorial/find-photos.ts');
const { sharedDataPath, shownPath } = require('../src/paths.ts');
const { progressBar } = require('../src/notebook/progress-bar.ts');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
try {
  await run();
} catch (error) {
  console.error(
    `\n${error.name === 'LittleDataError' || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error.stack}`,
  );
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

async function run() {
  const { values } = parseArgs({ options: { url: { type: 'string' }, sha256: { type: 'string' } } });
  const dir = sharedDataPath('dogs-vs-cats');
  const [microsoft] = photoSources;
  if (values.url)
    console.log(`Photos from ${values.url}${values.sha256 ? '' : ' (no digest given: not checked)'}`);
  else {
    console.log(`${microsoft.name}: ${microsoft.size}, licence ${microsoft.licence}`);
    console.log(`from ${microsoft.address}`);
  }
  console.log(`into ${shownPath(dir)}. Ctrl-C stops; the next run resumes there.`);

  const zip = await downloadPhotos(dir, { ...values, signal: stop.signal, onProgress: downloadBar() });
  console.log(
    `${zip.wasThere ? 'There already' : 'Downloaded'}: ${shownPath(zip.file)}, ${zip.bytes} bytes, SHA-256 ${zip.sha256}.`,
  );

  let bar;
  const photos = await findPhotos(zip.file, {
    signal: stop.signal,
    onProgress: ({ done, total }) => {
      bar ??= progressBar(total, { unit: 'photos' });
      bar.update(done);
    },
  });
  for (const [part, classes] of Object.entries(photos.parts)) {
    const counts = Object.entries(classes).map(([name, { length }]) => `${length} ${name}`);
    console.log(`Found ${counts.join(' and ')}${part === 'all' ? '' : ` for ${part}`}.`);
  }
  console.log('Next: `npm run tutorial` runs the tutorial on them, `npm run lab` opens it in JupyterLab.');
}
