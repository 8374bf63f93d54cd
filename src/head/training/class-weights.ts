/** How much the photos of each class count in training. */
import { checkNumber, checkOneOf, problem, show } from '../../check';
import { countsOf } from '../baseline';
import type { ClassIndices } from '../classes';

/**
 * `'balanced'`: all classes count alike, however many photos they have (n / (classes * photos of the class), as in
 * scikit-learn); or a weight by class name or label, 1 for classes that are not named.
 */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/** A weight for each row; undefined where all are 1. */
export function rowWeightsOf(
  weights: ClassWeights | undefined,
  { labels, classes, classIndices }: { labels: Int32Array; classes: number; classIndices?: ClassIndices },
): Float32Array | undefined {
  if (weights === undefined) return undefined;
  if (typeof weights !== 'object' || weights === null) checkOneOf('classWeights', weights, ['balanced']);
  const own = weights === 'balanced' ? balanced(labels, classes) : byName(weights, { classes, classIndices });
  return own.every((weight) => weight === 1) ? undefined : Float32Array.from(labels, (label) => own[label]!);
}

function balanced(labels: Int32Array, classes: number): number[] {
  const counts = countsOf(labels);
  const present = counts.filter((n) => n > 0).length;
  return Array.from({ length: classes }, (_, label) =>
    counts[label] ? labels.length / (present * counts[label]) : 1,
  );
}

function byName(
  weights: Readonly<Record<string, number>>,
  { classes, classIndices }: { classes: number; classIndices?: ClassIndices },
): number[] {
  const own = Array.from({ length: classes }, () => 1);
  for (const [name, weight] of Object.entries(weights)) {
    const label = classIndices?.[name] ?? (/^\d+$/.test(name) ? Number(name) : -1);
    if (!(label in own))
      throw problem({
        where: '`classWeights`',
        expected: `classes among ${Object.keys(classIndices ?? own).join(', ')}`,
        found: show(name),
        next: 'Correct the name or leave it out.',
      });
    own[label] = checkNumber(`classWeights.${name}`, weight, { min: 0 });
  }
  return own;
}
