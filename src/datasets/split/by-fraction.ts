/** Splits photos by fractions: each one's split comes from a hash of its bytes, so that it stays there whatever is added. */
import { createHash } from 'node:crypto';
import { checkInteger, checkNumber, problem, show } from '../../check';
import { digestPhoto } from '../../images/inspect-photo';
import { mapFiles } from '../../notebook/map-files';
import { shownPath } from '../../paths';
import type { SplitName } from '../layout-of';
import { sameBytes } from '../same-bytes';
import type { Assignment } from './assignment';
import type { SplitPhoto } from './split-source';

/** How to split by fractions. */
export interface Fractions {
  validation: number;
  test: number;
  seed: number;
  groupBy?: (filename: string) => string;
}

/** Throws unless the fractions leave something to train on. */
export function checkFractions({ validation, test, seed, groupBy }: Fractions): void {
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
    expected: 'fractions of the photos that are together more than 0 and less than 1',
    found: `${validation} and ${test}`,
    next: 'Pass e.g. `validation: 0.2, test: 0.1`: seven tenths of the photos stay to train on.',
  });
}

/**
 * Gives each photo its split. A number in [0, 1) that looks random is made of the seed and of the photo's bytes (or of its
 * group's name): under `test` it goes to test, under `test + validation` to validation, else to train. So photos of the same
 * bytes, or of one group, are in the same split, in whatever class; where a copy lies in two groups, the two count as one.
 */
export async function splitByFraction(
  photos: readonly SplitPhoto[],
  { validation, test, seed, groupBy }: Fractions,
  { verbose }: { verbose: number },
): Promise<Assignment> {
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
  const splitOf = (key: string): SplitName => {
    const u = fraction(seed, groups.nameOf(key));
    return u < test ? 'test' : u < test + validation ? 'validation' : 'train';
  };
  return {
    placed: photos.flatMap((photo, i) => (keys[i] ? [{ photo, split: splitOf(keys[i]) }] : [])),
    leftOut: photos.flatMap(({ filename }, i) =>
      digests[i]!.reason === undefined ? [] : [{ filename, reason: digests[i]!.reason }],
    ),
    duplicates: sameBytes(photos.map(({ filename }, i) => ({ filename, sha256: digests[i]!.sha256 }))),
  };
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
