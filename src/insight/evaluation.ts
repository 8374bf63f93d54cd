/** What is known of a head on photos that it was not trained on. */
import type { Score } from '../head/evaluate-predictions';
import { displayName, type MimeBundle } from '../notebook/display';
import { escapeHtml } from '../notebook/escape-html';
import type { EvaluatedPhoto } from './evaluated-photo';
import type { Figures, Interval } from './figures';

/** A head's score with its intervals, the figures of each class, and the accuracy to compare with. */
export interface Evaluation extends Score, Figures {
  /** Fraction of the largest class, 0..1: the accuracy of always naming it. */
  baseline: number;
  /** The name of that class, or its label where its name is not known. */
  baselineClass: string;
  /** The prediction for each photo, in the order of the rows. */
  photos: EvaluatedPhoto[];
}

/** `evaluation`, which a cell that ends in it shows as tables. The property can't be enumerated. */
export function withTable(evaluation: Evaluation): Evaluation {
  return Object.defineProperty(evaluation, displayName, { value: () => evaluationBundle(evaluation) });
}

/** The figures of all photos, and those of each class, with their 95% intervals. */
export function evaluationBundle(evaluation: Evaluation): MimeBundle {
  const { acc, loss, brier, auc, baseline, baselineClass, intervals, perClass, photos } = evaluation;
  const figures = [
    ['figure', `of ${photos.length} photos`, '95% interval'],
    ['accuracy', rounded(acc), ends(intervals.acc)],
    [`always '${baselineClass}'`, rounded(baseline), ''],
    ['loss (nats)', rounded(loss), ends(intervals.loss)],
    ['Brier score', rounded(brier), ends(intervals.brier)],
    ['area under the ROC curve', rounded(auc), ends(intervals.auc)],
  ];
  const classes = perClass.map(({ className, support, intervals: own, ...values }) => [
    ...[className, String(support)],
    ...(['precision', 'recall', 'f1'] as const).map(
      (name) => `${rounded(values[name])} (${ends(own[name])})`,
    ),
  ]);
  const tables = [figures, [['class', 'photos', 'precision', 'recall', 'F1'], ...classes]];
  return {
    'text/html': tables.map(htmlOf).join('\n'),
    'text/plain': tables.map((rows) => rows.map((row) => row.join('\t')).join('\n')).join('\n\n'),
  };
}

function htmlOf([head, ...rows]: string[][]): string {
  const row = (tag: string, cells: string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${row('th', head!)}</thead><tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody></table>`;
}

function rounded(value: number): string {
  return Number.isNaN(value) ? 'unknown' : value.toFixed(3);
}

function ends([low, high]: Interval): string {
  return Number.isNaN(low) ? 'unknown' : `${rounded(low)} to ${rounded(high)}`;
}
