/**
 * `npm run extract -- FOLDER --base EfficientNetLite0 --out FILE.npy`: features of a folder's photos, on this machine or, with
 * `--cluster`, on many. Without a folder: the photos that standard input names, into the feature store; progress as JSON lines.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

// Its notes on this processor are for those who build it.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

try {
  await run();
} catch (error) {
  const isPlain =
    ['LittleDataError', 'InterruptedError', 'UnreadablePhoto', 'SetupError'].includes(error.name) ||
    error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isPlain ? error.message : error.stack);
  process.exitCode = error.name === 'InterruptedError' ? 130 : 1;
}

async function run() {
  if (!fs.existsSync(new URL('../node_modules/tsx', import.meta.url))) {
    const { setup } = await import('./setup.mjs');
    await setup();
  }
  require('tsx/cjs');
  const { extractCommand } = require('../src/features/extract-command.ts');
  await extractCommand(process.argv.slice(2), {
    input: process.stdin,
    say(message) {
      if ('error' in message || 'stopped' in message) process.exitCode = 1;
      process.stdout.write(`${JSON.stringify(message)}\n`);
    },
  });
}
