#!/usr/bin/env node
/** `npm run weights -- lite2`: downloads the weights of networks that are not in the repository into data/weights. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { weightFiles } from '../src/networks/weight-files.cjs';
import { downloadBar } from './download-bar.mjs';
import { makeContext, runProgram } from './setup/context.mjs';
import { pythonEnvironment, venvPython } from './setup/interpreter.mjs';
import { setup } from './setup.mjs';
import { getWeights } from './weights/get-weights.mjs';
import { weightSources } from './weights/sources.mjs';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
try {
  await run();
} catch (error) {
  const isPlain =
    ['LittleDataError', 'SetupError'].includes(error.name) || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isPlain ? error.message : error.stack);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

async function run() {
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.filter((name) => !weightSources[name]);
  if (positionals.length === 0 || unknown.length > 0) {
    if (unknown.length > 0) console.error(`There are no weights called ${unknown.join(', ')}.`);
    console.log('Pass one or more of these names, such as `npm run weights -- lite2`:');
    for (const [name, { title, size, licence }] of Object.entries(weightSources))
      console.log(`  ${name.padEnd(15)} ${title} (${size}, licence: ${licence})`);
    process.exitCode = unknown.length > 0 ? 2 : 0;
    return;
  }
  await setup();
  const { root, cache, env } = makeContext();
  for (const name of positionals) {
    const source = weightSources[name];
    console.log(`${source.title}: ${source.size}, licence ${source.licence}\nfrom ${source.url}`);
    const { files, wasThere, sha256 } = await getWeights(source, {
      folder: path.join(root, 'data', 'weights'),
      cache: path.join(cache, 'weights'),
      weightFiles,
      python: (args) => runProgram(venvPython(root), args, { cwd: root, env: pythonEnvironment(env) }),
      onProgress: downloadBar(),
      signal: stop.signal,
    });
    const shown = files.map((file) => path.relative(root, file)).join(' and ');
    console.log(wasThere ? `There already: ${shown}.` : `Done: ${shown}.`);
    if (!wasThere && !source.sha256 && !source.md5)
      console.log(`Keras publishes no digest for this file. Its SHA-256 is ${sha256}.`);
  }
}
