import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';
import { labelsOf } from '../../src';
import { provenanceOf, setProvenance } from '../../src/features/provenance';
import { suspectLabels } from '../../src/insight/suspect-labels';
import { permutation, seededRandom } from '../../src/random';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { needs } from '../fixtures/skip';
import { fromFolders } from '../head/data';
import { clusters } from './clusters';
import { featuresIn, realPhotos } from './real-features';

before(tensorflowReady);

/** The labels with so many exchanged for the next class, and which. */
function flipped(
  labels: readonly number[],
  count: number,
  classes = 2,
): { labels: number[]; rows: Set<number> } {
  const rows = new Set(permutation(labels.length, seededRandom(5)).subarray(0, count));
  return { labels: labels.map((label, row) => (rows.has(row) ? (label + 1) % classes : label)), rows };
}

describe('suspectLabels()', () => {
  test('finds exchanged labels of made-up clusters, and suggests the right ones', async () => {
    const { features, labels } = clusters({ rows: 300, classes: 3, distance: 9 });
    const wrong = flipped(labels, 9, 3);
    const { numTensors } = tf.memory();
    const { suspects, joint } = await suspectLabels(features, wrong.labels);
    assert.equal(tf.memory().numTensors, numTensors);
    const first = suspects.slice(0, 9);
    assert.deepEqual(new Set(first.map(({ row }) => row)), wrong.rows);
    for (const { row, suggestedClass, className, probability, suggestedProbability } of first) {
      assert.deepEqual([className, suggestedClass], [wrong.labels[row], labels[row]].map(String));
      assert.ok(probability < suggestedProbability);
    }
    assert.ok(suspects.every(({ margin }, i) => i === 0 || margin >= suspects[i - 1]!.margin));
    assert.equal(
      joint.flat().reduce((sum, n) => sum + n, 0) - suspects.length,
      joint.reduce((sum, row, i) => sum + row[i]!, 0),
    );
    assert.deepEqual((await suspectLabels(features, wrong.labels)).suspects, suspects);
  });

  test('finds a wrong label that a copy shares, if both are held out together', async () => {
    const { features, labels } = clusters({ rows: 60, size: 200, distance: 0.8 });
    const twice = tf.concat([features, features]);
    const wrong = [...labels, ...labels];
    wrong[3] = wrong[63] = 1;
    const groups = wrong.map((_, row) => row % 60);
    const found = async (options: object) =>
      (await suspectLabels(twice, wrong, options)).suspects.some(({ row }) => row === 3);
    assert.equal(await found({ groups }), true);
    assert.equal(await found({}), false);
  });

  test('names photos and classes where they are known', async () => {
    const { features, labels } = clusters({ rows: 60, distance: 5 });
    const wrong = flipped(labels, 2);
    fromFolders(features, wrong.labels);
    const { suspects, classNames } = await suspectLabels(features, labelsOf(features));
    assert.deepEqual(classNames, ['cats', 'dogs']);
    assert.equal(suspects[0]!.filename, provenanceOf(features)!.filenames[suspects[0]!.row]);
  });

  test('refuses groups that do not fit, and a class of one row', async () => {
    const { features, labels } = clusters({ rows: 12 });
    await assert.rejects(
      suspectLabels(features, labels, { groups: [1, 2] }),
      /`groups`: expected an integer for each of 12/,
    );
    await assert.rejects(
      suspectLabels(
        features,
        labels.map((_, i) => Number(i === 0)),
      ),
      /two rows or more/,
    );
  });

  test('has four of five exchanged labels of real photos among the 6% most suspect', async (context) => {
    if (!needs(context, process.env.LITTLE_DATA_PHOTOS, 'LITTLE_DATA_PHOTOS names no photos')) return;
    const dir = realPhotos(0, 499);
    const features = await featuresIn(dir);
    const wrong = flipped(labelsOf(features), 30);
    setProvenance(features, { ...provenanceOf(features)!, labels: wrong.labels });
    const { suspects } = await suspectLabels(features, wrong.labels);
    const found = suspects.slice(0, 60).filter(({ row }) => wrong.rows.has(row)).length;
    context.diagnostic(`${found} of 30 among ${suspects.length} suspects`);
    assert.ok(found >= 24, `${found} of 30`);
    features.dispose();
    fs.rmSync(dir, { recursive: true });
  });
});
