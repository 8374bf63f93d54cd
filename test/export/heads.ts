/** Heads that know their classes and how photos are prepared, without any training. */

import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { type PreprocessingFunction, preprocessingName } from '../../src/datasets/batches/preprocessing';
import { sampleFolder } from '../../src/datasets/tutorial/sample-folder';
import { modelDigest } from '../../src/features/recipe';
import { buildHead } from '../../src/head/build-head';
import { headMetadata, setHeadMetadata } from '../../src/head/head-metadata';
import type { Interpolation } from '../../src/images/resize-photo';
import type { Evaluation } from '../../src/insight/evaluation';
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
