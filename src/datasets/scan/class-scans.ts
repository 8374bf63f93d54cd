/** What the photos of a scan add up to, and what in it endangers the result. */
import type { ClassScan, ScanFindings, ScannedPhoto } from './scan-findings';

/** Below this many photos per class, accuracy is mostly noise. */
const fewPhotos = 20;

/** Above this ratio of the largest class to the smallest, always naming the largest class looks good. */
const largestImbalance = 10;

/** The photos of each class, counted. */
export function classScans(classNames: readonly string[], photos: readonly ScannedPhoto[]): ClassScan[] {
  const scans = new Map(
    classNames.map((className) => [
      className,
      { className, found: 0, usable: 0, fraction: 0, leftOut: {} as Record<string, number> },
    ]),
  );
  let usable = 0;
  for (const photo of photos) {
    const scan = scans.get(photo.className)!;
    scan.found++;
    if (photo.usable) {
      scan.usable++;
      usable++;
    } else scan.leftOut[photo.reason!] = (scan.leftOut[photo.reason!] ?? 0) + 1;
  }
  for (const scan of scans.values()) scan.fraction = usable > 0 ? scan.usable / usable : 0;
  return [...scans.values()];
}

/** What endangers the result, in sentences. */
export function warningsOf({
  layout,
  classes,
  imbalance,
  duplicates,
  photos,
}: Pick<ScanFindings, 'layout' | 'duplicates' | 'photos'> & {
  classes: ClassScan[];
  imbalance: number;
}): string[] {
  const warnings: string[] = [];
  const sizes = classes.map(({ usable }) => usable);
  if (layout !== 'unlabelled') {
    const few = classes
      .filter(({ usable }) => usable < fewPhotos)
      .map(({ className, usable }) => `${className} ${usable}`);
    if (few.length > 0)
      warnings.push(
        `Under ${fewPhotos} usable photos: ${few.slice(0, 10).join(', ')}${few.length > 10 ? ', ...' : ''}.`,
      );
    if (classes.length === 1) warnings.push('Only one class: there is nothing to tell apart.');
    if (layout !== 'split' && imbalance > largestImbalance)
      warnings.push(
        `The classes are out of balance, ${Math.max(...sizes)} photos to ${Math.min(...sizes)}: ` +
          'a head that always names the largest class looks good by its accuracy.',
      );
  }
  const classOf = new Map(photos.map(({ filename, className }) => [filename, className]));
  const across = duplicates.filter((files) => new Set(files.map((file) => classOf.get(file))).size > 1);
  if (across.length > 0)
    warnings.push(
      layout === 'split'
        ? `${across.length} photos lie in several splits or classes: what was trained on is then tested (${across[0]!.join(' = ')}).`
        : `${across.length} photos lie in several classes: one label of each is wrong (${across[0]!.join(' = ')}).`,
    );
  return warnings;
}
