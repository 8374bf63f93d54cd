/**
 * `npm run bench:network`: EfficientNet-Lite0 at 224 px and VGG16 at 150 px: the networks alone, Lite0 beside ONNX Runtime, then from the
 * photos' files to features. They take turns; `--rounds` (5), `--batches` of 16 photos (32) and `--photos` (1920) a turn. Writes
 * `bench/results/network.json`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makePython, startChild } from './children.mjs';
import { machine } from './machine.mjs';
import { copyPhotos } from './photos.mjs';
import { spread } from './report.mjs';

const root = path.dirname(import.meta.dirname);
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    batches: { type: 'string', default: '32' },
    photos: { type: 'string', default: '1920' },
  },
});
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-bench-'));
const job = {
  batches: Number(options.batches),
  lite0: path.join(root, 'data/weights/efficientnet_lite0_notop.safetensors'),
  photos: path.join(scratch, 'photos'),
  warm: path.join(scratch, 'warm'),
};
const source = path.resolve(root, process.env.LITTLE_DATA_PHOTOS || '../shared/dogs-vs-cats/train');

await makePython();
copyPhotos(source, job.photos, Number(options.photos));
copyPhotos(source, job.warm, 64);
const { processor, cores, flags } = machine();
const list = [
  ['ours', 'network lite0'],
  ['peers', 'network lite0'],
  ['ours', 'network vgg16'],
  ['ours', 'extraction lite0'],
  ['ours', 'extraction vgg16'],
];
const env = { LITTLE_DATA_DIR: path.join(scratch, 'data') };
const found = {};
const children = await Promise.all(list.map(([side, what]) => startChild(side, what, { job, env })));
try {
  for (let round = 0; round < Number(options.rounds); round++)
    for (const child of children)
      for (const [name, { seconds }] of Object.entries((await child.measure()).measured))
        found[name] = [...(found[name] ?? []), 1000 * seconds];
} finally {
  await Promise.all(children.map((child) => child.stop()));
  fs.rmSync(scratch, { recursive: true, force: true });
}
const ms = Object.fromEntries(Object.entries(found).map(([name, values]) => [name, spread(values)]));
const median = (name) => ms[name]?.median;
const lite0 = median('little-data Lite0');
const ratios = {
  lite0_vs_onnxruntime: lite0 / median('ONNX Runtime Lite0'),
  vgg16_vs_lite0: median('little-data VGG16') / lite0,
  extraction_vgg16_vs_lite0:
    median('little-data VGG16, extraction') / median('little-data Lite0, extraction'),
};
const result = {
  date: new Date().toISOString().slice(0, 10),
  processor,
  cores,
  flags,
  ms_a_photo: ms,
  ratios,
};
fs.writeFileSync(path.join(root, 'bench/results/network.json'), `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
