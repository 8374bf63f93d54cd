/** The parts of a report, each of plain data. */
import { type ChartSpec, chartSvg } from '../../plots/chart';
import { plotConfusion } from '../../plots/plot-confusion';
import { plotLearningCurve } from '../../plots/plot-learning-curve';
import { plotReliability } from '../../plots/plot-reliability';
import type { Calibration } from '../calibrate';
import { confusionMatrix } from '../confusion-matrix';
import type { Leakage } from '../duplicates/leakage';
import { type Evaluation, evaluationBundle } from '../evaluation';
import type { LearningCurve } from '../learning-curve';
import type { SuspectLabels } from '../suspect-labels';
import { worstMistakes } from '../worst-mistakes';
import { photoTable } from './photo-table';
import { paragraph } from './report-page';

/** A list has at most so many photos. */
const most = 24;

/** Accuracy and the other figures with their intervals, of all photos and of each class. */
export function figuresPart(evaluation: Evaluation): string {
  return String(evaluationBundle(evaluation)['text/html']);
}

/** Which classes are taken for which. */
export function confusionPart(evaluation: Evaluation): Promise<string> {
  return chart(plotConfusion(confusionMatrix(evaluation)));
}

/** The wrong predictions, surest first. */
export async function mistakesPart(
  evaluation: Evaluation,
  { pictures }: { pictures: boolean },
): Promise<string> {
  const mistakes = worstMistakes(evaluation, { limit: most });
  if (mistakes.length === 0) return paragraph('No validation photo is predicted wrong.');
  const listed = mistakes.map((photo) => ({
    ...photo,
    cells: [photo.trueClass, photo.predictedClass, photo.probability.toFixed(3)],
  }));
  return photoTable(listed, { head: ['true class', 'predicted', 'probability'], pictures });
}

/** Whether probabilities are what they say. */
export async function calibrationPart(calibration: Calibration): Promise<string> {
  const note =
    'The temperature is fitted to these same photos: on others the error after it is mostly a little larger. This report does not change the head.';
  return [paragraph(calibration.sentence), await chart(plotReliability(calibration)), paragraph(note)].join(
    '\n',
  );
}

/** Validation photos that the head has seen in training, and the accuracy without them. */
export async function leakagePart(
  { twins, photos, acc, accWithout }: Leakage,
  { pictures }: { pictures: boolean },
): Promise<string> {
  if (twins.length === 0)
    return paragraph(`None of the ${photos} validation photos has a twin in the train split.`);
  const said = `${twins.length} of ${photos} validation photos ${twins.length === 1 ? 'has' : 'have'} a twin in the train split (the same file, or re-encoded, resized, cut or mirrored). Accuracy with them ${acc!.toFixed(3)}, without them ${accWithout!.toFixed(3)}.`;
  const listed = twins.slice(0, most).map(({ row, file }) => ({ row, file, cells: [] }));
  return `${paragraph(said)}\n${await photoTable(listed, { head: [], pictures })}`;
}

/** Train photos whose label is probably wrong. */
export async function suspectsPart(
  { suspects }: SuspectLabels,
  { files, pictures }: { files: readonly string[] | undefined; pictures: boolean },
): Promise<string> {
  if (suspects.length === 0) return paragraph('No label looks wrong.');
  const count = suspects.length === 1 ? '1 train photo' : `${suspects.length} train photos`;
  const listed = suspects.slice(0, most).map((suspect) => ({
    ...{ row: suspect.row, ...(files && { file: files[suspect.row]! }) },
    cells: [suspect.className, suspect.suggestedClass, suspect.suggestedProbability.toFixed(3)],
  }));
  const said = listed.length < suspects.length ? `${count}, the most suspect ${most} of them:` : `${count}:`;
  const table = await photoTable(listed, { head: ['label', 'probably', 'probability'], pictures });
  return `${paragraph(said)}\n${table}`;
}

/** Whether more photos would help. The chart's own title has the sentence too, and would be wider than the page. */
export async function learningPart(curve: LearningCurve): Promise<string> {
  const { title: _, ...spec } = plotLearningCurve(curve);
  return `${paragraph(curve.sentence)}\n${await chart(spec)}`;
}

async function chart(spec: ChartSpec): Promise<string> {
  return `<div class="chart">${await chartSvg(spec)}</div>`;
}
