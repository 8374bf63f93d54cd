/** `splitDataset` on random trees, with random users: whatever happens, no file of the user's is changed, moved or lost. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { LittleDataError } from '../../../src/check';
import { isJunk } from '../../../src/datasets/photo-names';
import type { Split, SplitOptions } from '../../../src/datasets/split/split';
import { splitDataset } from '../../../src/datasets/split/split-dataset';
import { seededRandom } from '../../../src/random';
import { everything, filesBelow, put, tinyPhoto } from '../folders';

const rounds = Number(process.env.LITTLE_DATA_ROUNDS ?? 2000);
const { linkSync } = fs;
const recordName = '.little-data-split.json';

// In memory, where there is such a folder: each call flushes its record to the disk.
const place = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
const base = fs.realpathSync(fs.mkdtempSync(path.join(place, 'little-data-property-')));
const dataDir = process.env.LITTLE_DATA_DIR;
after(() => {
  fs.rmSync(base, { recursive: true, force: true });
  if (dataDir === undefined) delete process.env.LITTLE_DATA_DIR;
  else process.env.LITTLE_DATA_DIR = dataDir;
});

/** Random choices of one round. */
class Dice {
  private readonly random: () => number;
  constructor(seed: number) {
    this.random = seededRandom(seed);
  }
  below(n: number): number {
    return Math.floor(this.random() * n);
  }
  chance(probability: number): boolean {
    return this.random() < probability;
  }
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}

/** Few pictures, so that many files are copies of one another. */
const bytes = (dice: Dice) => tinyPhoto(dice.below(40));

/** Puts a photo: mostly a file, sometimes a link or a second name of one elsewhere. */
function putPhoto(root: string, name: string, dice: Dice): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (fs.lstatSync(file, { throwIfNoEntry: false })) return;
  if (dice.chance(0.85)) fs.writeFileSync(file, bytes(dice));
  else {
    const other = put(root, `elsewhere/${dice.below(20)}.png`, bytes(dice));
    if (dice.chance(0.5)) linkSync(other, file);
    else fs.symlinkSync(dice.chance(0.9) ? other : 'nowhere.png', file);
  }
}

/** Makes the photos of a round below `root`; returns the folder that is passed to `splitDataset`. */
function makePhotos(root: string, dice: Dice): string {
  const home = dice.pick([
    'photos',
    'data/train',
    'data/photos',
    'data',
    'data/set/photos',
    'data/validation',
  ]);
  const layout = dice.pick(['classes', 'classes', 'flat', 'flat', 'petimages', 'split']);
  const count = 3 + dice.below(5);
  const classes =
    layout === 'classes'
      ? dice.pick([
          ['a', 'b'],
          ['cats', 'dogs'],
          ['constructor', 'x 1', '__proto__'],
        ])
      : ['cats', 'dogs'];
  const folders = layout === 'split' ? ['train/', 'validation/'] : [''];
  for (const [at, folder] of folders.entries())
    for (const name of classes)
      for (let i = at * count; i < (at + 1) * count; i++)
        putPhoto(
          root,
          layout === 'flat' ? `${home}/${name.slice(0, 3)}.${i}.png` : `${home}/${folder}${name}/${i}.png`,
          dice,
        );
  if (dice.chance(0.3)) put(root, `${home}/Thumbs.db`);
  if (dice.chance(0.3)) put(root, `${home}/notes.txt`);
  if (dice.chance(0.1) && layout === 'classes') {
    for (let i = 0; i < 3; i++) putPhoto(root, `album/${i}.png`, dice);
    fs.symlinkSync(path.join(root, 'album'), path.join(root, home, 'linked'));
  }
  return path.join(root, dice.chance(0.85) ? home : path.dirname(home));
}

function optionsFor(root: string, photos: string, dice: Dice): SplitOptions {
  const outDir = dice.pick([
    undefined,
    path.join(root, 'out'),
    path.join(root, 'out'),
    path.join(root, 'deep/er/out'),
    path.join(root, 'data'),
    path.dirname(photos),
    photos,
    path.join(photos, 'out'),
    path.join(photos, 'cats'),
    path.join(root, 'link'),
    path.join(root, 'link', path.relative(root, photos)),
    path.join(root, 'elsewhere'),
    path.join(root, 'album'),
  ]);
  if (dice.chance(0.5)) {
    const middle = 1 + dice.below(3);
    return {
      train: [0, middle - 1],
      validation: [middle, middle + dice.below(2)],
      outDir,
      verbose: 0,
    };
  }
  const [validation, part] = [dice.pick([0.2, 0.3, 0.5]), dice.pick([0, 0, 0.2])];
  const groupBy = dice.chance(0.2) ? (name: string) => `group ${name.length}` : undefined;
  return { validation, test: part, seed: dice.below(3), outDir, groupBy, verbose: 0 };
}

