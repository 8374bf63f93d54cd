/** The kinds of files that are fuzzed: whole files to damage, what this package reads in one, and whether another program agrees. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { LittleDataError } from '../../src/check';
import { extractZip } from '../../src/files/extract-zip';
import { readH5 } from '../../src/formats/h5';
import { readNpy } from '../../src/formats/read-npy';
import { buildHead } from '../../src/head/build-head';
import { saveHead } from '../../src/head/save-head';
import { decodePhoto } from '../../src/images/decode-photo';
import { makeZip } from '../files/make-zip';
import { knownPictures } from '../fixtures/pictures';
import type { Answer } from './reference';

/** One kind of files. */
export interface Format {
  /** As `reference.py` calls it. */
  name: string;
  /** How a file's name ends. */
  extension: string;
  /** How many files `npm run fuzz` reads. */
  count: number;
  /** Whole files, in groups: each group is damaged as often as any other. */
  whole: (folder: string) => Promise<Buffer[][]>;
  /** What this package reads in the file. A refusal is a `LittleDataError`; any other error is a fault. */
  read: (file: string) => Promise<unknown>;
  /** What differs between both answers, in words; `undefined` where nothing does. */
  difference: (ours: never, theirs: Answer) => string | undefined;
}

interface Pixels {
  height: number;
  width: number;
  pixels: string;
}

/** JPEG and WebP decoders round differently, AVIF in 4:2:0 more so; wrong pixels are off by far more. */
const mostOff = 12;

const picture: Format = {
  name: 'picture',
  extension: 'jpg',
  count: 10_000,
  whole: async () => {
    const kindOf = (name: string) => name.split(' ')[0]!;
    const kinds = [...new Set(knownPictures.map(({ name }) => kindOf(name)))];
    return kinds.map((kind) =>
      knownPictures.filter(({ name }) => kindOf(name) === kind).map(({ bytes }) => bytes),
    );
  },
  read: async (file) => {
    const { data, height, width } = await decodePhoto(file, { exifOrientation: 'ignore', maxPixels: 20e6 });
    if (data.length !== height * width * 3) throw new Error('a picture of a wrong shape');
    const pixels = Buffer.from(data).toString('base64');
    return { height, width, pixels, hasSkips: hasSkips(fs.readFileSync(file)) };
  },
  difference: (ours: Pixels & { hasSkips: boolean }, theirs: Answer) => {
    // What Pillow can't read at all isn't wrong here.
    if (theirs === null || 'wide' in (theirs as object) || ours.hasSkips) return undefined;
    const { height, width, pixels } = theirs as Pixels;
    if (ours.height !== height || ours.width !== width)
      return `${ours.width} x ${ours.height} pixels, by Pillow ${width} x ${height}`;
    const [own, other] = [Buffer.from(ours.pixels, 'base64'), Buffer.from(pixels, 'base64')];
    const off = own.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
    return off > mostOff ? `a pixel is ${off} off Pillow's` : undefined;
  },
};

/**
 * A BMP with run lengths that has the code for a skip, of which Pillow 13 takes four bytes for its two (`BmpRleDecoder`), or an empty
 * line, which Pillow passes over.
 */
function hasSkips(bytes: Buffer): boolean {
  const isCoded = bytes.toString('latin1', 0, 2) === 'BM' && [1, 2].includes(bytes.readUInt32LE(30));
  const codes = bytes.subarray(54);
  return isCoded && (codes.includes(Buffer.of(0, 2)) || codes.includes(Buffer.of(0, 0, 0, 0)));
}

const h5: Format = {
  name: 'h5',
  extension: 'h5',
  count: 2000,
  whole: async (folder) => {
    const fixture = path.join(__dirname, '..', 'fixtures', 'keras2.json');
    const { files } = JSON.parse(fs.readFileSync(fixture, 'utf8'))['3'];
    const keras = ['weights.h5', 'x.weights.h5'].map((name) =>
      zlib.inflateSync(Buffer.from(files[name], 'base64')),
    );
    const head = buildHead({ inputShape: [2, 2, 4], classes: 3, units: 8, dropout: 0.5, seed: 1 });
    const file = path.join(folder, 'head.h5');
    await saveHead(head, file);
    head.dispose();
    return [...keras, fs.readFileSync(file)].map((bytes) => [bytes]);
  },
  read: async (file) => {
    const { layers } = await readH5(file);
    return layers.map(({ name, weights }) => [
      name,
      weights.map((weight) => [weight.name, weight.shape, digest(sameNaN(weight.data))]),
    ]);
  },
  difference: (ours: [string, [string, number[], string][]][], theirs: Answer) => {
    // h5py looks at more of what lies around the weights. What it refuses has lost no weight here.
    const shapes = JSON.stringify(ours.map(([, weights]) => weights.map(([, shape]) => shape)));
    if (theirs === null && shapes === '[[[16,8],[8]],[[8,3],[3]]]') return undefined;
    return differenceOf(ours, theirs, 'h5py');
  },
};

