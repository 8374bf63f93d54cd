/** Features that were computed before a cell above them was changed and run again. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { labelSource } from '../datasets/batches/label-source';
import { preprocessingName } from '../datasets/batches/preprocessing';
import { preprocessingWords, provenanceOf, resizingOf, sizeWords } from '../features/provenance';

const again = 'Run the cell with predictGenerator() again';

/** @throws LittleDataError where the generator that the labels are of lists other photos than the features were computed from. */
export function checkSamePhotos(
  labels: object,
  { features, name }: { features: Tensor; name: string },
): void {
  const [generator, provenance] = [labelSource(labels), provenanceOf(features)];
  if (!generator || !provenance) return;
  const { filenames } = provenance;
  const count = Math.max(filenames.length, generator.filenames.length);
  const row = Array.from({ length: count }).findIndex((_, i) => filenames[i] !== generator.filenames[i]);
  if (row === -1) return;
  throw problem({
    where: `the ${name} data, row ${row}`,
    expected: `features of ${generator.filenames[row] ?? `${generator.filenames.length} photos`}, as the generator of its labels lists it`,
    found: filenames[row] ?? `features of ${filenames.length} photos`,
    next: `${again}, and those below it that load its file.`,
  });
}

/**
 * A line on features that were computed in another way than the generator of their labels prepares photos now; `undefined`
 * where they agree. The labels are right all the same.
 */
export function staleLine(
  labels: object,
  { features, name }: { features: Tensor; name: string },
): string | undefined {
  const [generator, recipe] = [labelSource(labels), provenanceOf(features)?.recipe];
  if (!generator || !recipe) return undefined;
  const { rescale, preprocessingFunction } = generator.generator;
  const now = {
    size: sizeWords(generator),
    pixels: preprocessingWords({
      rescale,
      function: preprocessingFunction
        ? (preprocessingName(preprocessingFunction) ?? 'a function without a name')
        : null,
    }),
  };
  const then = { size: sizeWords(resizingOf(recipe)), pixels: preprocessingWords(recipe.preprocessing) };
  const words = ({ size, pixels }: typeof now) => `${size}, ${pixels}`;
  if (words(now) === words(then)) return undefined;
  return `The ${name} features are of ${words(then)}; the generator of their labels has ${words(now)}. ${again} for the latter.`;
}
