import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { provenanceOf, setProvenance } from '../../../src/features/provenance';
import { bytesDigests, pooledRows, splitPhotos } from '../../../src/insight/duplicates/photo-rows';
import { tf } from '../../../src/tensorflow';
import { temporaryFolder } from '../../datasets/folders';
import { fromFolders, learnable } from '../../head/data';

test('pooledRows() takes the mean over the places, and leaves rows as they are', () => {
  const deep = tf.tensor4d([1, 10, 3, 30, 5, 50, 7, 70], [1, 2, 2, 2]);
  const rows = pooledRows({
    a: deep,
    b: { features: tf.tensor4d([0, 0, 0, 0, 0, 0, 4, 4], [1, 2, 2, 2]), files: ['x'] },
  });
  assert.deepEqual(rows.arraySync(), [
    [4, 40],
    [1, 1],
  ]);
  assert.deepEqual(pooledRows({ a: tf.tensor2d([[1, 2, 3]]) }).arraySync(), [[1, 2, 3]]);
});

test('splitPhotos() lists the photos of all splits with their files', () => {
  const { features, labels } = learnable({ rows: 4 });
  fromFolders(features, labels);
  // Paths below a folder that nobody recorded can't be read.
  assert.throws(() => splitPhotos({ train: features }), /the train data: expected the files/);
  setProvenance(features, { ...provenanceOf(features)!, directory: path.resolve('/photos') });
  const photos = splitPhotos({ train: features, other: { features: tf.ones([1, 4]), files: ['x.jpg'] } });
  assert.deepEqual(photos[3], { split: 'train', row: 3, file: path.resolve('/photos/dogs/3.jpg') });
  assert.deepEqual(photos[4], { split: 'other', row: 0, file: 'x.jpg' });
});

test('bytesDigests() has what was recorded, else reads the files', async () => {
  const dir = temporaryFolder('digests');
  fs.writeFileSync(path.join(dir, 'abc'), 'abc');
  const files = [path.join(dir, 'abc'), path.join(dir, 'none')];
  const { features, labels } = learnable({ rows: 2 });
  fromFolders(features, labels);
  setProvenance(features, { ...provenanceOf(features)!, directory: dir, hashes: ['1', '2'] });
  const digests = await bytesDigests(
    { known: features, read: { features: tf.ones([2, 1]), files } },
    { verbose: 0 },
  );
  // FIPS 180-2, appendix B.1: SHA-256 of "abc".
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.deepEqual(digests, ['1', '2', abc, null]);
  fs.rmSync(dir, { recursive: true });
});
