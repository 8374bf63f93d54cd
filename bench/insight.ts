/**
 * Time and memory of what looks behind the number, at the size of the whole data set: 25,000 made-up rows of 1,280 features.
 * `npm run bench:insight`; an argument gives another number of rows.
 */
import { fitLinear, flagUnlike, learningCurve, photoMap, suspectLabels } from '../src';
import { nearestRows } from '../src/insight/duplicates/nearest-rows';
import { figuresOf } from '../src/insight/figures';
import { resampleCounts } from '../src/numerics/bootstrap';
import { seededRandom } from '../src/random';
import { tensorflowReady, tf } from '../src/tensorflow';

const [rows, size] = [Number(process.argv[2] ?? 25_000), 1280];
const twins = Math.floor(rows / 100);

async function main(): Promise<void> {
  await tensorflowReady();
  // The last rows are the first ones again, with some noise.
  const features = tf.tidy(() => {
    const own = tf.randomNormal([rows - twins, size], 0, 1, 'float32', 1);
    const noise = tf.randomNormal([twins, size], 0, 0.3, 'float32', 2);
    return tf.concat2d(
      [own.as2D(rows - twins, size), own.slice([0, 0], [twins, size]).add(noise).as2D(twins, size)],
      0,
    );
  });
  const before = process.memoryUsage.rss();
  const pairs = await timed(`nearest neighbours of ${rows} rows of ${size}`, () =>
    nearestRows(features, { most: 5, atLeast: 0.6 }),
  );
  const right = pairs.filter(({ a, b }) => b - a === rows - twins).length;
  console.log(`${right} of ${twins} planted rows found, ${pairs.length - right} others`);
  const own = features.size * 4;
  memory(`; before ${mb(before)}, and the rows have ${mb(own)}`);
  const random = seededRandom(1);
  const labels = Int32Array.from({ length: rows }, () => Number(random() < 0.5));
  const probabilities = Float32Array.from({ length: 2 * rows }, () => random());
  const judged = {
    ...{ labels, probabilities, predicted: labels, losses: new Float64Array(rows) },
    classNames: ['a', 'b'],
  };
  await timed(`figures of ${rows} photos with 1,000 resamples`, () =>
    figuresOf(judged, resampleCounts(rows, { resamples: 1000, random })),
  );
  // Classes that a third of the features tell apart.
  const lean = tf.tidy(() => {
    const side = tf.tensor2d(
      Float32Array.from(labels, (label) => label * 0.3),
      [rows, 1],
    );
    return features.add(side.mul(tf.range(0, size).less(size / 3))) as typeof features;
  });
  features.dispose();
  const { model } = await timed('fitLinear with one strength', () =>
    fitLinear(lean, [...labels], { strength: 0.01 }),
  );
  await timed('flagUnlike', () => flagUnlike(model, lean));
  await timed('suspectLabels', () => suspectLabels(lean, [...labels]));
  const validation = { features: lean, labels: [...labels] };
  await timed('learningCurve up to 1,000 per class', () =>
    learningCurve(lean, [...labels], { validation, sizes: [10, 50, 250, 1000], verbose: 0 }),
  );
  await timed('photoMap', () => photoMap(lean, [...labels], { thumbnails: 0, verbose: 0 }));
  memory('');
}

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

function memory(more: string): void {
  console.log(`memory at most: ${mb(process.resourceUsage().maxRSS * 1024)}${more}`);
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
