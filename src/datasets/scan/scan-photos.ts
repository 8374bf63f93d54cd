/** `scanPhotos`: what is in a folder of photos, before anything is computed from it. */
import { checkInteger, checkKeys } from '../../check';
import { inspectPhoto, type PhotoFacts } from '../../images/inspect-photo';
import { mapFiles } from '../../notebook/map-files';
import { byGroup, type Dataset, fileOf, groupOf } from '../dataset';
import { extensionFits } from '../photo-names';
import { readDataset } from '../read-dataset';
import { sameBytes } from '../same-bytes';
import type { ScanFindings, ScannedPhoto } from './scan-findings';
import { ScanReport } from './scan-report';
import { showScan } from './show-scan';

/** The options of `scanPhotos`. */
export interface ScanOptions {
  /** 0 shows no progress bar and no table. @default 1 */
  verbose?: number;
  /** Seconds after which a photo that is still being decoded counts as one that can't be used. @default 10 */
  maxSeconds?: number;
}

/**
 * Reads every photo of a folder whole and reports, class by class, how many there are, which can be used, and why the others
 * can't; which are the same byte for byte; and what else lies there. Nothing is changed. What was read is remembered in this
 * process: after an interrupt the next call resumes.
 *
 * @param dir a folder of class folders; of photos, their class in the name (`rose.12.jpg`) or not; or of `train/`,
 *   `validation/`, `test/` with one of these. Where its only folder has these, that one. Or the zip of such a folder. A relative
 *   path starts at the working directory; `~/` is the home folder.
 * @param options `verbose`: 0 shows no progress bar and no table; `maxSeconds`: the longest that a photo may take (10).
 * @returns the report: plain data, with `toDataFrame()` (one row per class) and `toString()`.
 * @throws LittleDataError where there is no photo: where it looked, what it saw, what it expected;
 *   `InterruptedError` after Kernel > Interrupt.
 * @example
 * ```ts
 * import { scanPhotos } from 'little-data';
 * const report = await scanPhotos('flowers');
 * console.log(report.usable, report.warnings);
 * ```
 */
export async function scanPhotos(dir: string, options: ScanOptions = {}): Promise<ScanReport> {
  checkKeys('scanPhotos', options, ['verbose', 'maxSeconds']);
  const { verbose = 1, maxSeconds = 10 } = options;
  checkInteger('maxSeconds', maxSeconds, { min: 1, max: 3600 });
  const dataset = await readDataset(dir);
  const facts = await mapFiles(
    dataset.photos.map((photo) => fileOf(dataset, photo)),
    (file) => inspectPhoto(file, { maxSeconds }),
    { verbose, kept: 'What was read is remembered. Run the cell again to resume.' },
  );
  const report = new ScanReport(findings(dataset, facts));
  if (verbose) showScan(report);
  return report;
}

function findings(dataset: Dataset, facts: PhotoFacts[]): ScanFindings {
  const { dir, layout, unlabelled, emptyFolders, passedOver } = dataset.metadata;
  const photos: ScannedPhoto[] = dataset.photos.map((photo, i) => ({
    filename: photo.filename,
    className: groupOf(photo),
    usable: facts[i]!.reason === undefined,
    ...facts[i]!,
  }));
  const passed = (as: string) => passedOver.filter((it) => it.as === as).map(({ filename }) => filename);
  return {
    dir,
    layout,
    classNames: [...byGroup(dataset).keys()],
    photos,
    duplicates: sameBytes(photos),
    notes: {
      otherExtension: photos
        .filter(({ filename, kind }) => kind !== undefined && !extensionFits(filename, kind))
        .map(({ filename }) => filename),
      nested: layout === 'class folders' ? photos.map(({ filename }) => filename).filter(isNested) : [],
      beside: unlabelled,
      emptyFolders,
      junk: passed('junk'),
      otherFiles: passed('other'),
      links: passed('link'),
      unreadableFolders: passed('folder'),
    },
  };
}

function isNested(filename: string): boolean {
  return filename.split('/').length > 2;
}
