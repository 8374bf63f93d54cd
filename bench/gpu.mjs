/**
 * `npm run bench -- --gpu`: networks on the graphics card: decoding alone, the network alone, both end to end, PyTorch on the same card, and how
 * far the features are from the processor's. Writes `gpu.json`. See bench/README.md.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeOptions } from '../scripts/setup/kernelspec.mjs';
import { machine } from './machine.mjs';
import { copyPhotos, repeatPhotos } from './photos.mjs';

const root = path.dirname(import.meta.dirname);

/** What is measured. */
const networks = [
  { network: 'VGG16', side: 150 },
  { network: 'EfficientNetLite0', side: 224 },
];

/**
 * @param {{ photos?: string, rounds?: string, results: string, python: string, side?: string, networks?: string }} options
 * @returns {boolean} whether there was a card
 */
export function benchGpu(options) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-bench-gpu-'));
  try {
    return measure(scratch, options);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function measure(scratch, options) {
  const photos = photosIn(scratch, Number(options.photos ?? 2000));
  const rounds = Number(options.rounds ?? 5);
  const chosen = networks.filter(
    ({ network }) => !options.networks || options.networks.split(',').includes(network),
  );
  const isSoftware = process.env.LITTLE_DATA_GPU_SOFTWARE === '1';
  const found = {};
  for (const { network, side } of chosen) {
    const job = {
      network,
      photos,
      side: Number(options.side ?? side),
      batches: isSoftware ? [4] : [16, 64, 128, 256],
      rounds,
    };
    console.log(`${network} at ${job.side} x ${job.side} ...`);
    const { layers, none, adapter, ...ours } = runOurs(job, scratch);
    if (none) {
      console.log(
        `Nothing was measured: expected a graphics card, found ${none}. \`npm run doctor\` tells what is missing.`,
      );
      return false;
    }
    const torch = runTorch(options.python, { ...job, layers, cpu: isSoftware, repeats: isSoftware ? 1 : 20 });
    const ratio = ours.ms_a_photo.network[64] / torch.ms_a_photo?.float32?.[64];
    found[network] = { side: job.side, ...ours, torch, network_vs_torch_float32_at_64: ratio || null };
    console.log(textOf(found[network]));
    // After each network: what was measured is kept where the next one is cut off.
    write({ card: adapter, networks: found }, options.results);
  }
  return true;
}

function write({ card, networks }, folder) {
  if (card.isSoftware && folder === defaultResults) {
    console.log('The processor stood for a graphics card: nothing is written.');
    return;
  }
  const result = { date: new Date().toISOString().slice(0, 10), card, machine: machine(), networks };
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'gpu.json');
  fs.writeFileSync(
    file,
    `${JSON.stringify(result, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value), 2)}\n`,
  );
  console.log(`Written to ${file}.`);
}

/** Where results lie that come with the project. */
export const defaultResults = path.join(root, 'bench/results');

/** The real photos, else the sample's, each with bytes of its own. */
function photosIn(scratch, count) {
  const real = path.resolve(root, process.env.LITTLE_DATA_PHOTOS || '../shared/dogs-vs-cats/train');
  const folder = path.join(scratch, 'photos');
  const some = path.join(scratch, 'some');
  const files = fs.existsSync(real) ? copyPhotos(real, some, Math.min(count, 256)) : sample();
  repeatPhotos(files, folder, count);
  return folder;
}

function sample() {
  const folder = path.join(root, 'data/sample');
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jpe?g$/i.test(name))
    .map((name) => path.join(folder, name));
}

function runOurs(job, scratch) {
  const args = [
    ...nodeOptions,
    '--require',
    path.join(root, 'src/kernel/preload.cjs'),
    path.join(root, 'bench/gpu.ts'),
  ];
  const env = { ...process.env, LITTLE_DATA_DIR: path.join(scratch, 'data'), TF_CPP_MIN_LOG_LEVEL: '2' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, JSON.stringify(job)], {
    ...{ cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 26 },
  });
  const line = stdout?.split('\n').findLast((text) => text.startsWith('{'));
  if (status !== 0 || !line) throw new Error(`gpu.ts ended with ${status}:\n${stdout}\n${stderr}`);
  return JSON.parse(line);
}

function runTorch(python, job) {
  const input = JSON.stringify(job);
  const { status, stdout, stderr, error } = spawnSync(python, [path.join(root, 'bench/gpu_torch.py')], {
    input,
    encoding: 'utf8',
  });
  if (error) return { none: `${python} can't be started (${error.code})` };
  if (status !== 0) return { none: `PyTorch failed: ${stderr.trim().split('\n').at(-1)}` };
  return JSON.parse(stdout);
}

function textOf({
  ms_a_photo: ms,
  batch_size: size,
  end_to_end_vs_longer: ratio,
  difference_to_cpu: difference,
  torch,
}) {
  const shown = (value) => value.toPrecision(3);
  const list = (times) =>
    Object.entries(times)
      .map(([batch, time]) => `${shown(time)} (${batch})`)
      .join(', ');
  return [
    `  decoding alone  ${shown(ms.decode)} ms a photo`,
    `  network alone   ${list(ms.network)} ms a photo (batch); ${size} was chosen`,
    `  end to end      ${shown(ms.end_to_end)} ms a photo, ${ratio.toFixed(2)} times the longer of the two`,
    `  features        at most ${difference.toExponential(1)} of their size from the processor's`,
    ...(torch.none
      ? [`  PyTorch         not measured: ${torch.none}`]
      : Object.entries(torch.ms_a_photo).map(
          ([precision, times]) =>
            `  PyTorch ${precision.padEnd(8)}${list(times)} ms a photo (batch), on ${torch.device}`,
        )),
  ].join('\n');
}
