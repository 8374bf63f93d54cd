/** `npm run extract`: features of a folder into a `.npy` file, on this machine or on many; and what each worker of many runs. */
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { checkInteger, problem, show } from '../check';
import { ImageDataGenerator } from '../datasets/batches/image-data-generator';
import { preprocessingByName } from '../datasets/batches/preprocessing';
import { baseNamed, type Pooling } from '../networks/base-named';
import { type Device, workersDeviceOf } from '../networks/gpu/device';
import type { Precision } from '../networks/graph-network';
import { shownPath } from '../paths';
import { checkCluster } from './cluster/cluster-options';
import { type WorkerMessage, work } from './cluster/worker';
import {
  type BaseSource,
  type WorkerSettings,
  workerSettings,
  workerSettingsSchema,
} from './cluster/worker-settings';
import { predictWith } from './predict-generator';
import { recipeOf } from './recipe';

/** What a command works with. */
export interface CommandStreams {
  /** The list of photos, for a worker. */
  input: Readable;
  /** Takes what a worker says. */
  say: (message: WorkerMessage) => void;
}

const text = { type: 'string' } as const;
const flags = {
  ...{
    base: text,
    pooling: text,
    precision: text,
    batch: text,
    preprocessing: text,
    rescale: text,
    size: text,
    device: text,
  },
  ...{ out: text, cluster: text, photos: text, rows: text, home: text, settings: text },
  paths: { type: 'string', multiple: true },
  mixed: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/**
 * Runs the command with these arguments. With a folder: all its photos, into the file that `--out` names. Without: the photos that the
 * input names, into the feature store.
 */
export async function extractCommand(args: readonly string[], streams: CommandStreams): Promise<void> {
  const { values, positionals } = parse(args);
  const [folder, ...more] = positionals;
  if (more.length > 0 || (folder === undefined && values.out !== undefined))
    throw usage(more.length > 0 ? positionals.join(' ') : 'no folder');
  if (folder !== undefined) return extractFolder(folder, values);
  await work(values.settings ? readSettings(values.settings) : await settingsOf(values), streams);
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: flags });
}

async function extractFolder(folder: string, values: Values): Promise<void> {
  if (!values.base || !values.out) throw usage(values.base ? 'no --out' : 'no --base');
  const base = baseSource(values);
  const { model, generator, flow } = await prepared(base, values);
  const given = checkCluster(clusterOf(values));
  const photos = generator.flowFromDirectory(folder, { ...flow, classMode: null, shuffle: false });
  const { file, shape } = await predictWith(model, photos, {
    file: values.out,
    precision: precisionOf(values),
    cluster: given && { ...given, base },
  });
  console.log(`${shownPath(file)}: float32 [${shape.join(', ')}]`);
}

/** The base of the arguments, and how its photos are prepared: as is best for it, unless they say otherwise. */
async function prepared(base: BaseSource, { batch, preprocessing, rescale, size, device }: Values) {
  const model = await baseNamed(base.name, { ...base, device: device as Device | undefined });
  const { generator, flow } = model.recommended;
  return {
    model,
    generator: new ImageDataGenerator({
      ...generator,
      ...(rescale !== undefined && { rescale: Number(rescale) }),
      ...(preprocessing !== undefined && { preprocessingFunction: preprocessingByName(preprocessing)! }),
    }),
    flow: {
      ...flow,
      batchSize: batch === undefined ? 16 : checkInteger('batch', Number(batch), { min: 1 }),
      ...(size !== undefined && { targetSize: sizeOf(size) }),
    },
  };
}

/** The settings of a worker that is started by hand. */
async function settingsOf(values: Values): Promise<WorkerSettings> {
  if (!values.base) throw usage('neither a folder nor --base');
  const base = baseSource(values);
  const { model, generator, flow } = await prepared(base, values);
  const { targetSize, interpolation, crop, cropFraction, batchSize } = flow;
  const preparation = {
    ...generator,
    ...{ targetSize, interpolation, batchSize },
    ...(crop === 'center' && { cropFraction }),
  };
  const device = workersDeviceOf(model);
  const recipe = recipeOf(model, preparation, { precision: precisionOf(values), device });
  return workerSettings(recipe, preparation, { base });
}

function readSettings(json: string): WorkerSettings {
  return v.parse(workerSettingsSchema, JSON.parse(json));
}

function baseSource({ base, pooling }: Values): BaseSource {
  return { name: base!, ...(pooling !== undefined && { pooling: pooling as Pooling }) };
}

function precisionOf({ precision }: Values): Precision {
  return (precision ?? 'float32') as Precision;
}

function sizeOf(size: string): [number, number] {
  const sides = /^(\d+)(?:x(\d+))?$/.exec(size);
  if (sides) return [Number(sides[1]), Number(sides[2] ?? sides[1])];
  throw problem({
    where: '`--size`',
    expected: 'height and width, such as 150x150',
    found: show(size),
    next: 'Correct it.',
  });
}

function clusterOf({ cluster, mixed, paths, photos, rows, home }: Values) {
  const at = cluster ?? process.env.LITTLE_DATA_CLUSTER;
  const named = [
    mixed && '--mixed',
    paths && '--paths',
    photos && '--photos',
    rows && '--rows',
    home && '--home',
  ];
  if (!at) {
    const alone = named.find(Boolean);
    if (alone) throw usage(`${alone} without --cluster`);
    return undefined;
  }
  return {
    at,
    ...(mixed && { mixed }),
    ...(paths && { paths: Object.fromEntries(paths.map(mapping)) }),
    ...(photos !== undefined && { photos }),
    ...(rows !== undefined && { rows }),
    ...(home !== undefined && { home }),
  };
}

function mapping(given: string): [string, string] {
  const [from, to, ...more] = given.split('=');
  if (from && to && more.length === 0) return [from, to];
  throw problem({
    where: '`--paths`',
    expected: 'a folder here and its path on the workers: /home/me/photos=/mnt/photos',
    found: show(given),
    next: 'Correct it; the option can be given several times.',
  });
}

function usage(found: string): Error {
  return problem({
    where: 'npm run extract',
    expected:
      '`npm run extract -- FOLDER --base EfficientNetLite0 --out FILE.npy [--cluster local:2]`, or a list of photos on standard input ' +
      'and `--base`',
    found,
    next: 'The README lists the options.',
  });
}
