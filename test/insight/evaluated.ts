/** Evaluated photos for tests. */
import type { EvaluatedPhoto } from '../../src/insight/evaluated-photo';
import type { Evaluation } from '../../src/insight/evaluation';

/** Of `[true class, predicted class, probability]`. */
export function evaluated(
  rows: readonly (readonly [string, string, number])[],
  files: readonly string[] = [],
): EvaluatedPhoto[] {
  return rows.map(([trueClass, predictedClass, probability], row) => ({
    ...{ row, trueClass, predictedClass, probability },
    ...(files[row] !== undefined && { file: files[row] }),
  }));
}

/** An evaluation that has these photos and classes. */
export function evaluationOf(photos: EvaluatedPhoto[], classNames: readonly string[]): Evaluation {
  return { photos, perClass: classNames.map((className) => ({ className })) } as Evaluation;
}
