import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { FeatureRecipe } from '../../../src/features/provenance';
import { featureStore } from '../../../src/features/store/feature-store';
import { rowPath } from '../../../src/features/store/row-file';
import { FeatureStore, featureKey, photoHash } from '../../../src/features/store/store';
import { printed, temporary } from '../tiny';
import { keyOf, put, recipe, rowOf } from './rows';

let dir: string;
let remove: () => void;
beforeEach(() => {
  ({ dir, remove } = temporary());
});
afterEach(() => {
  featureStore.maxBytes = 20e9;
  remove();
});

const folder = () => path.join(dir, 'data', 'cache', 'features');
const filesOf = () =>
  fs.readdirSync(folder(), { recursive: true, encoding: 'utf8' }).filter((name) => /\.part$/.test(name));

/** Puts rows in a run of their own. */
async function keep(numbers: readonly number[]): Promise<void> {
  const store = new FeatureStore();
  await put(store, numbers);
  await store.close();
}

/** Which of the rows 0 to `count - 1` the store has; fails where one is not what was put. */
async function kept(count: number): Promise<number[]> {
  const store = new FeatureStore();
  const found: number[] = [];
  for (const n of range(count)) {
    const row = store.get(keyOf(n));
    if (!row) continue;
    assert.deepEqual(row, rowOf(n));
    found.push(n);
  }
  await store.close();
  return found;
}

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

