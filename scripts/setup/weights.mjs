/** Step 6: the weights of the repository, byte for byte. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { weightFiles } from '../../src/networks/weight-files.cjs';
import { SetupError } from './context.mjs';
import { hasStamp, readJson, stampOf, writeJson } from './files.mjs';

/** Those that come with the project. */
const own = Object.fromEntries(Object.entries(weightFiles).filter(([, { inRepository }]) => inRepository));

/**
 * Throws unless `data/weights/` holds the weights; reads a file only where it has changed since the last time.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {Record<string, { sha256?: string, md5?: string }>} [files] by name; either of the two digests makes a file right
 */
export async function checkWeights({ root, cache }, files = own) {
  const recordFile = path.join(cache, 'weights.json');
  const stamps = readJson(recordFile) ?? {};
  const now = {};
  for (const [name, expected] of Object.entries(files)) {
    const file = path.join(root, shown(name));
    if (!hasStamp(file, stamps[name])) await inspectWeights(root, name, expected);
    now[name] = stampOf(file);
  }
  if (JSON.stringify(now) !== JSON.stringify(stamps)) writeJson(recordFile, now);
  return { did: false, summary: 'weights' };
}

/** Reads all weights of the repository; throws as `checkWeights` does. */
export async function inspectAllWeights({ root }) {
  for (const [name, expected] of Object.entries(own)) await inspectWeights(root, name, expected);
  return Object.keys(own).length;
}

const shown = (name) => path.join('data', 'weights', name);

async function inspectWeights(root, name, expected) {
  const file = path.join(root, shown(name));
  const next = 'Get it back with `git checkout -- data/weights`, and start again.';
  const stamp = stampOf(file);
  if (!stamp) throw new SetupError(`The weights ${shown(name)} are missing.`, next);
  const found = await digestsOf(file);
  if (found.sha256 !== expected.sha256 && found.md5 !== expected.md5)
    throw new SetupError(
      `The weights ${shown(name)} are damaged: their SHA-256 should be ${expected.sha256}, and is ${found.sha256} (${stamp.size} bytes).`,
      next,
    );
}

/** The SHA-256 and the MD5 of a file, in hexadecimal. */
export async function digestsOf(file) {
  const [sha256, md5] = [crypto.createHash('sha256'), crypto.createHash('md5')];
  await pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), async (chunks) => {
    for await (const chunk of chunks) {
      sha256.update(chunk);
      md5.update(chunk);
    }
  });
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}
