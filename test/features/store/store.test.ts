import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { open } from 'lmdb';
import type { FeatureRecipe } from '../../../src/features/provenance';
import { featureStore } from '../../../src/features/store/feature-store';
import { featureKey, openFeatureStore, photoHash } from '../../../src/features/store/store';
import { storeDamage } from '../../../src/features/store/store-check';
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
const dataFile = () => path.join(folder(), 'data.mdb');

/** Puts rows in a run of their own. */
async function keep(numbers: readonly number[]): Promise<void> {
  const store = openFeatureStore()!;
  await put(store, numbers);
  await store.close();
}

/** Which of the rows 0 to `count - 1` the store has; fails where one is not what was put. */
async function kept(count: number): Promise<number[]> {
  const store = openFeatureStore()!;
  const found = range(count).filter((n) => {
    const row = store.get(keyOf(n));
    if (row) assert.deepEqual(row, rowOf(n));
    return row;
  });
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
  assert.equal(new Set(keys).size, variants.length + 1);
  const { model, ...rest } = recipe;
  assert.equal(featureKey(hash, { ...rest, model }), keys[0]);
});

test('FeatureStore gives back what was put, also before it is on the disk', async () => {
  const store = openFeatureStore()!;
  await put(store, [1, 2]);
  assert.deepEqual(store.get(keyOf(1)), rowOf(1));
  assert.equal(store.get(keyOf(3)), undefined);
  await store.close();
  assert.deepEqual(await kept(4), [1, 2]);
});

test('FeatureStore goes on when its memory is let go of in between', async () => {
  const numbers = range(2000);
  const store = openFeatureStore()!;
  for (const from of range(20)) await put(store, range(100, from * 100));
  await store.close();
  const reading = openFeatureStore()!;
  for (const n of numbers) {
    assert.equal(reading.get(keyOf(n))?.[0], n);
    await reading.relieve();
  }
  await put(reading, [5000]);
  await reading.close();
  assert.equal(featureStore.info().rows, 2001);
});

test('FeatureStore takes a row with a changed byte, or of another key, for none', async () => {
  await keep([1, 2, 3]);
  const root = open({ path: folder(), encoding: 'binary', mapSize: 2 ** 40, overlappingSync: false });
  const rows = root.openDB<Buffer, string>({ name: 'rows', encoding: 'binary' });
  const block = Buffer.from(rows.get(keyOf(1))!);
  block[1000]! ^= 1;
  await rows.put(keyOf(1), block);
  await rows.put(keyOf(2), rows.get(keyOf(3))!);
  await root.close();
  assert.deepEqual(await kept(4), [3]);
});

test('FeatureStore loses at most the batch under way when the process is killed', async () => {
  for (const batches of [1, 5, 9]) {
    const running = child(batches * 1000, 100000);
    const text = await output(running, (so) => {
      if (so.includes(`batch ${batches}\n`)) running.kill('SIGKILL');
    });
    // A batch is reported when it is handed over; the one before it is on the disk by then.
    const reported = text.match(/batch/g)!.length;
    assert.equal(storeDamage(dataFile()), undefined);
    const store = openFeatureStore()!;
    for (const n of range(8 * (reported - 1), batches * 1000))
      assert.deepEqual(store.get(keyOf(n)), rowOf(n));
    await store.close();
  }
  assert.deepEqual(fs.readdirSync(path.dirname(folder())), ['features']);
});

test('FeatureStore serves several processes at once', async () => {
  const others = [child(0, 20), child(160, 20), child(160, 20)].map((running) => output(running));
  const store = openFeatureStore()!;
  for (const n of range(20, 320)) await put(store, [n]);
  await store.close();
  for (const text of await Promise.all(others)) assert.match(text, /done/);
  assert.deepEqual(await kept(341), range(340));
  assert.equal(featureStore.info().rows, 340);
  assert.equal(storeDamage(dataFile()), undefined);
});

const damages: Record<string, (bytes: Buffer) => Buffer> = {
  'other content': (bytes) => Buffer.alloc(bytes.length, 'no store at all '),
  'a short file': (bytes) => bytes.subarray(0, 1000),
  'a file cut off in the middle': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  'zeros after the header': (bytes) =>
    Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192)]),
  'pages exchanged for noise': (bytes) => {
    const noisy = Buffer.from(bytes);
    for (let at = 8192; at < noisy.length; at += 4096) noisy.fill((at / 4096) % 251, at, at + 4096);
    return noisy;
  },
};

