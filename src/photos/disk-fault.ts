/** The one wording for a disk that is full or may not be written. */
import { LittleDataError, problem } from '../check';
import { shownPath } from '../paths';

/**
 * The error to throw for one that the file system gave while `what` was written below `place`; other errors as they are.
 * `next` says what is kept and how to go on.
 */
export function diskFault(
  error: unknown,
  { place, what, next }: { place: string; what: string; next: string },
): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof LittleDataError || code === undefined || syscall === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  // Node's recursive mkdir gives ENOENT on a read-only disk.
  const closed = ['EACCES', 'EPERM', 'EROFS'].includes(code) || (code === 'ENOENT' && syscall === 'mkdir');
  return problem({
    where: shownPath(place),
    expected: full ? `room for ${what}` : `a place where ${what} can be written`,
    found: full ? 'a full disk' : closed ? `a folder that may not be written (${code})` : `the error ${code}`,
    next: `${full ? 'Make room' : closed ? 'Change its permissions, or name another folder' : 'Check the disk'}. ${next}`,
  });
}
