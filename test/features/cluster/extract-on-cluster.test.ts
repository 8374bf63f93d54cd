import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { ClusterOptions } from '../../../src/features/cluster/cluster-options';
import { predictToFile } from '../../../src/features/predict-generator';
import { featureStore } from '../../../src/features/store/feature-store';
import { photoFolder, printed, temporary } from '../tiny';
import { childrenOf, hasDask, manyPhotos, startDask } from './dask-cluster';
import { flowOf, lite0 } from './lite0';

let place: ReturnType<typeof temporary>;
before(lite0);
after(async () => (await lite0()).dispose());
beforeEach(() => {
  place = temporary();
});
afterEach(() => place.remove());

/** Computes the features of a folder; gives the bytes of the `.npy` file and of its metadata, and what was printed. */
async function computed(dir: string, cluster?: string | ClusterOptions) {
  const file = path.join(place.dir, 'features.npy');
  const photos = await flowOf(dir, { batchSize: 16 });
  const lines = await printed(async () =>
    predictToFile(await lite0(), photos, { file, cluster, verbose: 0 }),
  );
  return { npy: fs.readFileSync(file), metadata: fs.readFileSync(`${file}.json`, 'utf8'), lines };
}

/** How often a row was computed, for each row; `preload` lets a worker's program tell. */
function counting() {
  const file = path.join(place.dir, 'counted');
  fs.writeFileSync(file, '');
  const preload = path.join(__dirname, 'count-rows.cjs');
  return {
    env: { COUNTED_ROWS: file, NODE_OPTIONS: `--require ${preload}` },
    counts() {
      const times = new Map<string, number>();
      for (const key of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean))
        times.set(key, (times.get(key) ?? 0) + 1);
      return [...times.values()];
    },
  };
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
};

describe('predictToFile() with a cluster', () => {
  test('gives the bytes, the metadata and the words of one process, and needs no cluster for what is kept', async (context) => {
    if (!hasDask(context)) return;
    const dir = manyPhotos(path.join(place.dir, 'photos'), 70);
    const [bad, copy, original] = ['00003.jpg', '00010.jpg', '00020.jpg'].map((name) =>
      path.join(dir, 'pets', name),
    ) as [string, string, string];
    fs.writeFileSync(bad, 'no picture');
    fs.copyFileSync(original, copy);
    const alone = await computed(dir);
    assert.match(alone.lines.join('\n'), /Left out, with its label: pets\/00003\.jpg/);

    featureStore.clear();
    assert.deepEqual(await computed(dir, 'local:2'), alone);
    // Nobody answers there, and nobody is asked.
    fs.rmSync(bad);
    await computed(dir);
    const { maxBytes } = featureStore;
    featureStore.maxBytes = 20 * 5136;
    try {
      const kept = await computed(dir, 'tcp://127.0.0.1:1');
      assert.deepEqual(kept.npy, alone.npy);
    } finally {
      featureStore.maxBytes = maxBytes;
    }
    assert(featureStore.info().bytes <= 20 * 5136, 'the limit holds once the rows are gathered');
  });

  test('gives them where photos and rows travel by an object store', async (context) => {
    if (!hasDask(context)) return;
    const dir = manyPhotos(path.join(place.dir, 'photos'), 40);
    fs.writeFileSync(path.join(dir, 'pets', '00003.jpg'), 'no picture');
    const alone = await computed(dir);
    featureStore.clear();
    const bucket = path.join(place.dir, 'bucket');
    fs.cpSync(dir, path.join(bucket, 'photos'), { recursive: true });
    const at = { at: 'local:2', photos: `file://${bucket}/photos`, rows: `file://${bucket}/rows` };
    assert.deepEqual(await computed(dir, at), alone);
    const rows = fs.readdirSync(path.join(bucket, 'rows'), { recursive: true, encoding: 'utf8' });
    assert.equal(rows.filter((name) => /[0-9a-f]{64}$/.test(name)).length, 39);
  });

  test('ends by itself with the same bytes, and computes nothing more than twice, when workers are killed and frozen and the connection is cut', async (context) => {
    if (!hasDask(context)) return;
    const dir = manyPhotos(path.join(place.dir, 'photos'), 1200);
    const alone = await computed(dir);
    featureStore.clear();
    const { env, counts } = counting();
    const one = { ...env, TF_NUM_INTRAOP_THREADS: '1' };
    const dask = await startDask([one, one]);
    try {
      await until(() => dask.workers().length === 2);
      const [killed, frozen] = dask.workers() as [number, number];
      const work = computed(dir, dask.address);
      const after = (rows: number) => until(() => counts().length >= rows);
      await after(150);
      process.kill(killed, 'SIGKILL');
      await after(300);
      process.kill(frozen, 'SIGSTOP');
      await after(450);
      dask.cut();
      assert.deepEqual(await work, alone);
      const times = counts();
      assert.equal(times.length, 1200);
      assert(Math.max(...times) <= 2, `${Math.max(...times)} times`);
    } finally {
      await dask.stop();
    }
  });

  test('stops on an interrupt, leaves no process, and resumes with what is kept', async (context) => {
    if (!hasDask(context)) return;
    const dir = manyPhotos(path.join(place.dir, 'photos'), 400);
    const alone = await computed(dir);
    featureStore.clear();
    const { env, counts } = counting();
    Object.assign(process.env, env);
    try {
      const work = computed(dir, 'local:2');
      const refused = assert.rejects(work, {
        name: 'InterruptedError',
        message: /Interrupted after \d+ of 400 photos\. Their features are kept\. Run it again to resume\./,
      });
      await until(() => counts().length >= 64);
      process.kill(process.pid, 'SIGINT');
      await refused;
      assert.deepEqual(childrenOf(process.pid, 'client.py'), []);
      const { rows } = featureStore.info();
      assert(rows >= 64 && rows < 400, `${rows} rows`);
      assert.deepEqual(await computed(dir, 'local:2'), alone);
      assert.deepEqual([...new Set(counts())], [1]);
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
    }
  });

  test('refuses to mix two kinds of processor, unless it is told to', async (context) => {
    if (!hasDask(context)) return;
    const dir = photoFolder(path.join(place.dir, 'photos'), { cats: 40 });
    const alone = await computed(dir);
    featureStore.clear();
    const dask = await startDask([{}, { LITTLE_DATA_BACKEND: 'wasm' }]);
    try {
      await until(() => dask.workers().length === 2);
      await assert.rejects(computed(dir, dask.address), /one kind of processor|the kind of processor/);
      featureStore.clear();
      const { npy } = await computed(dir, { at: dask.address, mixed: true });
      assert.equal(npy.length, alone.npy.length);
      const values = (bytes: Buffer) => new Float32Array(Uint8Array.from(bytes.subarray(128)).buffer);
      const [mixed, own] = [values(npy), values(alone.npy)];
      // The bound that environment.md names for WebAssembly: features below 6, float32.
      for (const [i, value] of mixed.entries()) assert(Math.abs(value - own[i]!) < 1e-4);
    } finally {
      await dask.stop();
    }
  });

  test('says what is wrong where the scheduler does not answer, and where workers do not see the photos', async (context) => {
    if (!hasDask(context)) return;
    const dir = photoFolder(path.join(place.dir, 'photos'), { cats: 4 });
    const paths = { [dir]: '/nowhere' };
    await assert.rejects(
      computed(dir, { at: 'local:1', paths }),
      /could not compute its photos: .* are gone/,
    );
    await assert.rejects(computed(dir, { at: 'local:1', home: '/nowhere' }), /can't be started in \/nowhere/);
  });
});
