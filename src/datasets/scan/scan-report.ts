/** What `scanPhotos` returns: plain data, and the totals and warnings that come of it. */
import { inspect } from 'node:util';
import type { DataFrame } from 'danfojs-node';
import { counted, shownLine } from '../../check';
import type { FolderLayout } from '../layout-of';
import { classScans, warningsOf } from './class-scans';
import type { ClassScan, ScanFindings, ScanNotes, ScannedPhoto } from './scan-findings';

/** Classes that the text and the table name; the report has all. */
export const mostClasses = 30;

/** Photos left out that they name. */
export const mostLeftOut = 20;

/** The report on a folder of photos. */
export class ScanReport {
  /** The folder that has the layout. Absolute. */
  readonly dir: string;
  /** `'class folders'`, `'flat'` (`rose.12.jpg`), `'split'` (`train/cats`) or `'unlabelled'` (no classes). */
  readonly layout: FolderLayout;
  /** Class by class, sorted by name. */
  readonly classes: ClassScan[];
  /** How many photos there are. */
  readonly found: number;
  /** How many of them can be used. */
  readonly usable: number;
  /** The photos that can't be used, with the reason. */
  readonly leftOut: { filename: string; reason: string }[];
  /** Groups of two and more photos that are the same byte for byte. */
  readonly duplicates: string[][];
  /** Usable photos of the largest class for one of the smallest; `Infinity` where one has none, 1 for a single class. */
  readonly imbalance: number;
  /** What lies there besides. */
  readonly notes: ScanNotes;
  /** What endangers the result, in sentences. */
  readonly warnings: string[];
  /** All photos, class by class. */
  readonly photos: ScannedPhoto[];

  /** @internal */
  constructor({ dir, layout, classNames, photos, duplicates, notes }: ScanFindings) {
    this.dir = dir;
    this.layout = layout;
    this.photos = photos;
    this.found = photos.length;
    this.usable = photos.filter(({ usable }) => usable).length;
    this.classes = classScans(classNames, photos);
    this.leftOut = photos.flatMap(({ filename, reason }) =>
      reason === undefined ? [] : [{ filename, reason }],
    );
    this.duplicates = duplicates;
    const sizes = this.classes.map(({ usable }) => usable);
    this.imbalance = sizes.length < 2 ? 1 : Math.max(...sizes) / Math.min(...sizes);
    this.notes = notes;
    this.warnings = warningsOf(this);
  }

  /**
   * The report as a table.
   * @param rows `'classes'` for one row per class, `'photos'` for one row per photo.
   * @returns a danfojs frame with the columns `class`, `found`, `usable`, `left out`, `fraction`, or `filename`, `class`, `usable`,
   *   `reason`, `kind`, `height`, `width`, `bytes`, `sha256`.
   * @example
   * ```ts
   * import { scanPhotos } from 'little-data';
   * const report = await scanPhotos('flowers', { verbose: 0 });
   * report.toDataFrame().print();
   * ```
   */
  toDataFrame(rows: 'classes' | 'photos' = 'classes'): DataFrame {
    // Loaded when it is asked for: it brings a TensorFlow along.
    const { DataFrame } = require('danfojs-node') as typeof import('danfojs-node');
    return new DataFrame(
      rows === 'classes'
        ? this.classes.map(({ className, found, usable, fraction }) => ({
            class: className,
            found,
            usable,
            'left out': found - usable,
            fraction,
          }))
        : this.photos.map(({ filename, className, usable, reason, kind, height, width, bytes, sha256 }) => ({
            filename,
            class: className,
            usable,
            reason: reason ?? '',
            kind: kind ?? '',
            height: height ?? 0,
            width: width ?? 0,
            bytes: bytes ?? 0,
            sha256: sha256 ?? '',
          })),
    );
  }

  /** @internal What else there is to know, a line each: counts, with the first names. */
  noteLines(): string[] {
    const { otherExtension, nested, beside, emptyFolders, junk, otherFiles, links, unreadableFolders } =
      this.notes;
    return [
      counted(
        this.duplicates.map((files) => files.join(' = ')),
        'photo more than once',
        'photos more than once',
      ),
      counted(
        otherExtension,
        'photo of another format than its name says',
        'photos of another format than their names say',
      ),
      counted(nested, 'photo in a folder within its class', 'photos in folders within their class'),
      counted(beside, 'photo of no class', 'photos of no class'),
      counted(emptyFolders, 'folder without a photo', 'folders without a photo'),
      counted(otherFiles, 'file that is no picture', 'files that are no pictures'),
      counted(junk, 'file that systems and tools leave', 'files that systems and tools leave'),
      counted(
        links,
        'link to what is there already, or to nothing',
        'links to what is there already, or to nothing',
      ),
      counted(unreadableFolders, 'folder that cannot be read', 'folders that cannot be read'),
    ].filter(Boolean);
  }

  /** @internal In a cell whose last expression is the report, a sentence stands for it: the table is shown already. */
  [inspect.custom](): string {
    return `ScanReport { ${layoutWords(this)} }`;
  }

  /**
   * The report as text.
   * @returns layout, one line per class, what is left out, notes, warnings.
   */
  toString(): string {
    const classes = this.classes
      .slice(0, mostClasses)
      .map(({ className, found, usable }) => `${className || '(no class)'}: ${usable} of ${found} usable`);
    if (this.classes.length > mostClasses) classes.push(`... and ${this.classes.length - mostClasses} more`);
    const leftOut = this.leftOut
      .slice(0, mostLeftOut)
      .map(({ filename, reason }) => `Left out: ${filename} (${reason})`);
    if (this.leftOut.length > mostLeftOut)
      leftOut.push(`Left out: ${this.leftOut.length - mostLeftOut} more, in \`leftOut\``);
    return [
      layoutWords(this),
      ...classes,
      ...leftOut,
      ...this.noteLines(),
      ...this.warnings.map((warning) => `Warning: ${warning}`),
    ]
      .map(shownLine)
      .join('\n');
  }
}

/** The layout in a sentence. */
export function layoutWords({ layout, found, usable, classes }: ScanReport): string {
  const words = {
    'class folders': `in ${classes.length} class folders`,
    flat: `of ${classes.length} classes by their names, in one folder`,
    unlabelled: 'without classes',
    split: `split already, in ${classes.length} class folders`,
  };
  return `${found} photos ${words[layout]}, ${usable} usable.`;
}
