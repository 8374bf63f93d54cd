import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { learningCurve } from '../../src/insight/learning-curve';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { fromFolders } from '../head/data';
import { inFakeKernel, printed } from '../notebook/fake-kernel';
import { clusters } from './clusters';

before(tensorflowReady);

const train = clusters({ rows: 240, classes: 3, distance: 1.5, seed: 1 });
const validation = clusters({ rows: 150, classes: 3, distance: 1.5, seed: 2 });
const quiet = { validation, verbose: 0 };

describe('learningCurve()', () => {
  test('has growing sizes of all classes, the accuracy of each seed, and the same numbers each time', async () => {
    const { numTensors } = tf.memory();
    const curve = await learningCurve(train.features, train.labels, quiet);
    assert.equal(tf.memory().numTensors, numTensors);
    assert.deepEqual(
      curve.points.map(({ photosPerClass, photos }) => [photosPerClass, photos]),
      [5, 10, 20, 40, 80].map((size) => [size, 3 * size]),
    );
    for (const { acc, accs, interval } of curve.points) {
      assert.equal(accs.length, 5);
      assert.ok(Math.abs(acc - accs.reduce((sum, own) => sum + own / 5, 0)) < 1e-12);
      assert.ok(interval[0] < acc && acc < interval[1]);
    }
    // With all photos there is nothing to draw; with few the seeds differ.
    assert.equal(new Set(curve.points.at(-1)!.accs).size, 1);
    assert.ok(new Set(curve.points[0]!.accs).size > 1);
    assert.ok(curve.points.at(-1)!.acc > curve.points[0]!.acc + 0.03);
    assert.deepEqual(await learningCurve(train.features, train.labels, quiet), curve);
  });

  test('averages features over height and width', async () => {
    const square = (features: typeof train.features) =>
      tf.tile(features.reshape([-1, 1, 1, 16]), [1, 2, 2, 1]);
    const sizes = [20, 40];
    const flat = await learningCurve(train.features, train.labels, { ...quiet, sizes });
    const pooled = await learningCurve(square(train.features), train.labels, {
      ...{ sizes, verbose: 0 },
      validation: { features: square(validation.features), labels: validation.labels },
    });
    assert.deepEqual(pooled, flat);
  });

  test('shows a chart and the sentence', async () => {
    let lines: string[] = [];
    const messages = await inFakeKernel(async () => {
      lines = await printed(async () => {
        await learningCurve(train.features, train.labels, { validation, sizes: [10, 20, 40, 80] });
      });
    });
    assert.ok(messages.some(({ data }) => 'application/vnd.vegalite.v5+json' in data));
    assert.match(lines.at(-1)!, /95%/);
  });

  test('refuses sizes that there are not, other classes, and other channels', async () => {
    const { features, labels } = train;
    for (const sizes of [[81], [0], [1.5], []])
      await assert.rejects(learningCurve(features, labels, { ...quiet, sizes }), /`sizes`/);
    const other = clusters({ rows: 30, size: 8, classes: 3 });
    await assert.rejects(learningCurve(features, labels, { validation: other }), /16 channels/);
    const [named, owls] = [features.clone(), validation.features.clone()];
    fromFolders(named, labels, { classNames: ['cats', 'dogs', 'mice'] });
    fromFolders(owls, validation.labels, { classNames: ['cats', 'dogs', 'owls'] });
    await assert.rejects(
      learningCurve(named, labels, { validation: { features: owls, labels: validation.labels } }),
      /the validation data: expected the classes of the train data/,
    );
  });
});
