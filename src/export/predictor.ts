/** A trained head as a folder with a command and a module for Node, which need nothing of this package. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkKeys } from '../check';
import { withPredictor } from '../head/prediction/predictor';
import { projectRoot } from '../paths';
import { copyTemplates } from './copy-templates';
import { writeDecoder } from './decoder';
import { evaluationSentence } from './evaluation-note';
import { checkPrecision, type ExportOptions, writeModel } from './model';
import { wholeModel } from './whole-model';
import { writeFolder } from './write-folder';

/**
 * Writes a small Node package for a head: after `npm ci` in its folder, `node predict.mjs photo.jpg ...` prints one line of
 * JSON per photo (`photo`, `className`, `probability`, `probabilities`, and `unsure` and `unlike` where `calibrate` and `flagUnlike` told the head; `photo` and `error` where it can't be read, and exit
 * code 1), and `predict(photo)` of its `index.mjs` gives the same to a program, for a path or a file's bytes.
 *
 * The predictions are those of `predictPhoto` to 1e-4 (a head on bfloat16 features: to about 0.01; with float16 weights
 * to about 1e-3), and it reads the same photos, by the same decoder. It computes on WebAssembly, so that nothing has to be
 * compiled, in a thread of its own, so that a program may use several predictors, and TensorFlow.js for other things.
 *
 * @param head from `trainHead` or `loadHead`, or the path of its `.h5` file.
 * @param dir the folder. It is written whole or not at all; an earlier predictor from here is replaced while nothing in it
 *   was changed or added, but for the packages that `npm ci` adds; any other folder with something in it is refused.
 * @param options `base`: the network that made the features; `precision`: of the weights; `evaluation`: of the head on held-out
 *   photos, which its README.md then tells.
 * @returns the folder's absolute path and its size in bytes (about 67 MB with VGG16, 34 MB as float16, 7 MB with
 *   EfficientNetLite0).
 * @throws as `exportModel` does.
 * @example
 * ```ts
 * import { exportPredictor } from 'little-data';
 * const { dir, bytes } = await exportPredictor('head.h5', 'exported');
 * console.log(`${dir}: ${bytes} bytes`);
 * ```
 */
export async function exportPredictor(
  head: LayersModel | string,
  dir: string,
  options: ExportOptions = {},
): Promise<{ dir: string; bytes: number }> {
  checkKeys('exportPredictor', options, ['base', 'precision', 'evaluation']);
  const precision = checkPrecision(options);
  return withPredictor({ head, base: options.base }, async (predictor) =>
    writeFolder(dir, {
      kind: 'predictor',
      write: async (place) => {
        const { familiar, ...model } = await wholeModel(predictor, { ...options, precision });
        const { attribution, evaluation } = model.userDefinedMetadata;
        const { dependencies } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
        copyTemplates('predictor', place, {
          tfjs: dependencies['@tensorflow/tfjs'],
          sharp: dependencies.sharp,
          evaluation: evaluation ? `\n${evaluationSentence(evaluation)}\n` : '',
          attribution: attribution ? `\n${attribution}` : '',
        });
        writeDecoder(path.join(place, 'decoder.cjs'));
        fs.mkdirSync(path.join(place, 'model'));
        writeModel(path.join(place, 'model'), model);
        if (familiar) fs.writeFileSync(path.join(place, 'model', 'familiar.json'), JSON.stringify(familiar));
      },
    }),
  );
}