function child(first: number, batches: number): ChildProcess {
  const script = path.join(__dirname, 'store-child.ts');
  return spawn(process.execPath, ['--import', 'tsx', script, String(first), String(batches)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves with what the child printed, when it has ended. */
async function output(running: ChildProcess, onText: (text: string) => void = () => {}): Promise<string> {
  let text = '';
  running.stdout!.on('data', (part: Buffer) => {
    text += part;
    onText(text);
  });
  await new Promise((resolve) => running.on('close', resolve));
  return text;
}

test('featureKey() differs with the bytes and with each part of the recipe', () => {
  const hash = photoHash(Buffer.from('photo'));
  // SHA-256 of "photo", from Python's hashlib.
  assert.equal(hash, '55c64d0fcd6f9d5f7c828093857e3fdfda68478bb4e9bd24d481ef391c7804e8');
  const variants: Partial<FeatureRecipe>[] = [
    {},
    { model: 'abd' },
    { targetSize: [150, 151] },
    { targetSize: [151, 150] },
    { preprocessing: { rescale: 1 / 255, function: null } },
    { preprocessing: { rescale: 1, function: 'vgg16' } },
    { preprocessing: { rescale: 1, function: 'null' } },
    { exifOrientation: 'ignore' },
    { precision: 'bfloat16' },
    { resampling: 'bilinear' as never },
  ];
  const keys = variants.map((variant) => featureKey(hash, { ...recipe, ...variant }));
  keys.push(featureKey(photoHash(Buffer.from('photos')), recipe));
  // Disks that don't tell capital letters from small ones must tell keys apart.
  assert.equal(new Set(keys.map((key) => key.toLowerCase())).size, variants.length + 1);
  const { model, ...rest } = recipe;
  assert.equal(featureKey(hash, { ...rest, model }), keys[0]);
});

test('FeatureStore gives back what was put, also before it is on the disk', async () => {
  const store = new FeatureStore();
  await put(store, [1, 2]);
  assert.deepEqual(store.get(keyOf(1)), rowOf(1));
  assert.equal(store.get(keyOf(3)), undefined);
  await store.close();
  assert.deepEqual(await kept(4), [1, 2]);
});

const damages: Record<string, (bytes: Buffer) => Buffer> = {
  'a changed byte in a value': (bytes) => {
    bytes[1000]! ^= 1;
    return bytes;
  },
  'a changed byte in the checksum': (bytes) => {
    bytes[3]! ^= 128;
    return bytes;
  },
  'nothing in it': () => Buffer.alloc(0),
  'a checksum alone': (bytes) => bytes.subarray(0, 16),
  'half of it': (bytes) => bytes.subarray(0, 16 + 4 * 4096),
  'a length that is no row': (bytes) => bytes.subarray(0, 1001),
  zeros: (bytes) => Buffer.alloc(bytes.length),
  'more at its end': (bytes) => Buffer.concat([bytes, Buffer.alloc(4)]),
  'the row of another photo': () => fs.readFileSync(rowPath(keyOf(3))),
};
for (const [name, damage] of Object.entries(damages))
  test(`FeatureStore takes a damaged row for none, and replaces it: ${name}`, async () => {
    await keep([1, 2, 3]);
    fs.writeFileSync(rowPath(keyOf(1)), damage(fs.readFileSync(rowPath(keyOf(1)))));
    assert.deepEqual(await kept(4), [2, 3]);
    await keep([1]);
    assert.deepEqual(await kept(4), [1, 2, 3]);
  });

test('FeatureStore loses at most the batch under way when the process is killed', async () => {
  for (const batches of [1, 5, 9]) {
    const running = child(batches * 1000, 100000);
    const text = await output(running, (so) => {
      if (so.includes(`batch ${batches}\n`)) running.kill('SIGKILL');
    });
    // A batch is reported when it is handed over; the one before it is on the disk by then.
    const reported = text.match(/batch/g)!.length;
    const store = new FeatureStore();
    for (const n of range(8 * (reported - 1), batches * 1000))
      assert.deepEqual(store.get(keyOf(n)), rowOf(n));
    await store.close();
  }
});

test('FeatureStore serves several processes at once', async () => {
  const others = [child(0, 20), child(160, 20), child(160, 20)].map((running) => output(running));
  const store = new FeatureStore();
  for (const n of range(20, 320)) await put(store, [n]);
  await store.close();
  for (const text of await Promise.all(others)) assert.match(text, /done/);
  assert.deepEqual(await kept(341), range(340));
  assert.equal(featureStore.info().rows, 340);
  assert.deepEqual(filesOf(), []);
});

test('FeatureStore removes what was not used for the longest time when the limit is passed', async () => {
  await keep([0, 1, 2, 3]);
  await later();
  await keep([4, 5]);
  await later();
  const store = new FeatureStore();
  store.get(keyOf(1));
  store.get(keyOf(2));
  await store.close();
  await later();
  const { bytes, rows } = featureStore.info();
  assert.equal(rows, 6);
  featureStore.maxBytes = (bytes / 6) * 5;
  await keep([6]);
  assert.deepEqual(await kept(7), [1, 2, 4, 5, 6]);
  assert.ok(featureStore.info().bytes <= featureStore.maxBytes);
});

/** Longer than the coarsest step of a file's time on the disks that tests run on. */
const later = () => new Promise((resolve) => setTimeout(resolve, 20));

test('FeatureStore keeps to its limit, whatever is put', async () => {
  featureStore.maxBytes = 40 * 37000;
  for (const round of range(10)) await keep(range(20, round * 20));
  assert.ok(featureStore.info().bytes <= featureStore.maxBytes);
  assert.ok(featureStore.info().rows >= 30);
});

test('FeatureStore leaves the store of version 0.1.0 alone, and says so once', async () => {
  const file = path.join(folder(), 'data.mdb');
  fs.mkdirSync(folder(), { recursive: true });
  fs.writeFileSync(file, 'features of an earlier version');
  const lines = await printed(async () => {
    await keep([1]);
    await keep([2]);
  });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /data\.mdb .*earlier version.*Delete it/);
  assert.equal(fs.readFileSync(file, 'utf8'), 'features of an earlier version');
});

test('FeatureStore computes on where the disk is full, and keeps nothing half', async (t) => {
  const mount = path.join(dir, 'small');
  fs.mkdirSync(mount);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'pipe' });
  } catch {
    return t.skip('no right to mount a small disk');
  }
  try {
    process.env.LITTLE_DATA_DIR = mount;
    await keep([0, 1, 2, 3]);
    const lines = await printed(() => keep(range(100)));
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /fails \(.*ENOSPC/);
    const rows = await kept(100);
    assert.deepEqual(rows.slice(0, 4), [0, 1, 2, 3]);
    const unfinished = fs
      .readdirSync(mount, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.part$/.test(name));
    assert.deepEqual(unfinished, []);
  } finally {
    execFileSync('umount', ['-l', mount]);
  }
});

test('FeatureStore of a worker ends in an error where rows can not be kept, and keeps to no limit', async () => {
  const worker = new FeatureStore({ forOthers: true });
  const { maxBytes } = featureStore;
  featureStore.maxBytes = 0;
  try {
    await put(worker, [1, 2]);
    await worker.close();
  } finally {
    featureStore.maxBytes = maxBytes;
  }
  assert.deepEqual(await kept(3), [1, 2]);
  featureStore.clear();
  fs.writeFileSync(path.join(featureStore.info().path, 'rows'), 'in the way');
  await put(worker, [3]);
  await assert.rejects(worker.close(), /ENOTDIR|EEXIST/);
});

test('FeatureStore computes on where its folder is a file', async () => {
  fs.mkdirSync(path.dirname(folder()), { recursive: true });
  fs.writeFileSync(folder(), 'mine');
  const lines = await printed(() => keep([1]));
  assert.equal(lines.length, 1);
  assert.equal(fs.readFileSync(folder(), 'utf8'), 'mine');
});
