/** A damaged folder makes room under another name: nothing in it is deleted. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

/** Renames a folder to `<folder>.damaged-<time>-<number>`; returns that path. */
export function setAside(folder: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const aside = `${folder}.damaged-${time}-${randomBytes(3).toString('hex')}`;
  fs.renameSync(folder, aside);
  return aside;
}
