/** All that is known of a data set and its head, in one file. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, LittleDataError, problem, show } from '../../check';
import { writeWhole } from '../../files/atomic';
import { checkEvaluation } from '../../head/check-evaluation';
import { headMetadata, setHeadMetadata } from '../../head/head-metadata';
import { InterruptedError } from '../../notebook/interrupt';
import { resolvePath, shownPath } from '../../paths';
import { tensorflowReady } from '../../tensorflow';
import { type Calibration, calibrate } from '../calibrate';
import { type Leakage, leakage } from '../duplicates/leakage';
import type { PhotoFeatures } from '../duplicates/photo-rows';
import { evaluateHead } from '../evaluate-head';
import { filesOf } from '../evaluated-photo';
import type { Evaluation } from '../evaluation';
import { type LabelledFeatures, type LearningCurve, learningCurve } from '../learning-curve';
import { type SuspectLabels, suspectLabels } from '../suspect-labels';
import { paragraph, type ReportSection, reportPage } from './report-page';
import {
  calibrationPart,
  confusionPart,
  figuresPart,
  leakagePart,
  learningPart,
  mistakesPart,
  suspectsPart,
} from './sections';

/** The options of `dataReport`. */
export interface DataReportOptions {
  /** From `trainHead`, `fitLinear` or `loadHead`. The report leaves it as it is. */
  head: LayersModel;
  /** What the head was trained on. */
  train: LabelledFeatures;
  /** Photos that it was not trained on. */
  validation: LabelledFeatures;
  /** Where the report is written: a `.html` file. */
  file: string;
  /** Whether small pictures of photos are in the report; else names alone. @default false */
  photos?: boolean;
  /** The title of the page. @default 'Data report' */
  title?: string;
  /** 0 prints nothing, 1 the progress and where the report is. @default 1 */
  verbose?: number;
}

/** What `dataReport` returns: the file, and the data in it. */
export interface DataReport {
  /** The report. Absolute. */
  file: string;
  /** How large it is. */
  bytes: number;
  /** The figures on the validation photos. */
  evaluation: Evaluation;
  /** Whether probabilities are what they say; undefined where that can't be told. */
  calibration?: Calibration;
  /** Validation photos with a twin in the train split; undefined where that can't be told. */
  leaked?: Leakage;
  /** Train photos whose label is probably wrong; undefined where that can't be told. */
  suspects?: SuspectLabels;
  /** Whether more photos would help; undefined where that can't be told. */
  curve?: LearningCurve;
}

/**
 * Writes one HTML file that tells how good a head is, what it gets wrong, which labels are suspect and whether more photos would
 * help: `evaluateHead`, `confusionMatrix`, `worstMistakes`, `calibrate`, `leakage`, `suspectLabels` and `learningCurve` in one call. The file stands by
 * itself: it asks for nothing when it is opened, and is smaller than 5 MB. A part that can't be told says why.
 *
 * @param options `head`, `train` and `validation` (`{ features, labels }`: float32 `[n, ...]`, one integer per row), `file`, `photos`
 *   (false), `title`, `verbose` (1).
 * @returns the `file`, its `bytes`, and the data of its parts.
 * @throws LittleDataError where head, features and labels do not belong together, or the file can't be written; `InterruptedError`.
 * @example
 * ```ts
 * import { dataReport, labelsOf, loadHead, np } from 'little-data';
 * const features = np.load('features.npy');
 * const data = { features, labels: labelsOf(features) };
 * const head = await loadHead('head.h5');
 * const { file } = await dataReport({ head, train: data, validation: data, file: 'report.html' });
 * console.log(file);
 * ```
 */
