/** `npm run fuzz`: see `scripts/fuzz.mjs`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tensorflowReady } from '../../src/tensorflow';
import { projectRoot } from '../run-node';
import { formats } from './formats';
import { fuzz } from './fuzz';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  const [minutes, first] = [Number(values.minutes ?? 10), Number(values.seed ?? 0)];
  const chosen = formats.filter(({ name }) => values.only === undefined || values.only === name);
  if (!(minutes > 0) || !Number.isSafeInteger(first) || chosen.length === 0) {
    const names = formats.map(({ name }) => name).join('|');
    console.error(`Usage: npm run fuzz -- [--minutes 10] [--seed 0] [--only ${names}]`);
    process.exit(2);
  }
  const python = process.env.LITTLE_DATA_KERAS_PYTHON;
  if (!python) console.log('Nothing is compared: LITTLE_DATA_KERAS_PYTHON names no Python.');
  await tensorflowReady();
  const folder = path.join(projectRoot, '.cache', 'fuzz');
  const until = Date.now() + minutes * 60_000;
  // All kinds run at the same time: a slow one takes no time from the others.
  const runs = chosen.map(async (format) => {
    const { files, read, faults } = await fuzz(format, { count: format.count, first, until, python, folder });
    const rest = files < format.count ? ` of ${format.count}, then the time was up` : '';
    console.log(`${format.name}: ${files} files${rest}; ${read} were read; ${faults.length} faults.`);
    for (const { seed, file, what } of faults)
      console.log(`  seed ${seed}, ${path.relative(projectRoot, file)}: ${what}`);
    return faults.length;
  });
  const faults = await Promise.all(runs);
  process.exit(faults.some((count) => count > 0) ? 1 : 0);
}

main();