const npy: Format = {
  name: 'npy',
  extension: 'npy',
  count: 2000,
  whole: async () => {
    const fixture = path.join(__dirname, '..', 'fixtures', 'npy.json');
    const stored: Record<string, { file: string }> = JSON.parse(fs.readFileSync(fixture, 'utf8'));
    return Object.values(stored).map(({ file }) => {
      const bytes = Buffer.from(file, 'base64');
      return [bytes, enlarged(bytes)];
    });
  },
  read: async (file) => {
    const tensor = readNpy(file);
    try {
      const values = tensor.dataSync() as Float32Array | Int32Array | Uint8Array;
      return { kind: tensor.dtype, shape: tensor.shape, values: digest(sameNaN(values)) };
    } finally {
      tensor.dispose();
    }
  },
  difference: (ours: never, theirs: Answer) => differenceOf(ours, theirs, 'NumPy'),
};

const zip: Format = {
  name: 'zip',
  extension: 'zip',
  count: 1000,
  whole: async () => {
    const entry = (name: string, compress: boolean) => ({
      name,
      compress,
      data: Buffer.alloc(600, `${name} and some text that packs: `),
    });
    const names = ['Cat/1.jpg', 'Cat/2.jpg', 'Dog/größe.jpg', 'Dog/4.jpg', 'readme.txt'];
    return Promise.all(
      [true, false].map(async (compress) => [await makeZip(names.map((name) => entry(name, compress)))]),
    );
  },
  read: async (file) => {
    const dir = `${file}.unpacked`;
    try {
      const { skipped, ignored } = await extractZip(file, dir);
      const names = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
      const files = names
        .filter((each) => each.isFile() && !each.name.startsWith('.little-data'))
        .map((each) => path.join(each.parentPath, each.name));
      const contents = files.map((each) => [path.relative(dir, each), digest(fs.readFileSync(each))]);
      return { files: Object.fromEntries(contents), leftOut: skipped.length + ignored };
    } finally {
      fs.rmSync(dir, { recursive: true, force: true });
    }
  },
  difference: (ours: { files: Record<string, string>; leftOut: number }, theirs: Answer) => {
    // What was unpacked has the size and CRC-32 that the zip declares, also where zipfile is stricter.
    const entries = (theirs ?? {}) as Record<string, (string | null)[]>;
    const wrong = Object.keys(ours.files).find((name) =>
      entries[name]?.every((content) => content !== null && content !== ours.files[name]),
    );
    if (wrong !== undefined) return `${wrong} has other bytes than zipfile reads`;
    const readThere = Object.entries(entries).flatMap(([name, contents]) =>
      name.endsWith('/') ? [] : contents.filter((content) => content !== null),
    );
    const missing = readThere.length - Object.keys(ours.files).length - ours.leftOut;
    return missing > 0 ? `${missing} entries that zipfile lists are neither unpacked nor named` : undefined;
  },
};

/** A file of the shape [2, 3, 2] with its values a hundred times: most damage is then to values, and the file is read. */
function enlarged(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\n') + 1;
  const header = Buffer.from(bytes.toString('latin1', 0, end).replace('(2, 3, 2)', '(20,30,2)'), 'latin1');
  return Buffer.concat([header, ...Array.from({ length: 100 }, () => bytes.subarray(end))]);
}

/** All kinds. */
export const formats: readonly Format[] = [picture, h5, npy, zip];

/** Whether an error says in plain words that a file can't be used. */
export function isRefusal(error: unknown, file: string): boolean {
  return (
    error instanceof LittleDataError &&
    error.message.includes(path.basename(file)) &&
    !/\b(undefined|NaN|RangeError|TypeError)\b/.test(error.message)
  );
}

function differenceOf(ours: unknown, theirs: Answer, program: string): string | undefined {
  if (theirs === null) return `${program} cannot read it`;
  if ('odd' in (theirs as object)) return undefined;
  const [own, other] = [JSON.stringify(sorted(ours)), JSON.stringify(sorted(theirs))];
  return own === other ? undefined : `${own.slice(0, 200)}, by ${program} ${other.slice(0, 200)}`;
}

/** With the keys of objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All bit patterns that are no number become one. */
function sameNaN<T extends Float32Array | Int32Array | Uint8Array>(values: T): T {
  if (values instanceof Float32Array)
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = Number.NaN;
  return values;
}

function digest(values: Uint8Array | Float32Array | Int32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
