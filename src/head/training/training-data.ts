/** What `trainHead` is given, checked at every joint before the first step: rows, labels, classes, values. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../../check';
import { provenanceOf } from '../../features/provenance';
import { tf } from '../../tensorflow';
import { buildHead } from '../build-head';
import { checkDiffering, checkFinite, checkRows } from '../check-rows';
import { type ClassIndices, checkOutput, checkSameClasses, classesOf, classWord } from '../classes';
import { checkLabels, type Labels, labelValues } from '../labels';
import { checkRecipe } from '../notes';

/** Features and labels that fit each other and the head. */
export interface TrainingData {
  features: Tensor;
  labels: Int32Array;
  validation: { features: Tensor; labels: Int32Array } | undefined;
  /** float32: `[n, 1]` of 0 and 1 for one sigmoid unit, else one-hot `[n, classes]`; whoever has the data disposes it. */
  y: Tensor;
  classIndices: ClassIndices | undefined;
  /** All numbers of the data, for the key of a run. */
  digested: () => ArrayLike<number>[];
}

/** Checks all of it; throws an error that names what doesn't fit. */
export function prepareData(
  model: LayersModel,
  features: Tensor,
  labels: Labels,
  validation?: readonly [Tensor, Labels],
): TrainingData {
  checkRows(model, features, 'train');
  if (validation) checkRows(model, validation[0], 'validation');
  const classIndices = provenanceOf(features)?.classIndices;
  if (validation) checkOrigins(features, validation[0]);
  const count = classCount(features, labels, validation);
  checkOutput(model, { classes: count, classIndices });
  const classes = classesOf(model);
  const own = checkLabels(labels, { features, name: 'train', classes });
  const held = validation && {
    features: validation[0],
    labels: checkLabels(validation[1], { features: validation[0], name: 'validation', classes }),
  };
  checkSeveralClasses(own, classIndices);
  checkFinite(features, 'train');
  if (held) checkFinite(held.features, 'validation');
  checkDiffering(features, 'train');
  return {
    features,
    labels: own,
    validation: held,
    y: labelTensor(own, model.outputShape[1] as number),
    classIndices,
    digested: () => [features.dataSync(), own, ...(held ? [held.features.dataSync(), held.labels] : [])],
  };
}

/** A head for as many classes as the photos have folders or, where that is not known, as there are labels. */
export function headFor(
  features: Tensor,
  labels: Labels,
  { validation, seed }: { validation?: readonly [Tensor, Labels]; seed: number },
): LayersModel {
  const classes = classCount(features, labels, validation);
  return buildHead({ inputShape: features.shape.slice(1), classes, seed });
}

function classCount(features: Tensor, labels: Labels, validation?: readonly [Tensor, Labels]): number {
  const noted = provenanceOf(features)?.classIndices;
  if (noted) return Math.max(2, Object.keys(noted).length);
  const all = [labels, ...(validation ? [validation[1]] : [])];
  const largest = all.flatMap((list) => Array.from(labelValues(list))).reduce((a, b) => Math.max(a, b), 1);
  // What is no label at all is refused by name later.
  return Number.isInteger(largest) ? largest + 1 : 2;
}

/** Both parts must come from the same class folders, prepared in the same way. */
function checkOrigins(train: Tensor, validation: Tensor): void {
  const [own, held] = [provenanceOf(train), provenanceOf(validation)];
  if (!own || !held) return;
  checkSameClasses(own.classIndices, held.classIndices, {
    where: 'the validation data',
    of: 'the train data',
  });
  checkRecipe(own.recipe, held.recipe, 'the validation data');
}

function checkSeveralClasses(labels: Int32Array, classIndices: ClassIndices | undefined): void {
  const first = labels[0];
  if (first === undefined || labels.some((label) => label !== first)) return;
  throw problem({
    where: 'the labels of the train data',
    expected: 'rows of two classes or more',
    found: `${labels.length} of ${classWord(first, classIndices)} and no others`,
    next: 'A head learns to tell classes apart: give it photos of the other classes too.',
  });
}

function labelTensor(labels: Int32Array, units: number): Tensor {
  if (units === 1) return tf.tensor2d(labels, [labels.length, 1], 'float32');
  return tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), units).toFloat());
}
