/** Turns the arguments of `trainHead` into checked training data: rows, labels, classes, validation split. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../../check';
import { provenanceOf } from '../../features/provenance';
import { tf } from '../../tensorflow';
import { checkDiffering, checkFinite, checkRows, rowShape } from '../check-rows';
import { type ClassIndices, checkOutput, checkSameClasses, classesOf, classWord } from '../classes';
import { checkRecipe } from '../head-metadata';
import { checkLabels, type Labels, labelValues } from '../labels';
import { staleLine } from '../stale-features';
import { type ClassWeights, rowWeightsOf } from './class-weights';
import { splitFeatures } from './validation-split';

/** Features and labels that fit each other and the head. */
export interface TrainingData {
  features: Tensor;
  labels: Int32Array;
  validation: { features: Tensor; labels: Int32Array } | undefined;
  /** With `validationSplit`: the rows that were held out, ascending. */
  validationRows: Int32Array | undefined;
  /** float32: `[n, 1]` of 0 and 1 for one sigmoid unit, else one-hot `[n, classes]`. */
  y: Tensor;
  /** With `classWeights`: what each row's loss is multiplied by, float32 `[n, 1]`. */
  rowWeights: Tensor | undefined;
  /** How many classes the head tells apart. */
  classes: number;
  classIndices: ClassIndices | undefined;
  /** What the person should know before the run. */
  notes: string[];
  /** Frees the tensors that were made for the run. */
  dispose(): void;
}

/** What `trainingData` needs of the options of `trainHead`. */
export interface TrainingDataOptions {
  model?: LayersModel;
  validationData?: readonly [Tensor, Labels];
  validationSplit?: number;
  classWeights?: ClassWeights;
  seed: number;
}

/**
 * Checks everything once, then splits the rows where `validationSplit` asks for it.
 * @throws LittleDataError that names what does not fit.
 */
export function trainingData(
  features: Tensor,
  labels: Labels,
  { model, validationData, validationSplit, classWeights, seed }: TrainingDataOptions,
): TrainingData {
  checkOneValidation(validationData, validationSplit);
  checkRows(features, { name: 'train', inputShape: model && rowShape(model) });
  if (validationData) checkValidationRows(features, validationData[0], model);
  const classIndices = provenanceOf(features)?.classIndices;
  const found = classIndices
    ? Math.max(2, Object.keys(classIndices).length)
    : classCount(validationData ? [labels, validationData[1]] : [labels]);
  if (model) checkOutput(model, { classes: found, classIndices });
  const classes = model ? classesOf(model) : found;
  const values = checkLabels(labels, { features, name: 'train', classes });
  const validation = validationData && {
    features: validationData[0],
    labels: checkLabels(validationData[1], { features: validationData[0], name: 'validation', classes }),
  };
  checkSeveralClasses(values, classIndices);
  checkFinite(features, 'train');
  if (validation) checkFinite(validation.features, 'validation');
  checkDiffering(features, 'train');
  const units = model ? (model.outputShape[1] as number) : classes === 2 ? 1 : classes;
  const split =
    validationSplit === undefined
      ? undefined
      : splitFeatures(features, values, { fraction: validationSplit, seed });
  const train = split?.train ?? { features, labels: values };
  const weights = rowWeightsOf(classWeights, { labels: train.labels, classes, classIndices });
  const y = labelTensor(train.labels, units);
  const rowWeights = weights && tf.tensor2d(weights, [weights.length, 1]);
  return {
    ...train,
    validation: split?.validation ?? validation,
    validationRows: split?.rows.validation,
    y,
    rowWeights,
    classes,
    classIndices,
    notes: [
      staleLine(labels, { features, name: 'train' }),
      validationData && staleLine(validationData[1], { features: validationData[0], name: 'validation' }),
    ].filter((note) => note !== undefined),
    dispose: () =>
      tf.dispose([
        y,
        ...(rowWeights ? [rowWeights] : []),
        ...(split ? [split.train.features, split.validation.features] : []),
      ]),
  };
}

/** All numbers of the data, for the key of a run. */
export function numbersOf({ features, labels, validation }: TrainingData): ArrayLike<number>[] {
  return [
    features.dataSync(),
    labels,
    ...(validation ? [validation.features.dataSync(), validation.labels] : []),
  ];
}

function checkOneValidation(data: unknown, split: unknown): void {
  if (!data || split === undefined) return;
  throw problem({
    where: 'trainHead',
    expected: '`validationData` or `validationSplit`',
    found: 'both',
    next: 'Leave one of them out.',
  });
}

/** Both splits need rows of one shape, of the same classes, prepared in the same way. */
function checkValidationRows(train: Tensor, validation: Tensor, model: LayersModel | undefined): void {
  const inputShape = model ? rowShape(model) : train.shape.slice(1);
  checkRows(validation, { name: 'validation', inputShape });
  const [own, other] = [provenanceOf(train), provenanceOf(validation)];
  if (!own || !other) return;
  checkSameClasses(own.classIndices, other.classIndices, {
    where: 'the validation data',
    of: 'the train data',
  });
  checkRecipe(own.recipe, other.recipe, 'the validation data');
}

/** The number of classes by the largest label. `checkLabels` refuses labels that are not integers. */
function classCount(lists: readonly Labels[]): number {
  const values = lists.flatMap((list) => Array.from(labelValues(list)));
  const largest = values.reduce((a, b) => (Number.isInteger(b) ? Math.max(a, b) : a), 1);
  if (largest < Math.max(2, values.length)) return largest + 1;
  throw problem({
    where: 'the labels of the train data',
    expected: 'integers from 0 to the number of classes minus one',
    found: `${largest} among ${values.length} labels`,
    next: 'Number the classes 0, 1, 2 and so on, without gaps.',
  });
}

function checkSeveralClasses(labels: Int32Array, classIndices: ClassIndices | undefined): void {
  const first = labels[0];
  if (first === undefined || labels.some((label) => label !== first)) return;
  throw problem({
    where: 'the labels of the train data',
    expected: 'rows of two classes or more',
    found: `${labels.length} of ${classWord(first, classIndices)} and no others`,
    next: 'A head learns to tell classes apart. Add photos of the other classes.',
  });
}

function labelTensor(labels: Int32Array, units: number): Tensor {
  if (units === 1) return tf.tensor2d(labels, [labels.length, 1], 'float32');
  return tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), units).toFloat());
}
