/** Downloads the weights of one network, checks them and puts them into data/weights. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../setup/context.mjs';
import { digestsOf } from '../setup/weights.mjs';

const require = createRequire(import.meta.url);
const converter = fileURLToPath(new URL('efficientnet_lite.py', import.meta.url));

/**
 * Files that are there already stay as they are, right or wrong: loading checks them.
 * @param {import('./sources.mjs').WeightSource} source
 * @param {object} how
 * @param {string} how.folder where the files come to lie
 * @param {string} how.cache where downloads lie meanwhile
 * @param {Record<string, { sha256?: string }>} how.weightFiles digests of what is converted
 * @param {(args: string[]) => Promise<unknown>} how.python runs Python with these arguments
 * @param {(progress: { bytes: number, total?: number }) => void} [how.onProgress]
 * @param {AbortSignal} [how.signal]
 * @returns {Promise<{ files: string[], wasThere: boolean, sha256?: string }>}
 */
export async function getWeights(source, { folder, cache, weightFiles, python, onProgress, signal }) {
  require('tsx/cjs');
  const { downloadFile } = require('../../src/files/download-file.ts');
  const { besideOf, putInPlace } = require('../../src/files/atomic.ts');
  const { url, sha256, md5, converted } = source;
  const name = path.basename(new URL(url).pathname);
  const names = converted
    ? ['notop', 'top'].map((part) => `efficientnet_${converted}_${part}.safetensors`)
    : [name];
  const files = names.map((one) => path.join(folder, one));
  if (files.every((file) => fs.existsSync(file))) return { files, wasThere: true };

  fs.mkdirSync(cache, { recursive: true });
  const got = await downloadFile(url, path.join(cache, name), { sha256, onProgress, signal });
  try {
    if (md5 !== undefined && (await digestsOf(got.file)).md5 !== md5)
      throw new SetupError(
        `${url} sent a file whose MD5 is not ${md5}, which Keras publishes for it.`,
        'Start it again. If it happens again, a proxy may have put another file in its place.',
      );
    const made = files.map(besideOf);
    try {
      if (converted) await python(['-I', converter, converted, got.file, ...made]);
      else fs.copyFileSync(got.file, made[0]);
      for (const [i, file] of made.entries()) await checkMade(file, names[i], weightFiles[names[i]]);
      for (const [i, file] of made.entries()) putInPlace(file, files[i]);
    } finally {
      for (const file of made) fs.rmSync(file, { force: true });
    }
  } finally {
    fs.rmSync(got.file, { force: true });
  }
  return { files, wasThere: false, sha256: got.sha256 };
}

async function checkMade(file, name, expected) {
  if (!expected) return;
  const { sha256 } = await digestsOf(file);
  if (sha256 === expected.sha256) return;
  throw new SetupError(
    `The conversion made other weights than expected: ${name} should have the SHA-256 ${expected.sha256}, and has ${sha256}.`,
    'Nothing was kept. Please report this with the output of `npm run doctor`.',
  );
}
