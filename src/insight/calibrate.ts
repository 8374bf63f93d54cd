/** Makes the probabilities of a head what they say. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, problem } from '../check';
import { checkEvaluation } from '../head/check-evaluation';
import { headMetadata, setHeadMetadata } from '../head/head-metadata';
import type { Labels } from '../head/labels';
import { logitsOf } from '../head/probabilities';
import { calibrationBins, calibrationError } from '../numerics/calibration-bins';
import { crossEntropy, softmax } from '../numerics/softmax';
import { fitTemperature, temperatureRange } from '../numerics/temperature';
import { showChart } from '../plots/chart';
import { type PlottedReliability, plotReliability, type ReliabilityState } from '../plots/plot-reliability';

/** The options of `calibrate`. */
export interface CalibrateOptions {
  /** The accuracy, 0..1, that predictions should have which are not marked as unsure. @default 0.99 */
  accuracy?: number;
  /** Bins of the reliability diagram and of the expected calibration error. @default 15 */
  bins?: number;
  /** 0 shows nothing, 1 the diagram and the sentence. @default 1 */
  verbose?: number;
}

/** The predictions that are not unsure. */
export interface NamedPredictions {
  /** Their fraction of all, 0..1. */
  fraction: number;
  /** The fraction of them that is right, 0..1. */
  acc: number;
}

/** What `calibrate` returns. */
export interface Calibration extends PlottedReliability {
  /** What logits are divided by: above 1 for a head that was too sure. 1 where no photo is wrong. */
  temperature: number;
  /** A class is named where its probability is at least this; 0 names all, 1 next to none. */
  threshold: number;
  /** The predictions that are not unsure. */
  named: NamedPredictions;
  /** All that in words. */
  sentence: string;
}

/**
 * Makes the probabilities of a head what they say, by temperature scaling on photos that it was not trained on: its logits are
 * divided by the number that makes the cross-entropy smallest. No predicted class changes. Below `threshold` a prediction is `unsure`: the
 * others have the wanted accuracy on these photos. The head knows both from then on: `predictPhoto`, `predictFolder` and `evaluateHead`
 * use them, `saveHead` keeps them. To train the head again forgets them.
 *
 * @param head from `buildHead`, `trainHead`, `fitLinear` or `loadHead`.
 * @param features of held-out photos, float32 `[n, ...]` (the head's input shape).
 * @param labels one integer per row.
 * @param options `accuracy` (0.99), `bins` (15), `verbose` (1).
 * @returns `temperature`, `threshold`, loss, expected calibration error and bins `before` and `after`, and how many are `named`.
 * @throws LittleDataError where head, features and labels do not belong together, or the head tells nothing of the labels.
 *
 * Source: Guo et al. 2017, arXiv 1706.04599.
 * @example
 * ```ts
 * import { calibrate, labelsOf, loadHead, np, saveHead } from 'little-data';
 * const features = np.load('features.npy');
 * const head = await loadHead('head.h5', { features });
 * const { temperature, sentence } = await calibrate(head, features, labelsOf(features));
 * console.log(temperature, sentence);
 * await saveHead(head, 'calibrated.h5');
 * ```
 */
