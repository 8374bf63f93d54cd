import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { processorKind } from '../../../src/features/cluster/processor-kind';
import { type WorkerMessage, work } from '../../../src/features/cluster/worker';
import type { WorkerSettings } from '../../../src/features/cluster/worker-settings';
import { predictGenerator } from '../../../src/features/predict-generator';
import { featureStore } from '../../../src/features/store/feature-store';
import { readRow } from '../../../src/features/store/row-file';
import { featureKey, photoHash } from '../../../src/features/store/store';
import { bytesOf } from '../../../src/files/byte-names';
import { photoFolder, picture, temporary } from '../tiny';
import { flowOf, lite0, settingsFor } from './lite0';

let place: ReturnType<typeof temporary>;
let dir: string;
let settings: WorkerSettings;
let files: string[];
before(lite0);
after(async () => (await lite0()).dispose());
beforeEach(async () => {
  place = temporary();
  dir = photoFolder(path.join(place.dir, 'photos'), { cats: 5, dogs: 4 });
  ({ settings, files } = await settingsFor(dir));
});
afterEach(() => place.remove());

/** What a worker says to these lines. */
async function said(...lines: (string | Buffer | object)[]): Promise<WorkerMessage[]> {
  const input = new PassThrough();
  const messages: WorkerMessage[] = [];
  const worked = work(settings, { input, say: (message) => messages.push(message) });
  for (const line of lines) {
    const isText = typeof line === 'string' || Buffer.isBuffer(line);
    input.write(isText ? line : JSON.stringify(line));
    input.write('\n');
  }
  // A job under way when the input ends is stopped.
  const jobs = lines.filter((line) => typeof line === 'object' && 'photos' in line).length;
  const ends = () => messages.filter((message) => 'id' in message && !('done' in message)).length;
  while (ends() < jobs) await new Promise((resolve) => setTimeout(resolve, 5));
  input.end();
  await worked;
  return messages;
}

/** A worker whose input `stop` acts on from the fourth photo of a job on. */
function workUntilFourth(stop: (input: PassThrough) => void) {
  const input = new PassThrough();
  const messages: WorkerMessage[] = [];
  const worked = work(settings, {
    input,
    say: (message) => {
      messages.push(message);
      if ('done' in message && message.done >= 4) stop(input);
    },
  });
  return { input, messages, worked };
}

const hashOf = (file: string) => photoHash(fs.readFileSync(bytesOf(file)));

describe('work()', () => {
  test('says what it is, how far it is, and the hash of each photo; the rows are those of this process', async () => {
    const [ready, ...rest] = await said({ id: 'a', photos: files });
    assert.deepEqual(ready, { ready: processorKind() });
    assert.deepEqual(rest.at(-1), { id: 'a', photos: files.map((file) => ({ hash: hashOf(file) })) });
    const done = rest.flatMap((message) => ('done' in message ? message.done : []));
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal(done.at(-1), 9);
    const rows = files.map((file) => readRow(featureKey(hashOf(file), settings.recipe))!);

    featureStore.clear();
    const features = await predictGenerator(await lite0(), await flowOf(dir), { verbose: 0 });
    assert.deepEqual(await features.data(), Float32Array.from(rows.flatMap((row) => [...row])));
    features.dispose();
  });

  test('takes paths, one a line, as one job when the input has ended, also those that are not UTF-8', async () => {
    const name = path.join(dir, 'cats', 'J\udcf6rg.png');
    fs.writeFileSync(bytesOf(name), picture(77));
    const messages = await said(files[0]!, bytesOf(name) as Buffer);
    assert.deepEqual(messages.at(-1), {
      id: 'list',
      photos: [{ hash: hashOf(files[0]!) }, { hash: hashOf(name) }],
    });
    const json = await said({ id: 'a', photos: [name] });
    assert.deepEqual(json.at(-1), { id: 'a', photos: [{ hash: hashOf(name) }] });
  });

  test('names photos that can not be read, also where all of them are so', async () => {
    fs.writeFileSync(files[1]!, 'no picture');
    const [first, second] = files as [string, string];
    const some = (await said({ id: 'a', photos: [first, second], keys: true })).at(-1);
    const hash = hashOf(first);
    const reason = 'text, not a picture';
    assert.deepEqual(some, {
      id: 'a',
      photos: [{ hash, key: featureKey(hash, settings.recipe) }, { reason }],
    });
    assert.deepEqual((await said({ id: 'b', photos: [second] })).at(-1), { id: 'b', photos: [{ reason }] });
  });

  test('goes on after a job that fails, such as one of photos that are not there', async () => {
    const messages = await said({ id: 'a', photos: ['/nowhere/1.jpg'] }, { id: 'b', photos: [files[0]!] });
    const ends = messages.filter((message) => 'error' in message || 'photos' in message);
    assert.match(JSON.stringify(ends[0]), /"id":"a","error":".*1 of them are gone/);
    assert.deepEqual(ends[1], { id: 'b', photos: [{ hash: hashOf(files[0]!) }] });
  });

  test('refuses a job for another kind of processor before it computes a row', async () => {
    const messages = await said({ id: 'a', photos: files, kind: 'TensorFlow 1.0 x86' });
    assert.match(
      JSON.stringify(messages.at(-1)),
      /expected the kind of processor .*TensorFlow 1\.0 x86.*mixed/,
    );
    assert.equal(featureStore.info().rows, 0);
    const own = await said({ id: 'b', photos: files, kind: processorKind() });
    assert('photos' in own.at(-1)!);
  });

  test('stops a job within a batch, keeps its rows, and takes one that waits off the list', async () => {
    const { input, messages, worked } = workUntilFourth((own) => own.write('{"stop":"a"}\n'));
    input.write(`${JSON.stringify({ id: 'a', photos: files })}\n`);
    input.write(`${JSON.stringify({ id: 'b', photos: files })}\n{"stop":"b"}\n`);
    const stopped = () => messages.filter((message) => 'stopped' in message);
    while (stopped().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    input.end();
    await worked;
    assert.deepEqual(
      stopped().map((message) => 'id' in message && message.id),
      ['a', 'b'],
    );
    const { rows } = featureStore.info();
    assert(rows >= 4 && rows < 9, `${rows} rows`);
  });

  test('stops a job when the input ends: who asked for it is gone', async () => {
    const { input, messages, worked } = workUntilFourth((own) => own.end());
    input.write(`${JSON.stringify({ id: 'a', photos: files })}\n`);
    await worked;
    assert.deepEqual(messages.at(-1), { id: 'a', stopped: true });
  });
});
