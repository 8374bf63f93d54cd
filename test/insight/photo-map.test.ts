import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import sharp from 'sharp';
import { setProvenance } from '../../src/features/provenance';
import { type PhotoMap, photoMap, photoMapBundle } from '../../src/insight/photo-map';
import { displayName, type MimeBundle } from '../../src/notebook/display';
import { plotPhotoMap } from '../../src/plots/plot-photo-map';
import { seededRandom } from '../../src/random';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { temporaryFolder } from '../datasets/folders';
import { fromFolders } from '../head/data';
import { clusters } from './clusters';
import { evaluated } from './evaluated';

before(tensorflowReady);

const quiet = { verbose: 0 };

/** The fraction of points whose nearest other point is of the same class. */
function purity({ points }: PhotoMap): number {
  const same = points.filter((own) => {
    const others = points.filter(({ row }) => row !== own.row);
    const distance = ({ x, y }: { x: number; y: number }) => Math.hypot(x - own.x, y - own.y);
    const nearest = others.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    return nearest.trueClass === own.trueClass;
  });
  return same.length / points.length;
}

describe('photoMap()', () => {
  test('puts rows of one class together, the same way for the same seed, and leaves no tensor', async () => {
    const { features, labels } = clusters({ rows: 90, classes: 3, distance: 9 });
    const { numTensors } = tf.memory();
    const map = await photoMap(features, labels, { ...quiet, seed: 3 });
    assert.equal(tf.memory().numTensors, numTensors);
    assert.ok(purity(map) > 0.95, `${purity(map)}`);
    assert.deepEqual(map.classNames, ['0', '1', '2']);
    assert.deepEqual((await photoMap(features, labels, { ...quiet, seed: 3 })).points, map.points);
    assert.notDeepEqual((await photoMap(features, labels, { ...quiet, seed: 4 })).points, map.points);
  });

  test('takes 4-D features, as few as four photos, and photos that are all alike', async () => {
    for (const features of [tf.randomUniform([4, 2, 2, 3], 0, 1, 'float32', 1), tf.ones([20, 8])]) {
      const labels = Array.from({ length: features.shape[0]! }, (_, i) => i % 2);
      const { points } = await photoMap(features, labels, quiet);
      assert.ok(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
    }
  });

  test('names photos and classes where they are known, and marks the wrong ones', async () => {
    const { features, labels } = clusters({ rows: 20 });
    fromFolders(features, labels);
    const predictions = evaluated(
      labels.map((label, i) => [label ? 'dogs' : 'cats', i < 18 === (label === 1) ? 'dogs' : 'cats', 0.9]),
    );
    const { points, classNames } = await photoMap(features, labels, { ...quiet, predictions });
    assert.deepEqual(classNames, ['cats', 'dogs']);
    for (const [row, point] of points.entries()) {
      assert.equal(point.trueClass, predictions[row]!.trueClass);
      assert.equal(point.wrong, predictions[row]!.trueClass !== predictions[row]!.predictedClass);
      assert.ok(point.file);
    }
    assert.equal(points.filter(({ wrong }) => wrong).length, 2);
  });

  test('refuses predictions of other rows, and too few photos', async () => {
    const { features, labels } = clusters({ rows: 8 });
    const predictions = evaluated([['0', '0', 0.5]]);
    await assert.rejects(
      photoMap(features, labels, { predictions }),
      /`predictions`: expected one for each of 8/,
    );
    await assert.rejects(photoMap(tf.ones([3, 2]), [0, 1, 0]), /number of photos/);
  });
});

describe('a cell that ends in a map', () => {
  test('keeps less than 1 MB of 5,000 photos with 200 pictures, of the worst kind too', async () => {
    const dir = temporaryFolder('photo-map');
    const random = seededRandom(1);
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, () => Math.floor(random() * 256));
    await sharp(data, { raw: { width: 64, height: 64, channels: 3 } }).toFile(path.join(dir, 'noise.png'));
    const { features, labels } = clusters({ rows: 202 });
    const filenames = labels.map((_, row) => (row === 5 ? 'gone.png' : 'noise.png'));
    setProvenance(features, { ...fromFolders(features, labels), filenames, directory: dir });
    const map = await photoMap(features, labels, quiet);
    fs.rmSync(dir, { recursive: true });
    const pictures = map.points.filter(({ image }) => image?.startsWith('data:image/jpeg;base64,')).length;
    assert.ok(pictures >= 199 && pictures <= 200, `${pictures}`);
    const own = map as unknown as Record<symbol, () => Promise<MimeBundle>>;
    const chart = 'application/vnd.vegalite.v5+json';
    assert.deepEqual((await own[displayName]!())[chart], plotPhotoMap(map));
    const point = { x: -12.345678, y: 12.345678, trueClass: 'dogs', predictedClass: 'cats', wrong: true };
    const more = Array.from({ length: 4798 }, (_, i) => ({ ...point, row: 202 + i, file: `photo-${i}.jpg` }));
    const bundle = await photoMapBundle({ ...map, points: [...map.points, ...more] });
    const { length } = JSON.stringify(bundle);
    assert.ok(length < 1e6, `${length}`);
    assert.match(String(bundle['image/svg+xml']), /^<svg/);
  });
});
