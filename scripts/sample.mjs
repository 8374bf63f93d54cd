/**
 * `npm run sample -- DIR [--train N] [--validation N] [--seed N]`: draws cats and dogs into DIR. Without options these are
 * the 280 pictures of data/sample.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

createRequire(import.meta.url)('tsx/cjs');
const { drawSample } = createRequire(import.meta.url)('./sample/draw-sample.ts');

const number = { type: 'string' };
try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { train: number, validation: number, seed: number },
  });
  if (positionals.length !== 1)
    throw Object.assign(new Error('Name one folder: npm run sample -- DIR [--train N]'), {
      name: 'LittleDataError',
    });
  const [dir] = positionals;
  const options = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
  console.log(`${await drawSample(dir, options)} pictures written to ${dir}.`);
} catch (error) {
  const isPlain = error.name === 'LittleDataError' || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isPlain ? error.message : error);
  process.exitCode = 1;
}
