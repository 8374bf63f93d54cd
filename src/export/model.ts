/** A trained head with its base as a model of TensorFlow.js, for programs other than this package. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkKeys, checkOneOf } from '../check';
import { withPredictor } from '../head/prediction/predictor';
import type { Evaluation } from '../insight/evaluation';
import { type WeightPrecision, weightPrecisions } from './pack-weights';
import { type WholeModel, wholeModel } from './whole-model';
import { writeFolder } from './write-folder';

/** As TensorFlow.js' own converter cuts weights: browsers keep files of this size in their caches. */
const shardBytes = 4 * 2 ** 20;

/** The options of `exportModel` and `exportPredictor`. */
export interface ExportOptions {
  /** The network that made the features. @default VGG16 with the ImageNet weights */
  base?: LayersModel;
  /**
   * How exact the weights are: `'float16'` halves the size. Weights that are float16 numbers as they are, such as EfficientNetLite0's,
   * take half the bytes in any case, without any loss. @default 'float32'
   */
  precision?: WeightPrecision;
  /** What `evaluateHead` gave for this head on held-out photos: its accuracy goes along. @default nothing is said of it */
  evaluation?: Evaluation;
}

/** The wanted precision, checked. */
export function checkPrecision({ precision = 'float32' }: ExportOptions): WeightPrecision {
  return checkOneOf('precision', precision, weightPrecisions);
}

/**
 * Writes base and head in one piece as TensorFlow.js' `model.save` does: model.json and its weights, which
 * `tf.loadLayersModel` of plain `@tensorflow/tfjs` (from a web server) and of tfjs-node (`file://${dir}/model.json`, the
 * path as it is, spaces too) loads without any code of this package.
 *
 * The model takes float32 `[n, height, width, 3]`, RGB, 0..255, at the head's `targetSize`; scaling and means are its first
 * layer, a 1x1 convolution. It gives `[n, 1]`, the probability of the second class, or `[n, classes]`, one for each in the
 * order of `classNames`: the same as `predictPhoto` to 1e-5 (a head on bfloat16 features: to about 0.01, as the model
 * computes in float32; with `precision: 'float16'` to about 1e-3: 9.7e-4 was the most for VGG16 and a trained head on 100
 * photos). A head that `calibrate` has seen gives calibrated probabilities, and `threshold` stands beside the class names: below it a
 * prediction is unsure. What `flagUnlike` told the head stays out: only page and predictor use it. Weights that are float16 numbers are stored as such without any loss, by TensorFlow.js' own `quantization`. Class
 * names, how photos are resized (`targetSize`, `interpolation`, `cropFraction`) and what to do with EXIF orientation stand
 * in model.json under `userDefinedMetadata` and in classes.json, and with VGG16 who made its weights (CC BY 4.0). Photos
 * must be resized so.
 *
 * @param head from `trainHead` or `loadHead`, or the path of its `.h5` file.
 * @param dir the folder. It is written whole or not at all; an earlier model from here is replaced, any other folder with
 *   something in it is refused.
 * @param options `base`: the network that made the features; `precision`: of the weights; `evaluation`: of the head on held-out
 *   photos, whose accuracy, 95% interval and number then stand beside the class names.
 * @returns the folder's absolute path and its size in bytes (about 67 MB with VGG16, 34 MB as float16, 7 MB with
 *   EfficientNetLite0).
 * @throws where head and base don't belong together, `evaluation` is that of other classes, a calibrated head has no Dense layer right before its last activation, a weight is beyond float16 where that is asked for, the preprocessing
 *   function is none that works on each pixel for itself, or the folder can't be written.
 * @example
 * ```ts
 * import { exportModel } from 'little-data';
 * const { dir, bytes } = await exportModel('head.h5', 'exported');
 * console.log(`${dir}: ${bytes} bytes`);
 * ```
 */
export async function exportModel(
  head: LayersModel | string,
  dir: string,
  options: ExportOptions = {},
): Promise<{ dir: string; bytes: number }> {
  checkKeys('exportModel', options, ['base', 'precision', 'evaluation']);
  const precision = checkPrecision(options);
  return withPredictor({ head, base: options.base }, async (predictor) =>
    writeFolder(dir, {
      kind: 'model',
      write: async (place) => {
        const { familiar: _, ...model } = await wholeModel(predictor, { ...options, precision });
        writeModel(place, model);
      },
    }),
  );
}

/** Writes `model.json`, its weights and `classes.json` into a folder that is there. */
export function writeModel(
  folder: string,
  { weightSpecs, weightData, ...model }: Omit<WholeModel, 'familiar'>,
): void {
  const count = Math.ceil(weightData.byteLength / shardBytes);
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  for (const [i, name] of paths.entries())
    fs.writeFileSync(
      path.join(folder, name),
      new Uint8Array(weightData.slice(i * shardBytes, (i + 1) * shardBytes)),
    );
  const manifest = { ...model, weightsManifest: [{ paths, weights: weightSpecs }] };
  fs.writeFileSync(path.join(folder, 'model.json'), JSON.stringify(manifest));
  fs.writeFileSync(
    path.join(folder, 'classes.json'),
    `${JSON.stringify(model.userDefinedMetadata, null, 1)}\n`,
  );
}
