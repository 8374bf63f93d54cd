/** What a split is, in a few lines. */
import { shownLine } from '../../check';
import { shownPath } from '../../paths';
import type { PartCounts, Split } from './split';

/** Classes that are named one by one; more are summed up. */
const mostNamed = 6;

/** The text below the cell: counts, what was done with files, and what there is to know of the photos. */
export function splitText(
  split: Split,
  { wasSplit, notTaken, relabelled }: { wasSplit: boolean; notTaken: string; relabelled: number },
): string {
  const { trainDir, validationDir, testDir, counts, files, leftOut, duplicates } = split;
  const parts: [string, PartCounts][] = [
    [trainDir, counts.train],
    [validationDir, counts.validation],
  ];
  if (testDir && counts.test) parts.push([testDir, counts.test]);
  const done = Object.entries(files)
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ');
  const lines = [
    parts.map(([dir, part]) => `${shownPath(dir)}: ${words(part)}`).join('; '),
    `Files: ${done || 'none'}.${wasSplit ? ' The photos were split already: taken as they are.' : ''}`,
  ];
  for (const [dir, part] of parts) {
    const empty = Object.keys(part).filter((name) => part[name] === 0);
    if (empty.length > 0)
      lines.push(
        `Warning: no photo of ${listed(empty)} in ${shownPath(dir)}. Take another \`seed\`, or add photos.`,
      );
  }
  if (duplicates.length > 0)
    lines.push(
      `The same bytes under several names: ${duplicates.length} groups (${listed(duplicates[0]!)}); none is in two splits.`,
    );
  if (relabelled > 0) lines.push(`In another class than their folder, by labels.csv: ${relabelled}.`);
  if (notTaken) lines.push(`Not taken: ${notTaken}.`);
  for (const { filename, reason } of leftOut.slice(0, 10)) lines.push(`Left out: ${filename} (${reason}).`);
  if (leftOut.length > 10) lines.push(`Left out: ${leftOut.length - 10} more, in \`leftOut\`.`);
  return lines.map(shownLine).join('\n');
}

function words(part: PartCounts): string {
  const entries = Object.entries(part);
  if (entries.length <= mostNamed) return entries.map(([name, n]) => `${n} ${name}`).join(', ');
  const numbers = entries.map(([, n]) => n);
  const sum = numbers.reduce((total, n) => total + n, 0);
  return `${sum} photos of ${entries.length} classes (${Math.min(...numbers)} to ${Math.max(...numbers)} each)`;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}`;
}
