/**
 * This package's side of `npm run bench`: `ours.ts <what> '<json>'` makes ready, then measures once for each line on
 * stdin and answers with a line of JSON. (`growth` and `chart` run once.)
 */
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import type { LayersModel } from '@tensorflow/tfjs-node';
import {
  applications,
  buildHead,
  chartSvg,
  type FlowOptions,
  findPhotos,
  ImageDataGenerator,
  type Precision,
  predictGenerator,
  predictToFile,
  trainHead,
} from '../src';
import { cpuNetwork } from '../src/networks/network-for';
import { tf } from '../src/tensorflow';
import { newStore } from './new-store';

interface Job {
  photos: string;
  warm: string;
  zip: string;
  epochs: number;
  rows: number;
  batches: number;
  file: string;
}

/** A measurement: name -> what was measured. */
type Measured = Record<string, { seconds: number; mean?: number }>;

const [what, json] = process.argv.slice(2) as [string, string];
const job = JSON.parse(json) as Job;

async function main(): Promise<void> {
  if (what === 'growth') return growth();
  if (what === 'chart') return chart();
  const round = await rounds[what]!();
  say({ ready: true });
  for await (const _line of readline.createInterface(process.stdin)) {
    const measured = await round();
    say({ measured, peak_rss_mb: process.resourceUsage().maxRSS / 1024 });
  }
}

const rounds: Record<string, () => Promise<() => Promise<Measured>>> = {
  async unzip() {
    const place = path.join(process.env.LITTLE_DATA_DIR!, 'cache', 'zips');
    return async () => {
      fs.rmSync(place, { recursive: true, force: true });
      const unzip = () => findPhotos(job.zip, { onNotice: () => {} });
      const measured = { 'unzip little-data': { seconds: await timed(unzip) } };
      return { ...measured, 'unzip little-data second run': { seconds: await timed(unzip) } };
    };
  },
  float32: () => extraction('float32', { again: true }),
  bfloat16: () => extraction('bfloat16', { again: false }),
  'extraction vgg16': async () =>
    extractionOf('VGG16', await applications.VGG16(), {
      generator: tutorial,
      flow: { targetSize: [150, 150] },
    }),
  async 'extraction lite0'() {
    const base = await applications.EfficientNetLite0({ pooling: 'avg' });
    return extractionOf('Lite0', base, base.recommended);
  },
  'network vgg16': () => network('VGG16', applications.VGG16(), 150),
  'network lite0': () => network('Lite0', applications.EfficientNetLite0(), 224),
  async head() {
    const [x, y] = trainingRows();
    const fit = async (epochs: number) => {
      const { model } = await trainHead(x, y, { epochs, batchSize: 16, seed: 1, verbose: 0 });
      model.dispose();
    };
    await fit(1);
    return async () => ({ 'head little-data': { seconds: await timed(() => fit(job.epochs)) } });
  },
  async tfjs() {
    const [x, labels] = trainingRows();
    const y = tf.tensor2d(labels, [job.rows, 1]);
    const fit = async (epochs: number) => {
      const model = buildHead({ inputShape: [4, 4, 512], seed: 1 });
      model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
      await model.fit(x, y, { epochs, batchSize: 16, verbose: 0 });
      model.dispose();
    };
    await fit(1);
    return async () => ({ 'head tfjs fit': { seconds: await timed(() => fit(job.epochs)) } });
  },
};

async function extraction(precision: Precision, { again }: { again: boolean }) {
  const model = await applications.VGG16();
  const run = async (folder: string) => {
    const features = await predictGenerator(model, photosOf(folder), { precision, verbose: 0 });
    const mean = tf.tidy(() => features.mean().dataSync()[0]!);
    features.dispose();
    return mean;
  };
  await run(job.warm);
  return async () => {
    newStore();
    let mean = 0;
    const name = `extraction little-data ${precision}`;
    const first = await timed(async () => {
      mean = await run(job.photos);
    });
    const measured: Measured = { [name]: { seconds: first, mean } };
    if (again)
      measured['extraction little-data second run'] = { seconds: await timed(() => run(job.photos)), mean };
    return measured;
  };
}

/** From the photos' files to features, with nothing kept from before. */
async function extractionOf(
  name: string,
  model: LayersModel,
  { generator, flow }: { generator: ConstructorParameters<typeof ImageDataGenerator>[0]; flow: FlowOptions },
) {
  const photos = (folder: string) =>
    new ImageDataGenerator(generator).flowFromDirectory(folder, {
      ...{ ...flow, batchSize: 32, classMode: null, shuffle: false, strict: true, verbose: 0 },
    });
  const run = async (folder: string) =>
    (await predictGenerator(model, photos(folder), { verbose: 0 })).dispose();
  await run(job.warm);
  return async () => {
    newStore();
    const { samples } = photos(job.photos);
    const seconds = await timed(() => run(job.photos));
    return { [`little-data ${name}, extraction`]: { seconds: seconds / samples } };
  };
}

/** The network alone, on batches of 16 photos of noise. */
async function network(name: string, base: Promise<LayersModel>, side: number) {
  const { run } = await cpuNetwork(await base, 'float32');
  const x = tf.randomUniform([16, side, side, 3], -1, 1, 'float32', 1);
  const once = async () => {
    const y = await run(x);
    await y.data();
    y.dispose();
  };
  await once();
  return async () => {
    const seconds = await timed(async () => {
      for (let batch = 0; batch < job.batches; batch++) await once();
    });
    return { [`little-data ${name}`]: { seconds: seconds / (16 * job.batches) } };
  };
}

/**
 * Peak memory over many photos. VGG16 computes two batches, so that its memory counts; then a small network with
 * outputs of the same size goes over all photos, as VGG16 would take half an hour for 25,000.
 */
async function growth(): Promise<void> {
  const vgg16 = await applications.VGG16();
  (await predictGenerator(vgg16, photosOf(job.warm), { verbose: 0 })).dispose();
  const small = tf.sequential({
    layers: [
      tf.layers.maxPooling2d({ poolSize: 32, strides: 32, inputShape: [150, 150, 3] }),
      tf.layers.conv2d({ filters: 512, kernelSize: 1, activation: 'relu' }),
    ],
  });
  const seconds = await timed(() =>
    predictToFile(small, photosOf(job.photos), { file: job.file, verbose: 0 }),
  );
  say({ seconds, peak_rss_mb: process.resourceUsage().maxRSS / 1024 });
}

/** Draws `<file>.vl.json` as `<file>.svg`. */
async function chart(): Promise<void> {
  const spec = JSON.parse(fs.readFileSync(`${job.file}.vl.json`, 'utf8'));
  fs.writeFileSync(path.resolve(`${job.file}.svg`), `${await chartSvg(spec)}\n`);
}

const tutorial = { rescale: 1 / 255 };

function photosOf(folder: string) {
  return new ImageDataGenerator(tutorial).flowFromDirectory(folder, {
    targetSize: [150, 150],
    batchSize: 16,
    classMode: null,
    shuffle: false,
    strict: true,
    verbose: 0,
  });
}

/** Noise as bottleneck features have it, half zeros, that tells the classes apart. */
function trainingRows() {
  const labels = Array.from({ length: job.rows }, (_, i) => i % 2);
  const x = tf.tidy(() => {
    const shift = tf.tensor(labels).reshape([job.rows, 1, 1, 1]).mul(0.1);
    return tf.randomNormal([job.rows, 4, 4, 512], 0, 1, 'float32', 1).add(shift).relu();
  });
  return [x, labels] as const;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function say(line: object): void {
  console.log(JSON.stringify(line));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
