/** Rows of features, checked against the head and against what is known of them. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import { provenanceOf } from '../features/provenance';
import { tf } from '../tensorflow';

/** Throws unless `features` are rows of the shape that a head takes, and as many as there are photos noted for them. */
export function checkRows(head: LayersModel, features: Tensor, name: string): void {
  checkTensor(features, name);
  const expected = (head.inputs[0]!.shape as (number | null)[]).slice(1);
  const found = features.shape.slice(1);
  if (expected.length !== found.length || expected.some((size, i) => size !== null && size !== found[i])) {
    throw problem({
      where: `the ${name} data`,
      expected: `features [n, ${expected.join(', ')}], which this head was built for`,
      found: `[${features.shape.join(', ')}]`,
      next: 'Photos of another `targetSize` give other features: build a head with `inputShape: features.shape.slice(1)`.',
    });
  }
  checkPhotos(features, name);
}

/** Throws unless `features` are a tensor. */
export function checkTensor(features: unknown, name: string): void {
  if (features instanceof tf.Tensor) return;
  throw problem({
    where: `the ${name} data`,
    expected: 'features: a tensor [n, ...] of one row a photo',
    found: show(features),
    next: 'Pass what predictGenerator or np.load gave.',
  });
}

/** Throws where features hold NaN or Infinity; names the first such row and its photo. */
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
    next: 'Look at this photo and at the preprocessing function, make the features again, or leave the row out.',
  });
}

/** Throws where all rows are the same: nothing can be learned from them. */
export function checkDiffering(features: Tensor, name: string): void {
  const rows = features.shape[0]!;
  const same = tf.tidy(() => features.equal(features.slice(0, 1)).all().dataSync()[0]);
  if (rows < 2 || !same) return;
  throw problem({
    where: `the ${name} data`,
    expected: 'rows that differ from photo to photo',
    found: `${rows} rows that are all the same`,
    next: 'Look at the photos and at the preprocessing: a `rescale` of 0 does this, or one photo under many names.',
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
    next: 'Make the features again with predictGenerator.',
  });
}
