/**
 * `npm run bench:accuracy`: how good heads on frozen bases are with few photos. Photos 0 to 999 of each class are drawn from, 1000 to
 * 1400 are what is reported; five draws per size. Needs `npm run weights -- lite1`. Heads by `fitLinear`, whose strength is chosen on the drawn photos alone; and with
 * the strength 1, scikit-learn's default. Writes `bench/results/accuracy.json` and `.md`. Then the same on the drawn sample, whose classes ImageNet lacks.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import {
  applications,
  type FitLinearOptions,
  type FlowOptions,
  fitLinear,
  ImageDataGenerator,
  predictGenerator,
  splitDataset,
} from '../src';
import { evaluateHead } from '../src/insight/evaluate-head';
import { wilsonInterval } from '../src/numerics/wilson-interval';
import { permutation, seededRandom } from '../src/random';
import { tf } from '../src/tensorflow';

const root = path.dirname(__dirname);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-accuracy-'));
process.env.LITTLE_DATA_DIR = path.join(scratch, 'data');
const draws = 5;

interface Prepared {
  generator: ConstructorParameters<typeof ImageDataGenerator>[0];
  flow: FlowOptions;
}
interface Rows {
  features: Tensor;
  labels: number[];
}
/** Accuracies of the draws. */
interface Spread {
  mean: number;
  least: number;
  most: number;
  interval: [number, number];
}
interface Result extends Spread {
  photos: string;
  base: string;
  perClass: number;
  /** With heads of the strength 1. */
  strength1: Spread;
  validation: number;
}

/** The bases as they are best prepared, and VGG16 as in the tutorial. */
async function bases(): Promise<{ name: string; model: LayersModel; prepared: Prepared }[]> {
  const lite = await applications.EfficientNetLite0({ pooling: 'avg' });
  const lite1 = await applications.EfficientNetLite1({ pooling: 'avg' });
  const vgg = await applications.VGG16();
  const tutorial: Prepared = { generator: vgg.recommended.generator, flow: { targetSize: [150, 150] } };
  return [
    { name: 'EfficientNetLite0, 224 bicubic', model: lite, prepared: lite.recommended },
    { name: 'EfficientNetLite1, 240 bicubic', model: lite1, prepared: lite1.recommended },
    { name: 'VGG16, 150 nearest', model: vgg, prepared: tutorial },
  ];
}

async function rowsOf(model: LayersModel, folder: string, { generator, flow }: Prepared): Promise<Rows> {
  const photos = new ImageDataGenerator(generator).flowFromDirectory(folder, {
    ...{ ...flow, classMode: null, shuffle: false, verbose: 0 },
  });
  const made = await predictGenerator(model, photos);
  const features = made.rank === 4 ? tf.tidy(() => made.mean([1, 2])) : made;
  if (features !== made) made.dispose();
  return { features, labels: [...photos.classes] };
}

async function measure(
  photos: string,
  sizes: readonly number[],
  split: { trainDir: string; validationDir: string },
) {
  const results: Result[] = [];
  for (const { name, model, prepared } of await bases()) {
    const train = await rowsOf(model, split.trainDir, prepared);
    const validation = await rowsOf(model, split.validationDir, prepared);
    for (const perClass of sizes) {
      const [chosen, strength1]: [number[], number[]] = [[], []];
      for (let draw = 0; draw < draws; draw++) {
        const order = permutation(train.labels.length, seededRandom(draw));
        const rows = [0, 1].flatMap((label) =>
          Array.from(order)
            .filter((row) => train.labels[row] === label)
            .slice(0, perClass),
        );
        const features = tf.tidy(() => tf.gather(train.features, tf.tensor1d(rows, 'int32')));
        const labels = rows.map((row) => train.labels[row]!);
        const accuracyOf = async (options: FitLinearOptions) => {
          const { model: head } = await fitLinear(features, labels, options);
          const { acc } = evaluateHead(head, validation.features, validation.labels);
          head.dispose();
          return acc;
        };
        chosen.push(await accuracyOf({}));
        strength1.push(await accuracyOf({ strength: 1 }));
        features.dispose();
      }
      const n = validation.labels.length;
      results.push({
        ...{ photos, base: name, perClass, ...spreadOf(chosen, n) },
        ...{ strength1: spreadOf(strength1, n), validation: n },
      });
      console.log(JSON.stringify(results.at(-1)));
    }
    tf.dispose([train.features, validation.features]);
    model.dispose();
  }
  return results;
}

function spreadOf(found: readonly number[], n: number): Spread {
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  const interval = wilsonInterval(Math.round(mean * n), n);
  return { mean, least: Math.min(...found), most: Math.max(...found), interval };
}

async function main(): Promise<void> {
  const real = path.resolve(root, process.env.LITTLE_DATA_PHOTOS || '../shared/dogs-vs-cats/train');
  const sample = path.join(root, 'data', 'sample', 'train');
  const placed = async (
    photos: string,
    train: [number, number],
    validation: [number, number],
    outDir: string,
  ) => splitDataset(photos, { train, validation, outDir: path.join(scratch, outDir), verbose: 0 });
  const results = [
    ...(await measure('cats and dogs', [10, 50, 1000], await placed(real, [0, 999], [1000, 1400], 'real'))),
    ...(await measure('drawings', [10, 50, 100], await placed(sample, [0, 99], [100, 139], 'sample'))),
  ];
  const cells = ({ mean, least, most, interval }: Spread) =>
    `${mean.toFixed(4)} | ${least.toFixed(4)} to ${most.toFixed(4)} | ${interval.map((end) => end.toFixed(3)).join(' to ')}`;
  const rows = results.map(
    (result) =>
      `| ${result.photos} | ${result.base} | ${result.perClass} | ${cells(result)} of ${result.validation} | ${cells(result.strength1)} |`,
  );
  const table = [
    '| photos | base | photos per class | accuracy, mean of five draws | least to most | 95% interval | with `strength: 1` | least to most | 95% interval |',
    `|${' --- |'.repeat(9)}`,
    ...rows,
  ];
  const [cpu] = os.cpus();
  const place = path.join(root, 'bench', 'results');
  const about = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpu?.model,
    cores: os.cpus().length,
    results,
  };
  fs.writeFileSync(path.join(place, 'accuracy.json'), `${JSON.stringify(about, null, 2)}\n`);
  fs.writeFileSync(path.join(place, 'accuracy.md'), `${table.join('\n')}\n`);
  console.log(table.join('\n'));
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => fs.rmSync(scratch, { recursive: true, force: true }));
