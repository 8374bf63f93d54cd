/** Checks rows of features against a head and against their provenance. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import { provenanceOf } from '../features/provenance';
import { tf } from '../tensorflow';

/** The shape of a feature row that a head takes; `null` stands for any size. */
export function rowShape(head: LayersModel): (number | null)[] {
  return (head.inputs[0]!.shape as (number | null)[]).slice(1);
}

/** Throws unless `features` is a tensor of rows of `inputShape` (any shape by default), one per photo of its provenance. */
export function checkRows(
  features: Tensor,
  { name, inputShape }: { name: string; inputShape?: readonly (number | null)[] },
): void {
  checkTensor(features, name);
  const found = features.shape.slice(1);
  const expected = inputShape ?? found;
  if (expected.length !== found.length || expected.some((size, i) => size !== null && size !== found[i])) {
    throw problem({
      where: `the ${name} data`,
      expected: `features [n, ${expected.join(', ')}], which this head was built for`,
      found: `[${features.shape.join(', ')}]`,
      next: 'Photos of another `targetSize` give other features. Build a head with `inputShape: features.shape.slice(1)`.',
    });
  }
  checkPhotos(features, name);
}

function checkTensor(features: unknown, name: string): void {
  if (features instanceof tf.Tensor) {
    const { shape, dtype } = features;
    if (shape.length > 1 && !shape.includes(0) && dtype === 'float32') return;
    throw problem({
      where: `the ${name} data`,
      expected: 'features: float32 [n, ...] with one row per photo',
      found: `${dtype} [${shape.join(', ')}]`,
      next: "Pass the result of predictGenerator. Convert whole numbers with `tf.cast(features, 'float32')`.",
    });
  }
  throw problem({
    where: `the ${name} data`,
    expected: 'features: a tensor [n, ...] with one row per photo',
    found: show(features),
    next: 'Pass the result of predictGenerator or np.load.',
  });
}

/** Throws where features hold NaN or Infinity. The message names the first such row and its photo. */
export function checkFinite(features: Tensor, name: string): void {
  const finite = tf.tidy(() => tf.isFinite(features).all().dataSync()[0]);
  if (finite) return;
  const values = features.dataSync();
  const at = values.findIndex((value) => !Number.isFinite(value));
  const row = Math.floor(at / (values.length / features.shape[0]!));
  const photo = provenanceOf(features)?.filenames[row];
  throw problem({
    where: `the ${name} data, row ${row}${photo ? ` (${photo})` : ''}`,
    expected: 'numbers',
    found: String(values[at]),
    next: 'Check this photo and the preprocessing function, then compute the features again, or leave the row out.',
  });
}

/** Throws where all rows are the same: a head can learn nothing from them. */
export function checkDiffering(features: Tensor, name: string): void {
  const rows = features.shape[0]!;
  const same = tf.tidy(() => features.equal(features.slice(0, 1)).all().dataSync()[0]);
  if (rows < 2 || !same) return;
  throw problem({
    where: `the ${name} data`,
    expected: 'rows that differ from photo to photo',
    found: `${rows} rows that are all the same`,
    next: 'Check the photos and the preprocessing. A `rescale` of 0 does this, and so does one photo under many names.',
  });
}

function checkPhotos(features: Tensor, name: string): void {
  const provenance = provenanceOf(features);
  const rows = features.shape[0]!;
  if (!provenance || (provenance.filenames.length === rows && provenance.labels.length === rows)) return;
  throw problem({
    where: `the ${name} data`,
    expected: `a photo and a label for each of ${rows} rows`,
    found: `${provenance.filenames.length} photos and ${provenance.labels.length} labels`,
    next: 'Compute the features again with predictGenerator.',
  });
}
