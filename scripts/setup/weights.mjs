/** Step 6: VGG16's weights, byte for byte. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SetupError } from './context.mjs';
import { hasStamp, readJson, stampOf, writeJson } from './files.mjs';

const name = 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';
const shown = path.join('data', 'weights', name);
const address = `https://storage.googleapis.com/tensorflow/keras-applications/vgg16/${name}`;

/** The committed file, and Keras' own, which holds the same tensors in another container. */
const known = {
  sha256: '34bd09a071012c7ff808cb0bbc63e6a8087299bcf0ef2ff20d620cffb35570f3',
  md5: '6d6bbae143d832006294945121d1f1fc',
};

/**
 * Throws unless `data/weights/` holds the weights; reads them only where the file has changed since the last time.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {{ sha256?: string, md5?: string }} [expected] either of the two digests makes the file right
 */
export async function checkWeights({ root, cache }, expected = known) {
  const recordFile = path.join(cache, 'weights.json');
  const stamp = stampOf(path.join(root, shown));
  if (stamp && hasStamp(path.join(root, shown), readJson(recordFile)))
    return { did: false, summary: 'weights' };
  await inspectWeights({ root }, expected);
  writeJson(recordFile, stamp);
  return { did: false, summary: 'weights' };
}

/** Reads the weights and gives their digests; throws as `checkWeights` does. */
export async function inspectWeights({ root }, expected = known) {
  const file = path.join(root, shown);
  const next =
    `Get it back with \`git checkout -- data/weights\`, or download Keras' own file from ${address} ` +
    'into data/weights (MD5 6d6bbae143d832006294945121d1f1fc), and start again.';
  const stamp = stampOf(file);
  if (!stamp) throw new SetupError(`The weights ${shown} are missing.`, next);
  const [sha256, md5] = [crypto.createHash('sha256'), crypto.createHash('md5')];
  await pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), async (chunks) => {
    for await (const chunk of chunks) {
      sha256.update(chunk);
      md5.update(chunk);
    }
  });
  const found = { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
  if (found.sha256 !== expected.sha256 && found.md5 !== expected.md5)
    throw new SetupError(
      `The weights ${shown} are damaged: their SHA-256 should be ${expected.sha256}, and is ${found.sha256} (${stamp.size} bytes).`,
      next,
    );
  return found;
}
