import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { provenanceOf, setProvenance } from '../../src/features/provenance';
import { filesOf, isRight, photoName } from '../../src/insight/evaluated-photo';
import { temporaryFolder } from '../datasets/folders';
import { coloured, flow, fromFolders, learnable } from '../head/data';

test("filesOf() has the generator's files, else those that are known of the features", () => {
  const { features, labels } = learnable({ rows: 4 });
  assert.equal(filesOf(features, labels), undefined);
  fromFolders(features, labels);
  assert.deepEqual(filesOf(features, labels)?.slice(0, 1), ['cats/0.jpg']);
  setProvenance(features, { ...provenanceOf(features)!, directory: path.resolve('/photos') });
  assert.equal(filesOf(features, labels)![3], path.resolve('/photos/dogs/3.jpg'));
  const dir = coloured(temporaryFolder('files-of'), { perClass: 2 });
  assert.equal(filesOf(features, flow(dir).classes)![0], path.join(dir, 'blue', '0.png'));
  fs.rmSync(dir, { recursive: true });
});

test('isRight() and photoName() are of one photo', () => {
  const photo = { row: 3, trueClass: 'cats', predictedClass: 'dogs', probability: 0.9 };
  assert.equal(isRight(photo), false);
  assert.equal(photoName(photo), 'row 3');
  assert.equal(photoName({ ...photo, file: path.join('cats', 'a.jpg') }), 'a.jpg');
});
