/** The figures of predictions whose classes are known, and how sure they are. */
import { bootstrapIntervals } from '../numerics/bootstrap';
import { rankingOf, rocAuc } from '../numerics/roc-auc';
import { wilsonInterval } from '../numerics/wilson-interval';

/** `[low, high]`: where the figure of all such photos lies with 95% confidence. */
export type Interval = [number, number];

/** How well a head finds the photos of one class. */
export interface ClassFigures {
  /** The class, or its label where its name is not known. */
  className: string;
  /** How many photos of the class there are. */
  support: number;
  /** The fraction of the photos predicted as this class that are of it, 0..1; NaN where no photo is predicted as it. */
  precision: number;
  /** The fraction of the photos of this class that are predicted as it, 0..1; NaN without such photos. */
  recall: number;
  /** The harmonic mean of both, 0..1; NaN where the class neither occurs nor is predicted. */
  f1: number;
  /** Their 95% intervals. */
  intervals: {
    /** By Wilson. */
    precision: Interval;
    /** By Wilson. */
    recall: Interval;
    /** By the bootstrap over photos. */
    f1: Interval;
  };
}

/** What `figuresOf` returns. */
export interface Figures {
  /** Brier score: mean squared error of the probabilities, for two classes of the second one (0..1), else summed over the classes (0..2). */
  brier: number;
  /** Area under the ROC curve, 0..1; for more than two classes the mean of one class against the others. NaN of one class alone. */
  auc: number;
  /** One entry per class, in the order of the labels. */
  perClass: ClassFigures[];
  /** 95% intervals. */
  intervals: {
    /** By Wilson. */
    acc: Interval;
    /** By the bootstrap over photos. */
    loss: Interval;
    /** By the bootstrap over photos. */
    brier: Interval;
    /** By the bootstrap over photos. */
    auc: Interval;
  };
}

/** Predictions to be judged, one entry for each photo. */
export interface Judged {
  /** Probabilities, row by row: `[n, classes]`. */
  probabilities: Float32Array;
  labels: Int32Array;
  /** The class that is predicted for each photo. */
  predicted: ArrayLike<number>;
  /** The loss of each photo. */
  losses: ArrayLike<number>;
  classNames: readonly string[];
}

/**
 * Computes the figures.
 * @param resamples how often each photo counts, resample by resample: the bootstrap's intervals are of these.
 */
export function figuresOf(judged: Judged, resamples: Iterable<Int32Array>): Figures {
  const { labels, predicted, classNames } = judged;
  const once = new Int32Array(labels.length).fill(1);
  const compute = resampledFigures(judged);
  const [, brier, auc, ...f1] = compute(once);
  const intervals = bootstrapIntervals(compute, resamples);
  const unknown: Interval = [Number.NaN, Number.NaN];
  const [loss = unknown, ofBrier = unknown, ofAuc = unknown, ...ofF1] = intervals;
  const { hits, predictions, support } = countsOf(judged, once);
  const perClass = classNames.map((className, k) => ({
    ...{ className, support: support[k]!, f1: f1[k]! },
    ...{ precision: hits[k]! / predictions[k]!, recall: hits[k]! / support[k]! },
    intervals: {
      precision: proportion(hits[k]!, predictions[k]!),
      recall: proportion(hits[k]!, support[k]!),
      f1: ofF1[k] ?? unknown,
    },
  }));
  const right = labels.filter((label, row) => label === predicted[row]).length;
  return {
    ...{ brier: brier!, auc: auc!, perClass },
    intervals: { acc: proportion(right, labels.length), loss, brier: ofBrier, auc: ofAuc },
  };
}

/** Wilson's interval; of no photos, all that is possible. */
function proportion(right: number, n: number): Interval {
  return n === 0 ? [0, 1] : wilsonInterval(right, n);
}

/** A function that gives loss, Brier score, AUC and the F1 of each class for photos that count so often. */
function resampledFigures(judged: Judged): (counts: Int32Array) => number[] {
  const { probabilities, labels, losses, classNames } = judged;
  const classes = classNames.length;
  const errors = Float64Array.from(labels, (label, row) =>
    squaredError(probabilities, { label, row, classes }),
  );
  const rankings = (classes === 2 ? [1] : [...classNames.keys()]).map((k) =>
    rankingOf(column(probabilities, k, classes), (row) => labels[row] === k),
  );
  return (counts) => {
    const aucs = rankings.map((ranking) => rocAuc(ranking, counts)).filter((value) => !Number.isNaN(value));
    const { hits, predictions, support } = countsOf(judged, counts);
    return [
      weightedMean(losses, counts),
      weightedMean(errors, counts),
      aucs.reduce((sum, value) => sum + value, 0) / aucs.length,
      ...classNames.map((_, k) => (2 * hits[k]!) / (predictions[k]! + support[k]!)),
    ];
  };
}

function column(values: Float32Array, k: number, columns: number): Float32Array {
  return Float32Array.from({ length: values.length / columns }, (_, row) => values[row * columns + k]!);
}

function squaredError(
  probabilities: Float32Array,
  { label, row, classes }: { label: number; row: number; classes: number },
): number {
  let sum = 0;
  for (let k = classes === 2 ? 1 : 0; k < classes; k++)
    sum += (probabilities[row * classes + k]! - Number(k === label)) ** 2;
  return sum;
}

function weightedMean(values: ArrayLike<number>, counts: Int32Array): number {
  let [sum, n] = [0, 0];
  for (let row = 0; row < counts.length; row++) {
    sum += counts[row]! * values[row]!;
    n += counts[row]!;
  }
  return sum / n;
}

/** Per class: right predictions, all predictions, photos. */
function countsOf({ labels, predicted, classNames }: Judged, counts: Int32Array) {
  const [hits, predictions, support] = [0, 1, 2].map(() => new Float64Array(classNames.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < labels.length; row++) {
    const [truth, own] = [labels[row]!, predicted[row]!];
    support[truth]! += counts[row]!;
    predictions[own]! += counts[row]!;
    if (truth === own) hits[truth]! += counts[row]!;
  }
  return { hits, predictions, support };
}
