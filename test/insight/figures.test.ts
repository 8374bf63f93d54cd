import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { predictedLabels, rowLosses } from '../../src/head/evaluate-predictions';
import { type Figures, figuresOf } from '../../src/insight/figures';
import { tf } from '../../src/tensorflow';

type Ends = [number | null, number | null];

/** Of scikit-learn 1.9.1, SciPy 1.17.1 and NumPy 2.4.6, by `figures.py`; `null` stands for NaN. */
interface Reference extends Record<'precision' | 'recall' | 'f1' | 'support', (number | null)[]> {
  probabilities: number[][];
  labels: number[];
  drawn: number[][];
  brier: number;
  auc: number;
  loss: number;
  wilson: { acc: Ends; precision: Ends[]; recall: Ends[] };
  bootstrap: { loss: Ends; brier: Ends; auc: Ends; f1: Ends[] };
}
const { cases }: { cases: Reference[] } = JSON.parse(
  fs.readFileSync(path.join(__dirname, 'figures.json'), 'utf8'),
);

/** Both add in double precision; scikit-learn cuts probabilities at 2e-16 instead of 1e-7, which none here reaches. */
function close(found: readonly number[], expected: readonly (number | null)[]): void {
  assert.equal(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(
      value === null ? Number.isNaN(found[i]) : Math.abs(found[i]! - value) < 1e-9,
      `${i}: ${found[i]} for ${value}`,
    );
}

function computed({ probabilities, labels, drawn }: Reference): Figures {
  const predictions = tf.tensor2d(probabilities);
  const own = Int32Array.from(labels);
  const judged = {
    ...{ labels: own, predicted: predictedLabels(predictions), losses: rowLosses(predictions, own) },
    probabilities: predictions.dataSync() as Float32Array,
    classNames: probabilities[0]!.map((_, k) => `class ${k}`),
  };
  predictions.dispose();
  const counts = drawn.map((rows) => {
    const times = new Int32Array(labels.length);
    for (const row of rows) times[row]!++;
    return times;
  });
  return figuresOf(judged, counts);
}

describe('figuresOf()', () => {
  for (const reference of cases) {
    const { brier, auc, perClass, intervals } = computed(reference);
    describe(`of ${perClass.length} classes`, () => {
      test("has scikit-learn's figures", () => {
        close([brier, auc], [reference.brier, reference.auc]);
        for (const name of ['precision', 'recall', 'f1', 'support'] as const)
          close(
            perClass.map((own) => own[name]),
            reference[name],
          );
      });

      test("has SciPy's intervals of proportions", () => {
        close(intervals.acc, reference.wilson.acc);
        for (const name of ['precision', 'recall'] as const)
          close(
            perClass.flatMap((own) => own.intervals[name]),
            reference.wilson[name].flat(),
          );
      });

      test("has NumPy's percentiles of scikit-learn's figures for the same resamples", () => {
        for (const name of ['loss', 'brier', 'auc'] as const)
          close(intervals[name], reference.bootstrap[name]);
        close(
          perClass.flatMap((own) => own.intervals.f1),
          reference.bootstrap.f1.flat(),
        );
      });
    });
  }

  test('says what is not known of a class that neither occurs nor is predicted, and of no resamples', () => {
    const judged = {
      ...{ labels: Int32Array.of(0, 0), predicted: [0, 0], losses: [0, 0], classNames: ['a', 'b'] },
      probabilities: Float32Array.of(1, 0, 1, 0),
    };
    const { auc, perClass, intervals } = figuresOf(judged, []);
    const [, none] = perClass;
    assert.deepEqual([none!.precision, none!.recall, none!.f1, none!.support], [NaN, NaN, NaN, 0]);
    assert.deepEqual(none!.intervals, { precision: [0, 1], recall: [0, 1], f1: [NaN, NaN] });
    assert.deepEqual([auc, intervals.auc], [NaN, [NaN, NaN]]);
  });
});
