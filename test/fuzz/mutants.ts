/** Damages files at random, from a seed: the same seed gives the same bytes. */
import type { Random } from '../../src/random';

/** `whole` damaged in one to three ways; `others` are files that it may go on as. */
export function mutantOf(whole: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(whole);
  // Most files of another length are refused at once: half of all keep theirs.
  const damages = random() < 0.5 ? inPlace : [...inPlace, ...ofLength];
  for (let times = 1 + below(3, random); times > 0; times--)
    if (bytes.length > 0) bytes = pick(damages, random)(bytes, random, others);
  return bytes;
}

/** One of a list. */
export function pick<T>(list: readonly T[], random: Random): T {
  return list[below(list.length, random)]!;
}

type Damage = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const inPlace: Damage[] = [
  function flipBits(bytes, random) {
    for (let n = below(8, random); n >= 0; n--) bytes[below(bytes.length, random)]! ^= 1 << below(8, random);
    return bytes;
  },
  function flipBitsOfTheStart(bytes, random) {
    // A picture's header takes 64 bytes, that of HDF5 some 2,000.
    const start = Math.min(pick([64, 2000], random), bytes.length);
    for (let n = below(4, random); n >= 0; n--) bytes[below(start, random)]! ^= 1 << below(8, random);
    return bytes;
  },
  function flipBitsOfTheEnd(bytes, random) {
    // The directory of a zip lies there.
    const start = Math.max(0, bytes.length - 400);
    for (let n = below(4, random); n >= 0; n--)
      bytes[start + below(bytes.length - start, random)]! ^= 1 << below(8, random);
    return bytes;
  },
  function putExtremes(bytes, random) {
    const at = below(bytes.length, random);
    return bytes.fill(
      pick([0, 1, 0x7f, 0x80, 0xff], random),
      at,
      Math.min(bytes.length, at + 1 + below(8, random)),
    );
  },
  function changeADigit(bytes, random) {
    const digits = [...bytes.keys()].filter((at) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39);
    if (digits.length > 0) bytes[pick(digits, random)] = 0x30 + below(10, random);
    return bytes;
  },
  function emptyBlock(bytes, random) {
    const from = below(bytes.length, random);
    return bytes.fill(0, from, Math.min(bytes.length, from + 512));
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
];

const ofLength: Damage[] = [
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
  function goOnAsAnother(bytes, random, others) {
    const other = pick(others, random);
    return Buffer.concat([
      bytes.subarray(0, below(bytes.length, random)),
      other.subarray(below(other.length, random)),
    ]);
  },
];

function below(n: number, random: Random): number {
  return Math.floor(random() * n);
}

function range(length: number, random: Random): [number, number] {
  const [a, b] = [below(length, random), below(length, random)];
  return [Math.min(a, b), Math.max(a, b)];
}
