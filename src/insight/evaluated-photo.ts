/** A photo whose class is known, and what a head predicts for it. */
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import { labelSource } from '../datasets/batches/label-source';
import { provenanceOf } from '../features/provenance';
import { predictedLabels } from '../head/evaluate-predictions';
import type { Labels } from '../head/labels';
import { fromProject } from '../paths';
import { classProbabilities } from './probabilities';

/** A photo whose class is known, and what a head predicts for it: plain data. */
export interface EvaluatedPhoto {
  /** The photo's row in the features. */
  row: number;
  /** The photo's path; missing where nothing is known of the features' photos. */
  file?: string;
  /** The class of its folder, or its label where no name is known. */
  trueClass: string;
  /** The class with the highest probability. */
  predictedClass: string;
  /** The probability of the predicted class, 0..1. */
  probability: number;
}

/** What of an evaluation is looked at: its photos. */
export interface EvaluatedPhotos {
  /** The prediction for each photo. */
  readonly photos: readonly EvaluatedPhoto[];
}

/** The predictions in a head's output `[n, 1]` (of class 1) or `[n, classes]`, one for each photo. */
export function evaluatedPhotos(
  output: Tensor,
  {
    labels,
    classNames,
    files,
  }: { labels: ArrayLike<number>; classNames: readonly string[]; files?: readonly string[] | undefined },
): EvaluatedPhoto[] {
  const predicted = predictedLabels(output);
  const probabilities = classProbabilities(output);
  return Array.from(labels, (truth, row) => ({
    ...{ row, ...(files && { file: files[row]! }) },
    ...{ trueClass: classNames[truth]!, predictedClass: classNames[predicted[row]!]! },
    probability: probabilities[row * classNames.length + predicted[row]!]!,
  }));
}

/** The photos' paths by the generator of the labels, or by what is known of the features; `undefined` where neither is. */
export function filesOf(features: Tensor, labels: Labels): readonly string[] | undefined {
  const source = labelSource(labels);
  if (source) return source.filepaths;
  const { filenames, directory } = provenanceOf(features) ?? {};
  return directory === undefined
    ? filenames
    : filenames?.map((name) => path.join(fromProject(directory), name));
}

/** The photos of an evaluation. @throws LittleDataError where it is none. */
export function photosOf(evaluation: {
  readonly photos: readonly EvaluatedPhoto[];
}): readonly EvaluatedPhoto[] {
  const photos = Object(evaluation).photos;
  if (Array.isArray(photos)) return photos;
  throw problem({
    where: '`evaluation`',
    expected: 'what evaluateHead gave',
    found: show(evaluation),
    next: 'Pass `evaluateHead(head, features, labels)`.',
  });
}

/** Whether the prediction is right. */
export function isRight({ trueClass, predictedClass }: EvaluatedPhoto): boolean {
  return trueClass === predictedClass;
}

/** What a message or picture calls the photo. */
export function photoName({ file, row }: Pick<EvaluatedPhoto, 'file' | 'row'>): string {
  return file === undefined ? `row ${row}` : path.basename(file);
}
