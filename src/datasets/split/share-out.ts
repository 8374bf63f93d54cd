/** Splits photos by share: each one's side comes from a hash of its bytes, so that it stays there whatever is added. */
import { createHash } from 'node:crypto';
import { checkInteger, checkNumber, problem, show } from '../../check';
import { mapFiles } from '../../notebook/map-files';
import { shownPath } from '../../paths';
import { digestPhoto } from '../inspect-photo';
import type { SplitPhoto } from './split-source';

/** The parts of a split. */
export type Part = 'train' | 'validation' | 'test';

/** How to split by share. */
export interface Shares {
  validation: number;
  test: number;
  seed: number;
  groupBy?: (filename: string) => string;
}

/** What became of the photos. */
export interface SharedOut {
  /** The photos that can be read, each with its side. */
  placed: { photo: SplitPhoto; part: Part }[];
  /** Photos whose bytes can't be read, relative to the source, with the reason. */
  leftOut: { filename: string; reason: string }[];
  /** Photos whose bytes are the same, relative to the source: groups of two and more. */
  duplicates: string[][];
}

/** Throws unless the shares leave something to train on. */
export function checkShares({ validation, test, seed, groupBy }: Shares): void {
  checkNumber('validation', validation, { min: 0, max: 1 });
  checkNumber('test', test, { min: 0, max: 1 });
  checkInteger('seed', seed);
  if (groupBy !== undefined && typeof groupBy !== 'function')
    throw problem({
      where: '`groupBy`',
      expected: "a function from a photo's name to the name of its group",
      found: show(groupBy),
      next: "Pass e.g. `groupBy: (file) => file.split('_')[0]`.",
    });
  if (validation + test > 0 && validation + test < 1) return;
  throw problem({
    where: '`validation` and `test`',
    expected: 'shares of the photos that are together more than 0 and less than 1',
    found: `${validation} and ${test}`,
    next: 'Pass e.g. `validation: 0.2, test: 0.1`: seven tenths stay to train on.',
  });
}

/**
 * Gives each photo its side. A number in [0, 1) that looks random is made of the seed and of the photo's bytes (or of its
 * group's name): under `test` it goes to test, under `test + validation` to validation, else to train. So photos of the same
 * bytes, or of one group, are on the same side, in whatever class; where a copy lies in two groups, the two count as one.
 */
export async function shareOut(
  photos: readonly SplitPhoto[],
  { validation, test, seed, groupBy }: Shares,
  { verbose }: { verbose: number },
): Promise<SharedOut> {
  const digests = await mapFiles(
    photos.map(({ file }) => file),
    digestPhoto,
    { verbose, kept: 'No file was placed yet. Run the cell again: what was read is remembered.' },
  );
  const groups = new Groups();
  const keys = photos.map((photo, i) => {
    const { sha256 } = digests[i]!;
    if (sha256 === undefined) return undefined;
    const key = groupBy ? `group ${groupName(photo, groupBy)}` : sha256;
    groups.join(key, sha256);
    return key;
  });
  const sideOf = (key: string): Part => {
    const u = fraction(seed, groups.nameOf(key));
    return u < test ? 'test' : u < test + validation ? 'validation' : 'train';
  };
  return {
    placed: photos.flatMap((photo, i) => (keys[i] ? [{ photo, part: sideOf(keys[i]) }] : [])),
    leftOut: photos.flatMap(({ filename }, i) =>
      digests[i]!.reason === undefined ? [] : [{ filename, reason: digests[i]!.reason }],
    ),
    duplicates: sameBytes(photos.map(({ filename }, i) => ({ filename, sha256: digests[i]!.sha256 }))),
  };
}

/** The groups of two and more photos whose bytes are the same. */
export function sameBytes(photos: readonly { filename: string; sha256?: string }[]): string[][] {
  const byDigest = new Map<string, string[]>();
  for (const { filename, sha256 } of photos)
    if (sha256 !== undefined) byDigest.set(sha256, [...(byDigest.get(sha256) ?? []), filename]);
  return [...byDigest.values()].filter((files) => files.length > 1);
}

/** A number in [0, 1), evenly spread over the keys: the first 48 bits of a SHA-256. */
function fraction(seed: number, key: string): number {
  return createHash('sha256').update(`${seed}\n${key}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

function groupName({ filename }: SplitPhoto, groupBy: (filename: string) => string): string {
  const name = groupBy(filename);
  if (typeof name === 'string' && name !== '') return name;
  throw problem({
    where: `\`groupBy\` for ${shownPath(filename)}`,
    expected: "a text, the name of the photo's group",
    found: show(name),
    next: 'Return a text for every photo; the file name itself for one that has no siblings.',
  });
}

/** Keys that belong together, each set named by its first member that is a group, in the order of the alphabet. */
class Groups {
  private readonly above = new Map<string, string>();

  join(a: string, b: string): void {
    const [first, second] = [this.nameOf(a), this.nameOf(b)].sort(groupsFirst);
    this.above.set(second!, first!);
  }

  nameOf(key: string): string {
    let name = key;
    for (let next = this.above.get(name); next !== undefined && next !== name; next = this.above.get(name))
      name = next;
    return name;
  }
}

/** A set that has a group is named by a group, so that its name doesn't depend on which photos are in it. */
function groupsFirst(a: string, b: string): number {
  const [left, right] = [a, b].map((key) => `${key.startsWith('group ') ? 0 : 1}${key}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