/** What a person or another program does between two calls. Names the paths that are the user's from now on. */
function meddle(root: string, { ours, dice }: { ours: Set<string>; dice: Dice }): void {
  const files = filesBelow(root);
  const records = files.filter((name) => name.endsWith(recordName));
  const placed = files.filter((name) => ours.has(name) && !name.endsWith(recordName));
  const photos = files.filter((name) => !ours.has(name) && name.endsWith('.png'));
  const full = (name: string) => path.join(root, name);
  const replace = (name: string, content: string | Uint8Array) => {
    fs.rmSync(full(name), { force: true });
    put(root, name, content);
    ours.delete(name);
  };
  if (photos.length === 0) return;
  const photo = dice.pick(photos);
  const victim = placed.length > 0 ? dice.pick(placed) : photo;
  const deeds: (() => void)[] = [
    () => fs.rmSync(full(photo), { force: true }),
    () => fs.renameSync(full(photo), full(photo.replace(/\d+\.png$/, `${100 + dice.below(100)}.png`))),
    () => replace(photo, bytes(dice)),
    () => replace(victim, bytes(dice)),
    () => {
      // A copy with the very bytes that were placed is what the record says, whoever made it.
      const isCopy = ours.has(victim) && fs.lstatSync(full(victim)).nlink === 1;
      replace(victim, fs.existsSync(full(victim)) ? fs.readFileSync(full(victim)) : bytes(dice));
      if (isCopy) ours.add(victim);
    },
    () => fs.rmSync(full(victim), { force: true }),
    () =>
      putPhoto(
        root,
        `out/${dice.pick(['train', 'validation', 'test'])}/${dice.pick(['cats/', 'a/', ''])}${dice.below(4)}.png`,
        dice,
      ),
    () => put(root, `data/train/cats/${dice.below(9)}.png`, bytes(dice)),
    () => {
      if (fs.existsSync(full('out/train'))) return;
      fs.mkdirSync(full('out'), { recursive: true });
      fs.symlinkSync(path.dirname(full(photo)), full('out/train'));
    },
    () => {
      for (const name of photos.slice(0, 1 + dice.below(photos.length + 1)))
        fs.rmSync(full(name), { force: true });
    },
    () => {
      for (const record of records) fs.rmSync(full(record));
    },
    ...Array.from({ length: 4 }, () => () => {
      const folder = path.dirname(dice.pick(records.length > 0 ? records : ['out/x']));
      forge(root, { folder, ours, dice });
    }),
  ];
  dice.pick(deeds)();
}

/** Puts a record that is damaged, from elsewhere, or made to have files removed. */
function forge(
  root: string,
  { folder, ours, dice }: { folder: string; ours: Set<string>; dice: Dice },
): void {
  const file = path.join(root, folder, recordName);
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{"version":2,"files":{}}';
  const inFolder = fs.existsSync(path.join(root, folder)) ? filesBelow(path.join(root, folder)) : [];
  const entries = inFolder
    .filter((name) => /^(train|validation|test)\//.test(name))
    .map((name) => {
      const own = path.join(root, folder, name);
      const { dev, ino, size, mtimeMs } = fs.lstatSync(own);
      const sha256 = fs.existsSync(own)
        ? createHash('sha256').update(fs.readFileSync(own)).digest('hex')
        : '';
      const source = dice.chance(0.5) ? own : path.join(root, 'elsewhere/1.png');
      return { name, source, dev: String(dev), ino: String(ino), size, sha256, time: mtimeMs };
    });
  const named = (entry: (of: (typeof entries)[number]) => object) => {
    // The record names these files as its own, exactly: they may be removed while their bytes are elsewhere.
    for (const { name } of entries) ours.add(path.posix.join(folder, name));
    return Object.fromEntries(entries.map((of) => [of.name, entry(of)]));
  };
  const victim = dice.pick([
    '../victim.txt',
    'train/../../victim.txt',
    '/etc/hostname',
    'train/cats/../1.png',
  ]);
  const link = { placed: 'link', source: file, dev: '1', ino: '1' };
  const texts = [
    () => 'null',
    () => '[]',
    () => text.slice(0, dice.below(text.length)),
    () => text.replace(/\d/g, (digit) => (dice.chance(0.05) ? String(dice.below(10)) : digit)),
    () => text.replaceAll('"link"', '"copy"'),
    () => JSON.stringify({ [victim]: { size: 4, time: 0 } }),
    () => JSON.stringify({ version: 2, files: { [victim]: link } }),
    () => JSON.stringify(named(({ size, time }) => ({ size, time }))),
    () => JSON.stringify({ version: 2, files: named((of) => ({ placed: 'link', ...of })) }),
    () => JSON.stringify({ version: 2, files: named((of) => ({ placed: 'copy', ...of })) }),
    () => '{"version":2,"files":{"__proto__":{"placed":"link"},"constructor":1}}',
  ];
  put(root, path.posix.join(folder, recordName), dice.pick(texts)());
}

/** The hashes that the user's photos of one name have. */
function photosByName(root: string, ours: ReadonlySet<string>): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const name of filesBelow(root)) {
    const [file, base] = [path.join(root, name), path.basename(name)];
    if (ours.has(name) || !name.endsWith('.png') || !fs.existsSync(file)) continue;
    const hash = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
    all.set(base, (all.get(base) ?? new Set()).add(hash));
  }
  return all;
}

