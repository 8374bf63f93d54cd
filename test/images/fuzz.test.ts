import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePhoto, UnreadablePhoto } from '../../src/images/decode-photo';
import { type Random, seededRandom } from '../../src/random';
import { knownPictures } from '../fixtures/pictures';

const seconds = Number(process.env.LITTLE_DATA_FUZZ_SECONDS ?? 20);
/** At 20 seconds, 20,000 files: more than 2,000 of each of the eight kinds. */
const mostFiles = seconds * 1000;
const slowest = 30_000;

test('decodePhoto() gives a picture or a reason for any damaged file', {
  timeout: seconds * 1000 + 60_000,
}, async (context) => {
  const end = Date.now() + seconds * 1000;
  let files = 0;
  let pictures = 0;
  const next = async () => {
    while (files < mostFiles && Date.now() < end) {
      const seed = files++;
      if (await survives(damagedFile(seededRandom(seed)), seed)) pictures++;
    }
  };
  await Promise.all([next(), next(), next()]);
  context.diagnostic(`${files} files, ${pictures} of them read as pictures`);
  // Both outcomes occur: a reader that refused or accepted everything would not be tested by this.
  assert(seconds === 0 || (pictures > 0 && pictures < files));
});

/** Whether the file was read; fails, naming the seed, for all that is neither a picture nor a reason. */
async function survives(bytes: Buffer, seed: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`seed ${seed}: no answer in time`)), slowest);
  });
  try {
    const { data, height, width } = await Promise.race([decodePhoto(bytes), tooLate]);
    assert.equal(data.length, height * width * 3, `seed ${seed}: a picture of a wrong shape`);
    return true;
  } catch (error) {
    if (!(error instanceof UnreadablePhoto)) throw new Error(`seed ${seed}`, { cause: error });
    assert(error.reason.length > 0 && error.reason.length < 120, `seed ${seed}: ${error.reason}`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Each format as often as any other, however many known pictures it has. */
const kinds = [...new Set(knownPictures.map(({ name }) => name.split(' ')[0]!))];

/** A valid file of any format, damaged in one to three ways. */
function damagedFile(random: Random): Buffer {
  const kind = pick(kinds, random);
  const ofKind = knownPictures.filter(({ name }) => name.startsWith(`${kind} `) || name === kind);
  let bytes: Buffer = Buffer.from(pick(ofKind, random).bytes);
  const times = 1 + Math.floor(random() * 3);
  for (let i = 0; i < times; i++) bytes = pick(damages, random)(bytes, random);
  return bytes;
}

const damages: ((bytes: Buffer, random: Random) => Buffer)[] = [
  function flipBits(bytes, random) {
    for (let n = Math.floor(random() * 8); n >= 0 && bytes.length > 0; n--)
      bytes[below(bytes.length, random)]! ^= 1 << below(8, random);
    return bytes;
  },
  function flipBitsOfTheHeader(bytes, random) {
    for (let n = Math.floor(random() * 4); n >= 0 && bytes.length > 0; n--)
      bytes[below(Math.min(64, bytes.length), random)]! ^= 1 << below(8, random);
    return bytes;
  },
  function putExtremes(bytes, random) {
    const value = pick([0, 1, 0x7f, 0x80, 0xff], random);
    const at = below(bytes.length, random);
    return bytes.fill(value, at, Math.min(bytes.length, at + 1 + below(4, random)));
  },
  function cut(bytes, random) {
    return bytes.subarray(0, below(bytes.length, random));
  },
  function leaveOut(bytes, random) {
    const [from, to] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(bytes, random) {
    const [from, to] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function swapParts(bytes, random) {
    const [from, to] = range(bytes.length, random);
    const middle = from + below(to - from + 1, random);
    return Buffer.concat([
      bytes.subarray(0, from),
      bytes.subarray(middle, to),
      bytes.subarray(from, middle),
      bytes.subarray(to),
    ]);
  },
  function goOnAsAnother(bytes, random) {
    const other = pick(knownPictures, random).bytes;
    return Buffer.concat([
      bytes.subarray(0, below(bytes.length, random)),
      other.subarray(below(other.length, random)),
    ]);
  },
  function emptyTheEnd(bytes, random) {
    return bytes.fill(0, below(bytes.length, random));
  },
];

function below(n: number, random: Random): number {
  return Math.floor(random() * n);
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[below(list.length, random)]!;
}

function range(length: number, random: Random): [number, number] {
  const [a, b] = [below(length, random), below(length, random)];
  return [Math.min(a, b), Math.max(a, b)];
}
