/** Before a file is written: what already lies there is replaced only where it is a file of the same kind. */
import { problem } from '../check';
import { shownPath } from '../paths';
import { entryAt } from './entry-at';
import { startOfFile } from './start-of-file';

/**
 * Throws unless a file of this kind may be written at `file`: nothing lies there, an empty file, or one that begins as the
 * kind does. A photo whose path was passed by mistake is not one.
 *
 * @param options `kind`: such as `.npy`; `signature`: its first bytes, as latin1.
 */
export function checkReplaceable(
  file: string,
  { kind, signature }: { kind: string; signature: string },
): void {
  const found = whatIsThere(file, signature);
  if (found === undefined) return;
  throw problem({
    where: shownPath(file),
    expected: `no file, or an earlier ${kind} file`,
    found,
    next: 'It was not changed. Pass another path.',
  });
}

function whatIsThere(file: string, signature: string): string | undefined {
  const stat = entryAt(file);
  if (!stat) return undefined;
  if (stat.isDirectory()) return 'a folder';
  if (!stat.isFile()) return 'a pipe, socket or device';
  if (stat.size === 0) return undefined;
  return startOfFile(file, signature.length) === signature ? undefined : 'a file of another kind';
}
