/** How good an exported head is, where that is known. */
import { problem } from '../check';
import { photosOf } from '../insight/evaluated-photo';
import type { Evaluation } from '../insight/evaluation';
import type { Interval } from '../insight/figures';

/** What goes along with an exported head of its evaluation. */
export interface EvaluationNote {
  /** The fraction of the photos that is predicted right, 0..1. */
  acc: number;
  /** Its 95% interval. */
  interval: Interval;
  /** How many photos it was evaluated on. */
  photos: number;
}

/** The accuracy in `evaluation`. @throws LittleDataError where it is none, or that of a head with other classes. */
export function evaluationNote(evaluation: Evaluation, classNames: readonly string[]): EvaluationNote {
  const photos = photosOf(evaluation).length;
  const { acc, intervals, perClass } = evaluation;
  const found = (perClass ?? []).map(({ className }) => className);
  if (JSON.stringify(found) !== JSON.stringify(classNames))
    throw problem({
      where: '`evaluation`',
      expected: `that of a head with the classes ${classNames.join(', ')}`,
      found: found.join(', ') || 'none',
      next: 'Pass what evaluateHead gave for this head.',
    });
  return { acc, interval: intervals.acc, photos };
}

/** The same as one sentence for those who use the head. */
export function evaluationSentence({ acc, interval, photos }: EvaluationNote): string {
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)}%`;
  const [low, high] = interval.map(percent);
  return `Of ${photos} photos that it was not trained on, ${percent(acc)} were predicted right (95% interval: ${low} to ${high}).`;
}