for (const [name, damage] of Object.entries(damages)) {
  test(`openFeatureStore() sets a damaged store aside: ${name}`, async () => {
    await output(child(0, 5));
    const bytes = damage(fs.readFileSync(dataFile()));
    fs.writeFileSync(dataFile(), bytes);
    const lines = await printed(async () => {
      assert.deepEqual(await kept(40), []);
    });
    assert.match(lines.join('\n'), /is damaged .* a new one is begun/);
    await keep([7]);
    assert.deepEqual(await kept(40), [7]);
    const aside = fs
      .readdirSync(path.dirname(folder()))
      .find((entry) => entry.startsWith('features.damaged-'))!;
    assert.deepEqual(fs.readFileSync(path.join(path.dirname(folder()), aside, 'data.mdb')), bytes);
  });
}

test('storeDamage() finds damage in any page that holds the trees, or rows turn out changed', async () => {
  await output(child(0, 5));
  const whole = fs.readFileSync(dataFile());
  const copy = path.join(dir, 'copy.mdb');
  let found = 0;
  for (let page = 0; page < whole.length / 4096; page++) {
    const bytes = Buffer.from(whole);
    bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
    fs.writeFileSync(copy, bytes);
    if (storeDamage(copy)) found++;
  }
  // Both headers, and a page for each of the trees.
  assert.ok(found >= 6, `${found} pages`);
  assert.equal(storeDamage(dataFile()), undefined);
  assert.equal(storeDamage(path.join(dir, 'none.mdb')), undefined);
});

test('FeatureStore lets go what was not used for the longest time when the limit is passed', async () => {
  await keep([0, 1, 2, 3]);
  await later();
  await keep([4, 5]);
  await later();
  const store = openFeatureStore()!;
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

/** Times are noted in milliseconds. */
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

test('FeatureStore reuses the room of what it let go', async () => {
  featureStore.maxBytes = 40 * 37000;
  for (const round of range(20)) await keep(range(20, round * 20));
  assert.ok(fs.statSync(dataFile()).size < 3 * featureStore.maxBytes);
  assert.ok(featureStore.info().rows <= 40);
});

test('FeatureStore remembers a file by its size, times and number, once it has settled', async () => {
  const store = openFeatureStore()!;
  const hash = photoHash(Buffer.from('x'));
  const old = Date.now() - 3_600_000;
  const state = { size: 1, mtimeMs: old, ctimeMs: old, ino: 5 };
  store.remember({ path: '/photos/a.jpg', state, hash });
  store.remember({ path: '/photos/new.jpg', state: { ...state, mtimeMs: Date.now() }, hash });
  store.remember({ path: `/${'long/'.repeat(800)}`, state, hash });
  await store.close();
  const next = openFeatureStore()!;
  assert.equal(next.hashOf('/photos/a.jpg', state), hash);
  assert.equal(next.hashOf(`/${'long/'.repeat(800)}`, state), hash);
  assert.equal(next.hashOf('/photos/b.jpg', state), undefined);
  assert.equal(next.hashOf('/photos/new.jpg', { ...state, mtimeMs: Date.now() }), undefined);
  for (const change of [{ size: 2 }, { mtimeMs: old + 1 }, { ctimeMs: old + 1 }, { ino: 6 }])
    assert.equal(next.hashOf('/photos/a.jpg', { ...state, ...change }), undefined);
  await next.close();
});

test('FeatureStore goes on without keeping where the disk is full', async (t) => {
  const mount = path.join(dir, 'small');
  fs.mkdirSync(mount);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount], { stdio: 'pipe' });
  } catch {
    return t.skip('no right to mount a small disk');
  }
  const { statfsSync } = fs;
  const { error } = console;
  try {
    process.env.LITTLE_DATA_DIR = mount;
    await keep([0, 1, 2, 3]);
    const lines = await printed(() => keep(range(100)));
    assert.match(lines.join('\n'), /fails \(the disk is full\)/);
    assert.equal(lines.length, 1);
    assert.deepEqual(await kept(100), [0, 1, 2, 3]);
    // Another process may take the room between the look and the write: then LMDB itself fails.
    Object.assign(fs, { statfsSync: () => ({ bavail: 1e9, bsize: 4096 }) });
    Object.assign(console, { error: () => {} });
    const more = await printed(() => keep(range(200)));
    assert.match(more.join('\n'), / fails \(/);
    assert.equal(more.length, 1);
    assert.deepEqual(await kept(100), [0, 1, 2, 3]);
  } finally {
    Object.assign(fs, { statfsSync });
    Object.assign(console, { error });
    featureStore.clear();
    execFileSync('umount', ['-l', mount]);
  }
});
