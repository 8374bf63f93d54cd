/** Which classes a head tells apart, and whether they are those of the photos. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { problem, shownLine } from '../check';

/** Class name -> label. */
export type ClassIndices = Readonly<Record<string, number>>;

/** How many classes a head tells apart: two with one sigmoid unit. */
export function classesOf(head: LayersModel): number {
  return Math.max(2, head.outputShape[1] as number);
}

/** The names of `classes` classes in the order of their labels; a label where nobody named it. */
export function classNamesOf(classes: number, classIndices: ClassIndices = {}): string[] {
  const names = new Map(Object.entries(classIndices).map(([name, label]) => [label, name]));
  return Array.from({ length: classes }, (_, label) => names.get(label) ?? String(label));
}

/** A class as messages call it: its name, or its number where nobody named it. */
export function classWord(label: number, classIndices?: ClassIndices): string {
  const name = Object.entries(classIndices ?? {}).find(([, own]) => own === label)?.[0];
  return name === undefined ? `class ${label}` : shownLine(`'${name}'`);
}

/**
 * Throws unless the head's output is made for so many classes: one sigmoid unit for two, a softmax with a unit a class
 * for two or more.
 */
export function checkOutput(
  head: LayersModel,
  { classes, classIndices }: { classes: number; classIndices?: ClassIndices },
): void {
  const units = head.outputShape[1] as number;
  const activation = activationOf(head);
  const fits =
    units === 1
      ? classes === 2 && (activation ?? 'sigmoid') === 'sigmoid'
      : units === classes && (activation ?? 'softmax') === 'softmax';
  if (fits) return;
  const names = classIndices ? ` (${Object.keys(classIndices).join(', ')})` : '';
  throw problem({
    where: 'the head',
    expected:
      classes === 2
        ? `one sigmoid unit for two classes${names}`
        : `a softmax of ${classes} units for ${classes} classes${names}`,
    found: `${units} unit${units === 1 ? '' : 's'}${activation ? ` with ${activation}` : ''}`,
    next: `Build it with \`buildHead({ classes: ${classes}, ... })\`, or correct the class folders.`,
  });
}

/** Throws where two lists of classes differ, in names or in order; where one is not known there is nothing to compare. */
export function checkSameClasses(
  known: ClassIndices | undefined,
  found: ClassIndices | undefined,
  { where, of }: { where: string; of: string },
): void {
  // Files of earlier versions have names in the form of the system they were made on.
  if (!known || !found || wordsOf(known).normalize() === wordsOf(found).normalize()) return;
  throw problem({
    where,
    expected: `the classes of ${of}, ${wordsOf(known)}`,
    found: wordsOf(found),
    next: 'Take photos of the same class folders, or name them with `classes` in flowFromDirectory.',
  });
}

/** Throws unless the labels of `classIndices` are 0, 1, ..., one for each class of a head. */
export function checkIndices(classIndices: ClassIndices | undefined, classes: number, where: string): void {
  if (!classIndices) return;
  const labels = Object.values(classIndices).sort((a, b) => a - b);
  if (labels.length === classes && labels.every((label, i) => label === i)) return;
  throw problem({
    where,
    expected: `names for the labels 0 to ${classes - 1} of a head of ${classes} classes`,
    found: wordsOf(classIndices),
    next: 'Train the head on features of as many class folders as it has classes.',
  });
}

function wordsOf(classIndices: ClassIndices): string {
  const sorted = Object.entries(classIndices).sort(([, a], [, b]) => a - b);
  return sorted.map(([name, label]) => `${label} '${name}'`).join(', ') || '(none)';
}

/** The last layer's activation by Keras' name; `undefined` where the layer has none of its own. */
function activationOf(head: LayersModel): string | undefined {
  const last = head.layers[head.layers.length - 1]!;
  if (last.getClassName() === 'Softmax') return 'softmax';
  const { activation } = last.getConfig();
  return typeof activation === 'string' ? activation : undefined;
}
