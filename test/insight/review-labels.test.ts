import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { readDecisions, writeDecision } from '../../src/datasets/label-decisions';
import { predictGenerator } from '../../src/features/predict-generator';
import { type LabelReview, reviewLabels } from '../../src/insight/review-labels';
import { type SuspectLabels, suspectLabels } from '../../src/insight/suspect-labels';
import { tensorflowReady } from '../../src/tensorflow';
import { coloured, flow, smallBase } from '../head/data';
import { printed } from '../notebook/fake-kernel';
import { FrontEnd } from '../notebook/widgets/front-end';

before(tensorflowReady);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-review-'));
after(() => fs.rmSync(dir, { recursive: true }));

let made = 0;
const photos = () => coloured(path.join(dir, String(made++)));

const suspect = (filename: string, row: number) => ({
  ...{ row, filename, className: 'blue', suggestedClass: 'red', margin: -0.8 },
  ...{ probability: 0.1, suggestedProbability: 0.9 },
});
const suspectsIn = (directory: string): SuspectLabels => ({
  ...{ classNames: ['blue', 'red'], joint: [], directory },
  suspects: [suspect('blue/1.png', 1), suspect('blue/2.png', 2), suspect('blue/3.png', 3)],
});

const lineIn = (front: FrontEnd) => String(front.models.get(front.idOf('HTMLModel'))!.value);

/** The review in front of a person, who finds its buttons by their labels. */
async function withReview(
  directory: string,
  use: (review: LabelReview, click: (label: string) => Promise<void>, front: FrontEnd) => Promise<void>,
): Promise<void> {
  const front = new FrontEnd();
  await front.during(async () => {
    let review: LabelReview | undefined;
    await printed(async () => {
      review = await reviewLabels(suspectsIn(directory));
    });
    const click = async (label: string) => {
      const [id] = [...front.models].find(([, state]) => state.description === label)!;
      const line = lineIn(front);
      front.send(id, { method: 'custom', content: { event: 'click' } });
      // It changes when the decision is on the disk.
      while (lineIn(front) === line) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await use(review!, click, front);
    review!.close();
  });
}

describe('reviewLabels()', () => {
  test('writes each decision at once, shows the next photo, and takes decisions back', async () => {
    const folder = photos();
    await withReview(folder, async (review, click, front) => {
      assert.match(lineIn(front), /1 of 3: blue\/1\.png.*blue \(10\.0%\).*red \(90\.0%\)/);
      assert.ok(front.askForStates().buffers.some((bytes) => bytes.length > 100));
      await click('Is of this class:');
      assert.deepEqual(readDecisions(folder).get('blue/1.png'), { decision: 'relabel', className: 'red' });
      assert.equal(review.current!.filename, 'blue/2.png');
      await click('Delete from the data set');
      await click('Keep');
      assert.equal(review.current, undefined);
      assert.match(lineIn(front), /All 3 are decided/);
      await click('Undo');
      await click('Undo');
      assert.equal(review.current!.filename, 'blue/2.png');
      assert.deepEqual([...readDecisions(folder).keys()], ['blue/1.png']);
      await click('Not sure');
      assert.deepEqual(readDecisions(folder).get('blue/2.png'), { decision: 'unsure' });
    });
    assert.equal(fs.readdirSync(path.join(folder, 'blue')).length, 6);
    // What was decided is not asked again.
    await withReview(folder, async (review) => {
      assert.equal(review.current!.filename, 'blue/3.png');
    });
  });

  test('takes a decision back to what another kernel decided meanwhile', async () => {
    const folder = photos();
    await withReview(folder, async (review) => {
      await writeDecision(folder, 'blue/1.png', { decision: 'unsure' });
      await review.decide({ decision: 'delete' });
      await review.undo();
      assert.deepEqual(readDecisions(folder).get('blue/1.png'), { decision: 'unsure' });
    });
  });

  test('is honoured by the generator that is made next', async () => {
    const folder = photos();
    await withReview(folder, async (review) => {
      await review.decide({ decision: 'relabel', className: 'red' });
      await review.decide({ decision: 'delete' });
    });
    const generator = new ImageDataGenerator().flowFromDirectory(folder, { shuffle: false, verbose: 0 });
    assert.equal(generator.classes[generator.filenames.indexOf('blue/1.png')], 1);
    assert.ok(!generator.filenames.includes('blue/2.png'));
  });

  test("finds the photos by the generator's labels", async () => {
    const folder = photos();
    const generator = flow(folder);
    const features = await predictGenerator(smallBase(), generator, { verbose: 0 });
    const found = await suspectLabels(features, generator.classes);
    assert.equal(found.directory, folder);
    features.dispose();
  });

  test('refuses a class that there is not, and photos that nothing is known about', async () => {
    const folder = photos();
    await withReview(folder, async (review) => {
      await assert.rejects(
        review.decide({ decision: 'relabel', className: 'green' }),
        /className.*blue, red/,
      );
      assert.equal(readDecisions(folder).size, 0);
    });
    const { directory: _directory, ...unknown } = suspectsIn(folder);
    await assert.rejects(reviewLabels(unknown), /`directory`: expected the folder/);
    const { filename: _filename, ...nameless } = suspect('', 1);
    await assert.rejects(
      reviewLabels({ ...unknown, suspects: [nameless] }, { directory: folder }),
      /suspects whose photos are known/,
    );
  });
});
