/**
 * `npm run bench`: this package beside Keras, ONNX Runtime and PyTorch, on this machine. See bench/README.md.
 * `--quick`: 256 photos and 5 epochs. `--photos`, `--epochs`, `--rounds`, `--growth` (numbers of photos, with commas)
 * and `--results` (a folder) change single settings. `--gpu` measures networks on the graphics card instead, with `--python` (one that has torch),
 * `--networks` and `--side`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makePython, peerVersions, runOurs, startChild } from './children.mjs';
import { benchGpu, defaultResults } from './gpu.mjs';
import { machine } from './machine.mjs';
import { copyPhotos, repeatPhotos, zipPhotos } from './photos.mjs';
import { chartOf, ratiosOf, spread, tableOf } from './report.mjs';

const root = path.dirname(import.meta.dirname);
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    photos: { type: 'string' },
    epochs: { type: 'string' },
    rounds: { type: 'string' },
    growth: { type: 'string', default: '300,2802,25000' },
    results: { type: 'string', default: defaultResults },
    gpu: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
    side: { type: 'string' },
    networks: { type: 'string' },
  },
});
if (options.gpu) process.exit(benchGpu(options) ? 0 : 1);
const changed = options.photos || options.epochs;
const mode = changed ? 'trial' : options.quick ? 'quick' : 'full';
const photos = Number(options.photos ?? (options.quick ? 256 : 2802));
const epochs = Number(options.epochs ?? (options.quick ? 5 : 50));
const rounds = Number(options.rounds ?? (options.quick ? 2 : 3));

const source = path.resolve(root, process.env.LITTLE_DATA_PHOTOS || '../shared/dogs-vs-cats/train');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-bench-'));
const weights = path.join(root, 'data/weights/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5');
const job = {
  photos: path.join(scratch, 'photos'),
  warm: path.join(scratch, 'warm'),
  zip: path.join(scratch, 'photos.zip'),
  unzipped: path.join(scratch, 'unzipped'),
  weights,
  epochs,
  rows: 2000,
};

try {
  await main();
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  const started = Date.now();
  await makePython();
  const copied = copyPhotos(source, job.photos, photos);
  copyPhotos(source, job.warm, 32);
  await zipPhotos(copied, job.zip);
  const found = {};
  await measure(
    [
      ['ours', 'unzip'],
      ['peers', 'unzip'],
    ],
    found,
  );
  await measure([['peers', 'peak'], ...extractions(), ['peers', 'torch']], found);
  await measure(
    [
      ['ours', 'head'],
      ['peers', 'keras-fit'],
      ['peers', 'torch-fit'],
      ['ours', 'tfjs'],
    ],
    found,
  );
  checkSame(found);
  const { 'float32 peak': peak, ...timed } = found;
  const peakGflops = spread(peak.map(({ gflops }) => gflops)).median;
  const measured = Object.fromEntries(
    Object.entries(timed).map(([name, runs]) => [name, summary(name, runs)]),
  );
  const result = {
    date: new Date().toISOString().slice(0, 10),
    mode,
    photos,
    epochs,
    machine: { ...machine(), float32_peak_gflops: peakGflops },
    versions: versions(),
    ratios: ratiosOf(measured, { photos, peakGflops }),
    peak_rss_mb: growth(copied),
    peak_rss_mb_of: 'VGG16 over 32 photos, then predictToFile with a small network over the named number',
    measured,
    minutes: 0,
  };
  result.minutes = (Date.now() - started) / 60000;
  write(result);
}

function extractions() {
  const bfloat16 = machine().flags.some((flag) => /bf16/.test(flag));
  return [
    ['ours', 'float32'],
    ['peers', 'keras-predict'],
    ...(bfloat16 ? [['ours', 'bfloat16']] : []),
    ['peers', 'keras-compiled'],
    ['peers', 'onnxruntime'],
  ];
}

/** All are made ready first, then take turns; one measures while the others wait. */
async function measure(list, found) {
  const start = ([side, what]) =>
    startChild(side, what, { job, env: { LITTLE_DATA_DIR: path.join(scratch, `data-${what}`) } });
  const children = await Promise.all(list.map(start));
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const child of children) {
        const { measured, peak_rss_mb } = await child.measure();
        for (const [name, values] of Object.entries(measured)) {
          found[name] ??= [];
          found[name].push({ ...values, peak_rss_mb });
          console.log(`round ${round}: ${name} ${shown(values)}`);
        }
      }
    }
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function shown({ seconds, gflops }) {
  return gflops ? `${gflops.toFixed(0)} GFLOP/s` : `${seconds.toFixed(2)} s`;
}

/** All compute the same network: their features differ by decoding and rounding only. */
function checkSame(found) {
  const means = Object.entries(found).flatMap(([name, runs]) =>
    runs.filter(({ mean }) => mean !== undefined).map(({ mean }) => ({ name, mean })),
  );
  const wanted = means[0].mean;
  const other = means.find(({ mean }) => Math.abs(mean / wanted - 1) > 0.02);
  if (other) throw new Error(`${other.name}: the features' mean is ${other.mean}, not ${wanted}.`);
}

function summary(name, runs) {
  const seconds = spread(runs.map((run) => run.seconds));
  return {
    seconds,
    ...(name.startsWith('extraction') && { ms_a_photo: (1000 * seconds.median) / photos }),
    peak_rss_mb: Math.max(...runs.map((run) => run.peak_rss_mb)),
  };
}

/** Peak memory by the number of photos. */
function growth(copied) {
  const peaks = {};
  for (const count of options.growth.split(',').map(Number)) {
    const folder = path.join(scratch, `growth-${count}`);
    repeatPhotos(copied, folder, count);
    const file = path.join(scratch, `growth-${count}.npy`);
    const env = { LITTLE_DATA_DIR: path.join(scratch, `growth-data-${count}`) };
    const { seconds, peak_rss_mb } = runOurs('growth', { ...job, photos: folder, file }, env);
    console.log(`growth: ${count} photos ${peak_rss_mb.toFixed(0)} MB (${seconds.toFixed(1)} s)`);
    peaks[count] = peak_rss_mb;
    for (const used of [folder, file, env.LITTLE_DATA_DIR]) fs.rmSync(used, { recursive: true, force: true });
  }
  return peaks;
}

function versions() {
  const own = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const tfjs = own.dependencies['@tensorflow/tfjs-node'];
  return { 'little-data': own.version, node: process.versions.node, 'tfjs-node': tfjs, ...peerVersions() };
}

function write(result) {
  const file = path.join(path.resolve(options.results), 'latest');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`);
  fs.writeFileSync(`${file}.md`, tableOf(result));
  fs.writeFileSync(`${file}.vl.json`, `${JSON.stringify(chartOf(result), null, 2)}\n`);
  runOurs('chart', { ...job, file });
  console.log(
    `\n${tableOf(result)}\nTook ${result.minutes.toFixed(1)} minutes; written to ${file}.json, .md, .svg.`,
  );
}
