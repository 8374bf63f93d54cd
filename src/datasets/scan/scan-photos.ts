/** `scanPhotos`: what is in a folder of photos, before anything is computed from it. */
import path from 'node:path';
import { checkKeys } from '../../check';
import { mapFiles } from '../../notebook/map-files';
import { resolvePath } from '../../paths';
import { type FoundFolder, findClassFolders } from '../find-class-folders';
import { inspectPhoto, type PhotoFacts } from '../inspect-photo';
import { extensionFits } from '../photo-names';
import { sameBytes } from '../split/share-out';
import type { ScanFindings, ScannedPhoto } from './scan-findings';
import { ScanReport } from './scan-report';
import { showScan } from './show-scan';

/**
 * Reads every photo of a folder whole and reports, class by class, how many there are, which can be used, and why the others
 * can't; which are the same byte for byte; and what else lies there. Nothing is changed. What was read is remembered in this
 * process: after an interrupt the next call resumes.
 *
 * @param dir a folder of class folders; of photos, their class in the name (`rose.12.jpg`) or not; or of `train/`,
 *   `validation/`, `test/` with class folders. Where its only folder has these, that one. A relative path starts at the
 *   working directory; `~/` is the home folder.
 * @param options `verbose`: 0 shows no progress bar and no table, default 1.
 * @returns the report: plain data, with `toDataFrame()` (a row a class) and `toString()`.
 * @throws LittleDataError where there is no photo: where it looked, what it saw, what it expected;
 *   `InterruptedError` after Kernel > Interrupt.
 */
export async function scanPhotos(dir: string, options: { verbose?: number } = {}): Promise<ScanReport> {
  checkKeys('scanPhotos', options, ['verbose']);
  const { verbose = 1 } = options;
  const found = findClassFolders(resolvePath(dir, 'dir'));
  const facts = await mapFiles(
    found.photos.map(({ filename }) => path.join(found.dir, filename)),
    inspectPhoto,
    { verbose, kept: 'What was read is remembered. Run the cell again to resume.' },
  );
  const report = new ScanReport(findings(found, facts));
  if (verbose) showScan(report);
  return report;
}

function findings(
  { dir, layout, classNames, photos, listing }: FoundFolder,
  facts: PhotoFacts[],
): ScanFindings {
  const scanned: ScannedPhoto[] = photos.map(({ filename, className }, i) => ({
    filename,
    className,
    usable: facts[i]!.reason === undefined,
    ...facts[i]!,
  }));
  const passedOver = (as: string) =>
    listing.passedOver.filter((it) => it.as === as).map(({ filename }) => filename);
  return {
    dir,
    layout,
    classNames,
    photos: scanned,
    duplicates: sameBytes(scanned),
    notes: {
      otherExtension: scanned
        .filter(({ filename, kind }) => kind !== undefined && !extensionFits(filename, kind))
        .map(({ filename }) => filename),
      nested: layout === 'split' ? [] : nestedPhotos(listing.photos.map(({ filename }) => filename)),
      beside: listing.beside,
      emptyFolders: listing.emptyFolders,
      junk: passedOver('junk'),
      otherFiles: passedOver('other'),
      links: passedOver('link'),
      unreadableFolders: passedOver('folder'),
    },
  };
}

function nestedPhotos(filenames: readonly string[]): string[] {
  return filenames.filter((filename) => filename.split('/').length > 2);
}
