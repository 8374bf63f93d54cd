/** Heads that know their classes and how photos are prepared, without any training. */

import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel, Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-node';
import { type PreprocessingFunction, preprocessingName } from '../../src/datasets/batches/preprocessing';
import { sampleFolder } from '../../src/datasets/tutorial/sample-folder';
import { pooledRows } from '../../src/features/pooled-rows';
import { buildHead } from '../../src/head/build-head';
import { headMetadata, setHeadMetadata } from '../../src/head/head-metadata';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizeNearest } from '../../src/images/resize-nearest';
import type { Interpolation } from '../../src/images/resize-photo';
import type { Evaluation } from '../../src/insight/evaluation';
import { modelDigest } from '../../src/networks/model-digest';
import { distancesTo, familiarRows } from '../../src/numerics/familiar-rows';
import { wilsonInterval } from '../../src/numerics/wilson-interval';
import { tf } from '../../src/tensorflow';
import { fromFolders } from '../head/data';

/** A head of random weights for the features of `base`; its classes are called `kind 0`, `kind 1`, ... */
export function headFor(
  base: LayersModel,
  {
    classes = 2,
    targetSize = [16, 16],
    rescale = 1,
    preprocessingFunction,
    exifOrientation = 'apply',
    resampling = 'nearest',
    cropFraction,
    units = 8,
    seed = 1,
    classNames = Array.from({ length: classes }, (_, i) => `kind ${i}`),
  }: {
    classes?: number;
    targetSize?: [number, number];
    rescale?: number;
    preprocessingFunction?: PreprocessingFunction;
    exifOrientation?: 'apply' | 'ignore';
    resampling?: Interpolation;
    cropFraction?: number;
    units?: number;
    seed?: number;
    classNames?: string[];
  } = {},
): LayersModel {
  const inputShape = tf.tidy(() => (base.predict(tf.zeros([1, ...targetSize, 3])) as Tensor).shape.slice(1));
  const head = buildHead({ inputShape, classes, units, seed });
  const name = preprocessingFunction ? preprocessingName(preprocessingFunction)! : null;
  const preprocessing = { rescale, function: name };
  const recipe = {
    ...{ model: modelDigest(base), targetSize, preprocessing, exifOrientation, resampling },
    ...(cropFraction !== undefined && { cropFraction }),
  };
  const rows = tf.zeros([1]);
  setHeadMetadata(head, fromFolders(rows, [0], { classNames, recipe }));
  rows.dispose();
  return head;
}

/** The same head, as `calibrate` leaves it. */
export function calibrated(head: LayersModel, calibration: { temperature: number; threshold: number }) {
  setHeadMetadata(head, { ...headMetadata(head), calibration });
  return head;
}

/** The same head, as `flagUnlike` leaves it after training on noise. The threshold is in the widest gap of the photos' distances. */
export async function flagged(
  head: LayersModel,
  { base, photos }: { base: LayersModel; photos: readonly (string | Uint8Array)[] },
) {
  const { targetSize, preprocessing } = headMetadata(head).recipe!;
  const rowsOf = (pixels: Tensor4D) => {
    const features = tf.tidy(() => base.predict(pixels.mul(preprocessing.rescale)) as Tensor);
    const rows = pooledRows(features, new Int32Array(pixels.shape[0]));
    features.dispose();
    return rows;
  };
  const noise = tf.randomUniform<Rank.R4>([20, ...targetSize, 3], 0, 255, 'float32', 1);
  const familiar = familiarRows(rowsOf(noise), { references: 20, seed: 1, fraction: 0.9 });
  const pictures = await Promise.all(
    photos.map(async (photo) => [...resizeNearest(await decodePhoto(photo), targetSize)]),
  );
  const pixels = tf.tensor4d(pictures.flat(), [photos.length, ...targetSize, 3]);
  const distances = [...distancesTo(familiar, rowsOf(pixels).x)].sort((a, b) => a - b);
  tf.dispose([noise, pixels]);
  const gaps = distances.slice(1).map((far, i) => ({ gap: far - distances[i]!, threshold: far }));
  const widest = gaps.reduce((best, own) => (own.gap > best.gap ? own : best));
  if (!(widest.gap > 0.01)) throw new Error(`distances ${distances}`);
  const threshold = widest.threshold - widest.gap / 2;
  setHeadMetadata(head, { ...headMetadata(head), familiar: { ...familiar, threshold } });
  return head;
}

/** What `evaluateHead` gives where so many photos are predicted right, as far as exports use it. */
export function evaluationOf({
  right,
  photos,
  classNames,
}: {
  right: number;
  photos: number;
  classNames: readonly string[];
}): Evaluation {
  return {
    acc: right / photos,
    intervals: { acc: wilsonInterval(right, photos) },
    perClass: classNames.map((className) => ({ className })),
    photos: Array.from({ length: photos }, (_, row) => ({ row })),
  } as Evaluation;
}

/** Loads `model.json` and its weights as tfjs' own readers do, on any backend. */
export function loadExported(dir: string): Promise<LayersModel> {
  const model = JSON.parse(fs.readFileSync(path.join(dir, 'model.json'), 'utf8'));
  const [group] = model.weightsManifest;
  const weights = Buffer.concat(group.paths.map((name: string) => fs.readFileSync(path.join(dir, name))));
  const weightData = Uint8Array.from(weights).buffer;
  return tf.loadLayersModel(tf.io.fromMemory({ ...model, weightSpecs: group.weights, weightData }));
}

/** The paths of a few real photos, or of the sample's. */
export function somePhotos(): string[] {
  const names = ['cat.0.jpg', 'cat.7.jpg', 'dog.3.jpg', 'dog.11.jpg'];
  return names.map((name) => path.join(process.env.LITTLE_DATA_PHOTOS || sampleFolder, name));
}
