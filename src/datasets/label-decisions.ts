/** What a person decided about single labels: `labels.csv`. No photo is moved or deleted for it. */
import fs from 'node:fs';
import path from 'node:path';
import { problem, show } from '../check';
import { writeWhole } from '../files/atomic';
import { withLockBeside } from '../files/lock';
import { recordName } from '../files/placed/placed-record';
import { csvLine, csvRows } from '../formats/csv';
import { shownPath } from '../paths';
import { type LabelledPhoto, type SplitName, splitFolders } from './layout-of';

/** What can be decided: the label stays, is another class, nobody can tell, or the photo is left out of the data set. */
export const decisions = ['keep', 'relabel', 'unsure', 'delete'] as const;

/** What was decided about a photo. */
export interface LabelDecision {
  /** Its label stays, it is of another class, nobody can tell, or it is left out of the data set. */
  decision: (typeof decisions)[number];
  /** With `'relabel'`: the class that the photo is of. @default none */
  className?: string;
}

/** The decisions by photo: its path below the folder of class folders, with `/`. */
export type LabelDecisions = Map<string, LabelDecision>;

const header = ['photo', 'decision', 'class'];

/**
 * Where the decisions about the photos of a folder of class folders are kept. A split of `splitDataset` has one file for its train,
 * validation and test folders, beside the record of the split: these folders may hold no other file, and a photo that a later split puts
 * elsewhere keeps its decision. Another folder has its file in itself.
 */
export function labelsFile(directory: string): string {
  const parent = path.dirname(directory);
  const isSplit =
    splitFolders.includes(path.basename(directory) as SplitName) &&
    fs.existsSync(path.join(parent, recordName));
  return path.join(isSplit ? parent : directory, 'labels.csv');
}

/** The decisions about the photos of a folder; none where there is no such file, or one of somebody else's with other columns. */
export function readDecisions(directory: string): LabelDecisions {
  const file = labelsFile(directory);
  const rows = rowsOf(file);
  return new Map(isOurs(rows) ? rows.slice(1).map((row, i) => decisionIn(row, { file, line: i + 2 })) : []);
}

/**
 * Writes down a decision about a photo, or forgets the one there is. The file is read and written whole under a lock, so that two
 * kernels don't lose each other's decisions.
 *
 * @returns what was decided before.
 * @throws LittleDataError where a file of somebody else has this name, or the disk has no room.
 */
export async function writeDecision(
  directory: string,
  photo: string,
  decision: LabelDecision | undefined,
): Promise<LabelDecision | undefined> {
  const file = labelsFile(directory);
  if (/[\ud800-\udfff]/u.test(photo))
    throw problem({
      where: shownPath(path.join(directory, photo)),
      expected: 'a name in UTF-8, which a table can hold',
      found: 'other bytes',
      next: 'Rename the photo.',
    });
  return withLockBeside(
    file,
    async (lock) => {
      const rows = rowsOf(file);
      if (rows.length > 0 && !isOurs(rows))
        throw problem({
          where: shownPath(file),
          expected: `no file, or one with the columns ${header.join(', ')}`,
          found: `the columns ${rows[0]!.join(', ')}`,
          next: 'Move it elsewhere or rename it.',
        });
      const all = readDecisions(directory);
      const earlier = all.get(photo);
      if (decision) all.set(photo, decision);
      else all.delete(photo);
      const lines = [...all].map(([name, own]) => csvLine([name, own.decision, own.className ?? '']));
      lock.check();
      writeWhole(file, (descriptor) => fs.writeFileSync(descriptor, [csvLine(header), ...lines].join('')));
      return earlier;
    },
    { doing: 'is writing' },
  );
}

/** Photos with the labels that were decided. */
export interface DecidedPhotos {
  photos: LabelledPhoto[];
  /** How many have another class than their folder. */
  relabelled: number;
  /** How many are left out: deleted from the data set, or of a class that is not among `classes`. */
  leftOut: number;
}

/** Applies the decisions to the photos of a folder. The folder itself stays as it is. */
export function decidedPhotos(
  photos: readonly LabelledPhoto[],
  { decided, classes }: { decided: LabelDecisions; classes: readonly string[] },
): DecidedPhotos {
  let relabelled = 0;
  const kept = photos.flatMap((photo): LabelledPhoto[] => {
    const { decision, className } = decided.get(photo.filename) ?? {};
    if (decision === 'delete') return [];
    if (decision !== 'relabel' || className === photo.className) return [photo];
    if (!classes.includes(className!)) return [];
    relabelled++;
    return [{ ...photo, className: className! }];
  });
  return { photos: kept, relabelled, leftOut: photos.length - kept.length };
}

function rowsOf(file: string): string[][] {
  try {
    return csvRows(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw problem({
      where: shownPath(file),
      expected: 'a table of decisions about labels',
      found: `the error ${code}`,
      next: 'Change its permissions, or move it elsewhere.',
    });
  }
}

function isOurs([first]: readonly string[][]): boolean {
  return first?.join() === header.join();
}

function decisionIn(
  row: readonly string[],
  { file, line }: { file: string; line: number },
): [photo: string, LabelDecision] {
  const [photo, word, className] = row;
  const decision = decisions.find((own) => own === word);
  const isWhole = decision !== undefined && photo && (decision !== 'relabel' || className);
  if (row.length <= header.length && isWhole)
    return [photo, { decision, ...(decision === 'relabel' && { className: className! }) }];
  throw problem({
    where: `${shownPath(file)}, row ${line}`,
    expected: `a photo, one of ${decisions.join(', ')}, and with relabel its class`,
    found: show(row),
    next: 'Correct this row, or delete it.',
  });
}