/**
 * Throws unless each split holds what `counts` says, each photo has the bytes of the user's photo of its name, and no two
 * splits share a photo's bytes.
 */
function checkSplit(
  { trainDir, validationDir, testDir, counts }: Split,
  photos: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const seen = new Map<string, string>();
  const parts = {
    train: trainDir,
    validation: validationDir,
    test: testDir ?? path.join(trainDir, '../test'),
  };
  for (const [part, dir] of Object.entries(parts)) {
    const found: Record<string, number> = Object.fromEntries(
      Object.keys(counts[part as 'train'] ?? {}).map((name) => [name, 0]),
    );
    const files = fs.existsSync(dir) ? everything(dir) : {};
    for (const [name, hash] of Object.entries(files)) {
      if (name.split('/').some(isJunk)) continue;
      found[name.split('/')[0]!]!++;
      assert.equal(seen.get(hash) ?? part, part, `${name} is in ${seen.get(hash)} and in ${part}`);
      seen.set(hash, part);
      assert(photos.get(path.basename(name))?.has(hash), `${name} has the bytes of another photo`);
    }
    assert.deepEqual(found, counts[part as 'train'] ?? {});
  }
}

async function round(seed: number, tally: Record<'split' | 'refused', number>): Promise<void> {
  const dice = new Dice(seed);
  const root = path.join(base, String(seed));
  put(root, 'victim.txt', 'mine');
  process.env.LITTLE_DATA_DIR = path.join(root, 'data');
  const photos = makePhotos(root, dice);
  fs.symlinkSync('.', path.join(root, 'link'));
  fs.mkdirSync(path.join(root, 'album'), { recursive: true });
  if (dice.chance(0.15)) meddle(root, { ours: new Set(), dice });
  if (dice.chance(0.3))
    fs.linkSync = () => {
      throw new Error('no links on this disk');
    };
  /** What the package has made, by path. */
  const ours = new Set<string>();
  const options = optionsFor(root, photos, dice);
  try {
    for (let call = 1 + dice.below(4); call > 0; call--) {
      const before = everything(root);
      const now = dice.chance(0.5) ? options : { ...optionsFor(root, photos, dice), outDir: options.outDir };
      const result = await splitDataset(photos, now).catch((error: Error) => error);
      const after = everything(root);
      const name = `round ${seed}: ${result instanceof Error ? result.message : 'a split'}`;
      if (result instanceof Error) assert(result instanceof LittleDataError, result.stack);
      for (const [file, hash] of Object.entries(before))
        if (!ours.has(file) && !isRecord(file, after)) assert.equal(after[file], hash, `${file} in ${name}`);
      const left = new Set(Object.values(after));
      for (const [file, hash] of Object.entries(before))
        if (!file.endsWith(recordName)) assert(left.has(hash), `the last ${file} is gone in ${name}`);
      for (const file of Object.keys(after)) if (!(file in before)) ours.add(file);
      if (!(result instanceof Error)) checkSplit(result, photosByName(root, ours));
      tally[result instanceof Error ? 'refused' : 'split']++;
      for (let deeds = dice.below(3); deeds > 0; deeds--) meddle(root, { ours, dice });
    }
  } finally {
    fs.linkSync = linkSync;
    fs.rmSync(root, { recursive: true });
  }
}

/** A record that was read as one may be written anew. */
function isRecord(file: string, after: Record<string, string>): boolean {
  return file.endsWith(recordName) && after[file] !== undefined;
}

test(`splitDataset() loses and changes no file of the user's in ${rounds} random rounds`, async () => {
  const tally = { split: 0, refused: 0 };
  for (let seed = 1; seed <= rounds; seed++) await round(seed, tally);
  // Both happen often: the rounds are neither all refused nor all harmless.
  for (const count of Object.values(tally)) assert(count > rounds / 5, JSON.stringify(tally));
});
