import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { LittleDataError } from '../../src/check';
import { type H5Weights, readH5 } from '../../src/formats/h5';
import { buildHead } from '../../src/head/build-head';
import { saveHead } from '../../src/head/save-head';
import { type Random, seededRandom } from '../../src/random';

const mutants = 300;
let folder: string;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-h5-'));
});
after(() => fs.rmSync(folder, { recursive: true }));

test('readH5() of 300 damaged files ends in weights or in an error that names the file', {
  timeout: 300_000,
}, async (context) => {
  const whole = await wholeFiles();
  let next = 0;
  let read = 0;
  const worker = async () => {
    while (next < mutants) {
      const seed = next++;
      const file = path.join(folder, `mutant-${seed}.h5`);
      fs.writeFileSync(file, mutant(whole[seed % whole.length]!, seededRandom(seed)));
      if (await survives(file)) read++;
      fs.rmSync(file);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  context.diagnostic(`${mutants} files, ${read} of them read as weights`);
  // Both outcomes occur: a reader that refused or accepted everything would not be tested by this.
  assert(read > 0 && read < mutants);
  for (const [i, bytes] of whole.entries()) {
    const file = path.join(folder, `whole-${i}.h5`);
    fs.writeFileSync(file, bytes);
    assert.equal((await readH5(file)).layers.length, 2);
  }
});

/** Keras 2's layout, Keras 3's, and what `saveHead` writes. */
async function wholeFiles(): Promise<Buffer[]> {
  const fixture = path.join(__dirname, '..', 'fixtures', 'keras2.json');
  const { files } = JSON.parse(fs.readFileSync(fixture, 'utf8'))['3'];
  const head = buildHead({ inputShape: [2, 2, 4], classes: 3, units: 8, dropout: 0.5, seed: 1 });
  const file = path.join(folder, 'head.h5');
  await saveHead(head, file);
  head.dispose();
  const kept = [files['weights.h5'], files['x.weights.h5']].map((text) =>
    zlib.inflateSync(Buffer.from(text, 'base64')),
  );
  return [...kept, fs.readFileSync(file)];
}

/** Whether the file was read; fails for all that is neither weights nor a reason with the file's name. */
async function survives(file: string): Promise<boolean> {
  let weights: H5Weights;
  try {
    weights = await readH5(file);
  } catch (error) {
    assert(error instanceof LittleDataError, `${file}: ${error}`);
    assert(error.message.startsWith(`${file}: expected `), error.message);
    assert.doesNotMatch(error.message, /name not defined|RangeError|undefined|NaN/);
    return false;
  }
  for (const { name, shape, data } of weights.layers.flatMap((layer) => layer.weights)) {
    assert(data instanceof Float32Array, `${file}: ${name}`);
    assert.equal(
      data.length,
      shape.reduce((product, length) => product * length, 1),
      `${file}: ${name}`,
    );
  }
  return true;
}

/** A file damaged in one to three ways; most of an HDF5 file's structure lies at its start and in small blocks. */
function mutant(whole: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(whole);
  for (let times = 1 + below(3, random); times > 0; times--)
    bytes = damages[below(damages.length, random)]!(bytes, random);
  return bytes;
}

const damages: ((bytes: Buffer, random: Random) => Buffer)[] = [
  function flipBytes(bytes, random) {
    for (let n = below(8, random); n >= 0; n--) bytes[below(bytes.length, random)]! ^= 1 + below(255, random);
    return bytes;
  },
  function flipBytesOfTheStart(bytes, random) {
    for (let n = below(4, random); n >= 0; n--)
      bytes[8 + below(Math.min(2000, bytes.length - 8), random)]! ^= 1 + below(255, random);
    return bytes;
  },
  function putExtremes(bytes, random) {
    const at = below(bytes.length, random);
    return bytes.fill(
      [0, 1, 0x7f, 0x80, 0xff][below(5, random)]!,
      at,
      Math.min(bytes.length, at + 1 + below(8, random)),
    );
  },
  function cut(bytes, random) {
    return bytes.subarray(0, 9 + below(bytes.length - 9, random));
  },
  function repeat(bytes, random) {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function emptyBlock(bytes, random) {
    const from = 8 + below(bytes.length - 8, random);
    return bytes.fill(0, from, Math.min(bytes.length, from + 512));
  },
];

function range(bytes: Buffer, random: Random): [number, number] {
  const [a, b] = [below(bytes.length, random), below(bytes.length, random)];
  return [Math.min(a, b), Math.max(a, b)];
}

function below(n: number, random: Random): number {
  return Math.floor(random() * n);
}