export async function dataReport(options: DataReportOptions): Promise<DataReport> {
  checkKeys('dataReport', options, ['head', 'train', 'validation', 'file', 'photos', 'title', 'verbose']);
  const { head, train, validation, photos: pictures = false, title = 'Data report' } = options;
  for (const name of ['train', 'validation'] as const)
    checkKeys(`\`${name}\``, options[name], ['features', 'labels']);
  const verbose = checkInteger('verbose', options.verbose ?? 1, { min: 0 });
  const file = checkReportFile(options.file);
  await tensorflowReady();
  checkEvaluation(head, train.features, { labels: train.labels, name: 'train' });
  const evaluation = evaluateHead(head, validation.features, validation.labels);
  const calibration = await told(() => calibrated(head, validation));
  const leaked = await told(() =>
    leakage(withFiles(train), withFiles(validation), { evaluation, verbose: 0 }),
  );
  const suspects = await told(() => suspectLabels(train.features, train.labels));
  const curve = await told(() => learningCurve(train.features, train.labels, { validation, verbose: 0 }));
  const files = filesOf(train.features, train.labels);
  const sections: ReportSection[] = [
    { title: 'How good the head is', html: figuresPart(evaluation) },
    { title: 'Which classes are confused', html: await confusionPart(evaluation) },
    { title: 'The worst mistakes', html: await mistakesPart(evaluation, { pictures }) },
    { title: 'How sure the head should be', html: await partOf(calibration, calibrationPart) },
    {
      title: 'Twins across the splits',
      html: await partOf(leaked, (found) => leakagePart(found, { pictures })),
    },
    {
      title: 'Suspect labels',
      html: await partOf(suspects, (found) => suspectsPart(found, { files, pictures })),
    },
    { title: 'Would more photos help?', html: await partOf(curve, learningPart) },
  ];
  const counts = `${train.features.shape[0]} train photos and ${validation.features.shape[0]} validation photos of ${evaluation.perClass.length} classes: ${evaluation.perClass.map(({ className }) => className).join(', ')}.`;
  const html = Buffer.from(reportPage(title, { lines: [counts], sections }));
  writeWhole(file, (descriptor) => fs.writeFileSync(descriptor, html));
  if (verbose) console.log(`The report is ${shownPath(file)}: open it in a browser.`);
  return {
    ...{ file, bytes: html.length, evaluation },
    ...(!isRefusal(calibration) && { calibration }),
    ...(!isRefusal(leaked) && { leaked }),
    ...(!isRefusal(suspects) && { suspects }),
    ...(!isRefusal(curve) && { curve }),
  };
}

/** The features with the paths of their photos, where these are known. */
function withFiles({ features, labels }: LabelledFeatures): PhotoFeatures {
  const files = filesOf(features, labels);
  return files ? { features, files } : features;
}

/** The calibration of a head that stays as it is. */
async function calibrated(head: LayersModel, { features, labels }: LabelledFeatures): Promise<Calibration> {
  const metadata = headMetadata(head);
  try {
    return await calibrate(head, features, labels, { verbose: 0 });
  } finally {
    setHeadMetadata(head, metadata);
  }
}

/** Why a part can't be told. */
interface Refusal {
  refusal: string;
}

/** What `work` finds, or why these data do not tell it. An interrupt ends the report. */
async function told<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LittleDataError && !(error instanceof InterruptedError))
      return { refusal: error.message };
    throw error;
  }
}

function isRefusal(found: object): found is Refusal {
  return 'refusal' in found;
}

async function partOf<T extends object>(
  found: T | Refusal,
  part: (found: T) => Promise<string>,
): Promise<string> {
  return isRefusal(found) ? paragraph(`This can't be told here. ${found.refusal}`) : part(found);
}

/** The file's path, which is absolute. @throws LittleDataError where its name is not that of an HTML file. */
export function checkReportFile(file: string): string {
  const resolved = resolvePath(file);
  if (/\.html?$/i.test(resolved)) return resolved;
  throw problem({
    where: '`file`',
    expected: 'the name of an HTML file',
    found: show(file),
    next: `Pass e.g. ${show(`${path.basename(resolved)}.html`)}.`,
  });
}
