/** Do features still fit the photos and the network? What changed since is named. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, problem, show } from '../check';
import type { DirectoryIterator } from '../datasets/batches/directory-iterator';
import { preprocessingName } from '../datasets/batches/preprocessing';
import { bytesOf } from '../files/byte-names';
import { modelDigest } from '../networks/model-digest';
import { shownPath } from '../paths';
import { orderedMap } from './ordered-map';
import { type FeatureRecipe, type Provenance, provenanceOf } from './provenance';
import { photoHash } from './store/store';

/** The options of `checkFeatures`. */
export interface CheckFeaturesOptions {
  /** The photos as they are now, from `flowFromDirectory` with `shuffle: false`. */
  generator: DirectoryIterator;
  /** The network that must have made the features. @default not compared */
  model?: LayersModel;
}

/**
 * Compares features with a folder as it is now and, if wanted, with a network: same photos byte for byte in the same
 * order, same classes and labels, same `targetSize`, preprocessing, EXIF rule and weights.
 *
 * @param features from `predictGenerator`, or from `np.load` of a file with its metadata beside it.
 * @param options `generator`: from `flowFromDirectory` with `shuffle: false`; `model`: the network.
 * @throws {LittleDataError} where something differs, naming what was added, removed, renamed or changed.
 * @example
 * ```ts
 * import { checkFeatures, ImageDataGenerator, np } from 'little-data';
 * const datagen = new ImageDataGenerator();
 * const generator = datagen.flowFromDirectory('flowers', { targetSize: [48, 48], shuffle: false });
 * await checkFeatures(np.load('features.npy'), { generator }).catch(({ message }) => console.log(message));
 * ```
 */
export async function checkFeatures(features: Tensor, options: CheckFeaturesOptions): Promise<void> {
  checkKeys('checkFeatures', options, ['generator', 'model']);
  const { generator, model } = options;
  const known = provenanceOf(features);
  if (!known) {
    throw problem({
      where: '`features`',
      expected: 'features from predictGenerator, or loaded with the metadata (.npy.json) beside their file',
      found: 'a tensor that nothing is known about',
      next: 'Make the features with predictGenerator.',
    });
  }
  const where = `the features of ${shownPath(generator.directory)}`;
  if (!known.recipe)
    throw problem({
      where,
      expected: 'features whose preprocessing is known',
      found: 'features made with a preprocessing function without a name',
      next: 'Name the function with `namePreprocessing`, and make the features again with predictGenerator.',
    });
  checkMaking(known.recipe, { generator, model, where });
  checkClasses(known, { generator, where });
  await checkPhotos(known, { generator, where });
}

interface Against {
  generator: DirectoryIterator;
  model?: LayersModel;
  where: string;
}

const again = 'Make the features again with predictGenerator; what has not changed is not computed twice.';

function checkMaking(known: FeatureRecipe, { generator, model, where }: Against): void {
  const { rescale, preprocessingFunction, exifOrientation } = generator.generator;
  const name = preprocessingFunction ? preprocessingName(preprocessingFunction) : null;
  const making: [what: string, was: unknown, is: unknown][] = [
    ['targetSize', known.targetSize, generator.targetSize],
    ['interpolation', known.resampling, generator.interpolation],
    ['cropFraction', known.cropFraction, generator.cropFraction],
    ['rescale', known.preprocessing.rescale, rescale],
    ['preprocessingFunction', known.preprocessing.function, name === undefined ? 'one without a name' : name],
    ['exifOrientation', known.exifOrientation, exifOrientation],
    ['network (SHA-256)', known.model, model ? modelDigest(model) : known.model],
  ];
  for (const [what, was, is] of making) {
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    throw problem({ where, expected: `the ${what} ${text(is)}`, found: `${text(was)}`, next: again });
  }
}

function checkClasses(known: Provenance, { generator, where }: Against): void {
  const order = (classes: Record<string, number>) => Object.entries(classes).sort((a, b) => a[1] - b[1]);
  const [was, is] = [order(known.classIndices), order(generator.classIndices)];
  if (JSON.stringify(was).normalize() === JSON.stringify(is).normalize()) return;
  const names = (classes: [string, number][]) =>
    classes.map(([name, label]) => `${name} (${label})`).join(', ');
  throw problem({ where, expected: `the classes ${names(is)}`, found: names(was), next: again });
}

async function checkPhotos(known: Provenance, { generator, where }: Against): Promise<void> {
  const is = [...generator.filenames].filter((name) => known.leftOut?.[name] === undefined);
  const hashes = await hashAll(generator.directory, is);
  const changes = compare(known, new Map(is.map((name, i) => [name, hashes[i]])));
  if (changes.length > 0) {
    const shown = changes.slice(0, 5).join('; ');
    const more = changes.length > 5 ? `; and ${changes.length - 5} more` : '';
    throw problem({ where, expected: 'the photos of the folder', found: `${shown}${more}`, next: again });
  }
  const labels = new Map(generator.filenames.map((name, i) => [name, generator.classes[i]]));
  const row = known.filenames.findIndex((name, i) => name !== is[i] || known.labels[i] !== labels.get(name));
  if (row === -1) return;
  throw problem({
    where: `${where}, row ${row}`,
    expected: `${is[row]} with the label ${labels.get(is[row]!)}`,
    found: `${known.filenames[row]} with the label ${known.labels[row]}`,
    next: again,
  });
}

/** What changed in the folder since, one phrase per photo. */
function compare({ filenames, hashes }: Provenance, is: Map<string, string | undefined>): string[] {
  const changes: string[] = [];
  const was = new Set(filenames);
  const added = new Map([...is].filter(([name]) => !was.has(name)));
  const addedByHash = new Map([...added].map(([name, hash]) => [hash, name]));
  for (const [i, name] of filenames.entries()) {
    const hash = hashes?.[i];
    const newName = hash && addedByHash.get(hash);
    if (is.has(name)) {
      if (hash !== undefined && is.get(name) !== hash) changes.push(`${name} has changed`);
    } else if (newName !== undefined && added.delete(newName)) {
      changes.push(`${name} is called ${newName} now`);
    } else changes.push(`${name} was removed`);
  }
  return [...changes, ...[...added.keys()].map((name) => `${name} was added`)];
}

/** `undefined` stands for a file that can't be read. */
async function hashAll(directory: string, filenames: string[]): Promise<(string | undefined)[]> {
  const hashes: (string | undefined)[] = [];
  const work = (name: string) =>
    fs.promises.readFile(bytesOf(path.join(directory, name))).then(photoHash, () => undefined);
  for await (const hash of orderedMap(filenames, { limit: 16, work })) hashes.push(hash);
  return hashes;
}

function text(value: unknown): string {
  return typeof value === 'string' ? show(value) : JSON.stringify(value);
}