export async function calibrate(
  head: LayersModel,
  features: Tensor,
  labels: Labels,
  options: CalibrateOptions = {},
): Promise<Calibration> {
  checkKeys('calibrate', options, ['accuracy', 'bins', 'verbose']);
  const { verbose = 1 } = options;
  const accuracy = checkNumber('accuracy', options.accuracy ?? 0.99, { min: 0.01, max: 1 });
  const bins = checkInteger('bins', options.bins ?? 15, { min: 2, max: 100 });
  const { values, classes } = checkEvaluation(head, features, { labels, name: 'calibration' });
  const logits = logitRows(head, features);
  const task = { logits, labels: values, classes };
  const uncalibrated = sureness(task, 1);
  const wrong = uncalibrated.right.filter((own) => !own).length;
  const temperature = wrong === 0 ? 1 : fitTemperature(logits, task);
  if (temperature > 0.99 * temperatureRange[1])
    throw problem({
      where: 'the head',
      expected: 'one whose predictions tell something of the calibration data',
      found: `${values.length - wrong} right of ${values.length}, and no temperature that helps`,
      next: 'Check the labels, or train the head first.',
    });
  const calibrated = sureness(task, temperature);
  const { threshold, named } = thresholdFor(calibrated, accuracy);
  const stateAt = (t: number, sure: Sureness): ReliabilityState => {
    const own = calibrationBins(sure.confidences, { right: sure.right, bins });
    return {
      loss: crossEntropy(logits, { ...task, temperature: t }),
      error: calibrationError(own),
      bins: own,
    };
  };
  const result = {
    ...{ temperature, threshold, named },
    before: stateAt(1, uncalibrated),
    after: stateAt(temperature, calibrated),
  };
  setHeadMetadata(head, { ...headMetadata(head), calibration: { temperature, threshold } });
  const calibration = { ...result, sentence: sentenceOf(result, { wrong, n: values.length, accuracy }) };
  if (verbose) {
    await showChart(plotReliability(calibration));
    console.log(calibration.sentence);
  }
  return calibration;
}

/** The probability of the predicted class of each row, and whether it is right. */
interface Sureness {
  confidences: number[];
  right: boolean[];
}

function sureness(
  { logits, labels, classes }: { logits: Float64Array; labels: Int32Array; classes: number },
  temperature: number,
): Sureness {
  const probabilities = softmax(logits, { classes, temperature });
  const rows = Array.from(labels, (_, row) => probabilities.subarray(row * classes, (row + 1) * classes));
  const confidences = rows.map((own) => own.reduce((a, b) => Math.max(a, b)));
  return { confidences, right: rows.map((own, row) => own.indexOf(confidences[row]!) === labels[row]) };
}

/** The lowest threshold from which on the predictions have the wanted accuracy. */
function thresholdFor(
  { confidences, right }: Sureness,
  accuracy: number,
): Pick<Calibration, 'threshold' | 'named'> {
  const n = confidences.length;
  const order = Array.from(confidences.keys()).sort((a, b) => confidences[b]! - confidences[a]!);
  let [good, best] = [0, { threshold: 1, named: { fraction: 0, acc: 1 } }];
  for (const [i, row] of order.entries()) {
    if (right[row]) good++;
    const confidence = confidences[row]!;
    const next = order[i + 1];
    // Those of one probability are named together.
    if (next !== undefined && confidences[next] === confidence) continue;
    if (good / (i + 1) < accuracy) continue;
    const threshold = next === undefined ? 0 : confidence;
    best = { threshold, named: { fraction: (i + 1) / n, acc: good / (i + 1) } };
  }
  return best;
}

/** The logits of each class, row by row; of one unit those of two classes, of which the first has 0. */
function logitRows(head: LayersModel, features: Tensor): Float64Array {
  const logits = logitsOf(head, features);
  const [units, values] = [logits.shape[1]!, logits.dataSync()];
  logits.dispose();
  if (units > 1) return Float64Array.from(values);
  return Float64Array.from({ length: 2 * values.length }, (_, at) => (at % 2 ? values[(at - 1) / 2]! : 0));
}

function sentenceOf(
  { temperature, threshold, named, before, after }: Omit<Calibration, 'sentence'>,
  { wrong, n, accuracy }: { wrong: number; n: number; accuracy: number },
): string {
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)}%`;
  const sure =
    wrong === 0
      ? `All ${n} photos are predicted right: they do not tell how sure the head should be, and its probabilities stay.`
      : `The head was ${temperature >= 1 ? 'too sure' : 'not sure enough'}: temperature ${temperature.toFixed(2)}; the mean distance of probability and accuracy goes from ${percent(before.error)} to ${percent(after.error)}.`;
  const band =
    threshold === 0
      ? `${percent(named.acc)} of all predictions are right, so none is marked as unsure.`
      : named.fraction === 0
        ? `No threshold gives an accuracy of ${percent(accuracy)}: all predictions are marked as unsure.`
        : `From a probability of ${threshold.toFixed(3)} on, ${percent(named.acc)} are right; that is ${percent(named.fraction)} of the photos. The rest is unsure.`;
  return `${sure} ${band}`;
}
