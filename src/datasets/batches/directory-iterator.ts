/** What `flowFromDirectory` returns, as in Keras: batches of pixels from a folder of class folders. */
import path from 'node:path';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-node';
import {
  checkInteger,
  checkKeys,
  checkNames,
  checkNumber,
  checkOneOf,
  counted,
  problem,
  show,
  shownLine,
} from '../../check';
import { type Interpolation, interpolations } from '../../images/resize-photo';
import { UnreadablePhoto, Unusable } from '../../images/unreadable-photo';
import { resolvePath, shownPath } from '../../paths';
import { permutation, seededRandom } from '../../random';
import { tensorflowReady, tf } from '../../tensorflow';
import type { Dataset } from '../dataset';
import { decidedPhotos, labelsFile, readDecisions } from '../label-decisions';
import { readClassFolders } from '../read-class-folders';
import { setLabelSource } from './label-source';
import { PhotoBatches } from './photo-batches';
import type { Preparation } from './prepare-pixels';

/** How labels come with the pixels: not at all, as 0/1, or as one-hot rows. */
export type ClassMode = null | 'binary' | 'categorical';

/** The options of `flowFromDirectory`. */
export interface FlowOptions {
  /** `[height, width]` in pixels that photos are resized to. @default [256, 256] */
  targetSize?: readonly [number, number];
  /**
   * How pixels are found when a photo is resized, as Pillow does it; `'area'` is the mean of the pixels below one (Pillow's `BOX`).
   * @default 'nearest'
   */
  interpolation?: Interpolation;
  /** `'center'` keeps the centre of each photo in the proportions of `targetSize`; `'none'` all of it, in other proportions. @default 'none' */
  crop?: 'none' | 'center';
  /** With `crop: 'center'`: how much of the largest such part is kept, above 0 up to 1. @default 0.875 */
  cropFraction?: number;
  /** Photos per batch. @default 32 */
  batchSize?: number;
  /** `'categorical'` gives one-hot labels, `'binary'` 0 and 1, `null` none. @default 'categorical' */
  classMode?: ClassMode;
  /** Whether each pass has another order. Needs `seed`. @default true */
  shuffle?: boolean;
  /** An integer that draws the orders. @default none: it must be given with `shuffle` */
  seed?: number;
  /** The class folders in the order of their labels. @default all, sorted by name */
  classes?: readonly string[];
  /** Whether the first photo that can't be read is an error. @default false: it is named and left out with its label */
  strict?: boolean;
  /** Seconds after which a photo that is still being decoded counts as unreadable. @default 10 */
  maxSeconds?: number;
  /** 0 prints nothing. @default 1 */
  verbose?: number;
}

/** One batch: pixels `[n, height, width, 3]` float32 and, unless `classMode` is `null`, labels `[n, 1]` or `[n, classes]`. */
export interface Batch {
  /** Pixels after `rescale` and `preprocessingFunction`. */
  x: Tensor4D;
  /** Labels, float32. */
  y: Tensor | null;
}

/**
 * The photos of a folder, batch by batch. `for await (const { x, y } of iterator)` goes through them once;
 * the caller disposes each batch. A photo that can't be read is named and leaves the list together with its label.
 */
export class DirectoryIterator {
  /** The folder of class folders. */
  readonly directory: string;
  /** How the photos are prepared. */
  readonly generator: Preparation;
  /** `[height, width]` in pixels. */
  readonly targetSize: readonly [number, number];
  /** How pixels are found. */
  readonly interpolation: Interpolation;
  /** The fraction of each photo's centre that is kept; undefined for all of it. */
  readonly cropFraction: number | undefined;
  /** Photos per batch; the last one may have fewer. */
  readonly batchSize: number;
  /** How labels come with the pixels. */
  readonly classMode: ClassMode;
  /** Whether each pass has another order. */
  readonly shuffle: boolean;
  /** Where these orders come from. */
  readonly seed: number | undefined;
  /** Whether the first photo that can't be read is an error. */
  readonly strict: boolean;
  /** Seconds after which a photo counts as unreadable. */
  readonly maxSeconds: number;
  /** The classes in the order of their labels. (JavaScript gives the keys of `classIndices` in another order where they are numbers.) */
  readonly classNames: readonly string[];
  /** Class name -> label, e.g. `{ cats: 0, dogs: 1 }`. */
  readonly classIndices: Record<string, number>;
  /** The photos, relative to `directory`, class by class in the order of their names. */
  filenames: string[];
  /** The label of each photo of `filenames`. */
  classes: number[];
  /** The photos that could not be read, with the reason. */
  readonly unreadable: { filename: string; reason: string }[] = [];

  /** @internal */
  constructor(directory: string, generator: Preparation, options: FlowOptions) {
    checkKeys('flowFromDirectory', options, [
      'targetSize',
      'interpolation',
      'crop',
      'cropFraction',
      'batchSize',
      'classMode',
      'shuffle',
      'seed',
      'classes',
      'strict',
      'maxSeconds',
      'verbose',
    ]);
    this.directory = resolvePath(directory, 'directory');
    this.generator = generator;
    this.targetSize = checkSize(options.targetSize ?? [256, 256]);
    this.interpolation = checkOneOf('interpolation', options.interpolation ?? 'nearest', interpolations);
    this.cropFraction = cropFractionOf(options);
    this.batchSize = checkInteger('batchSize', options.batchSize ?? 32, { min: 1 });
    this.classMode = checkOneOf(
      'classMode',
      options.classMode === undefined ? 'categorical' : options.classMode,
      ['categorical', 'binary', null],
    );
    this.shuffle = options.shuffle ?? true;
    this.seed = options.seed;
    if (this.shuffle) {
      checkInteger('seed', this.seed);
    }
    this.strict = options.strict ?? false;
    this.maxSeconds = checkInteger('maxSeconds', options.maxSeconds ?? 10, { min: 1, max: 3600 });
    const classes = options.classes && checkNames('classes', options.classes);
    const dataset = readClassFolders(this.directory, { classes });
    const classNames = dataset.classes;
    const decided = readDecisions(this.directory);
    const { photos, relabelled, leftOut } = decidedPhotos(dataset.photos, { decided, classes: classNames });
    if (photos.length === 0) throw allLeftOut(this.directory);
    if (this.classMode === 'binary' && classNames.length !== 2) {
      throw problem({
        where: directory,
        expected: "two class folders for `classMode: 'binary'`",
        found: `${classNames.length} (${classNames.join(', ')})`,
        next: "Pass `classMode: 'categorical'`, or `classes` with two names.",
      });
    }
    this.classNames = classNames;
    this.classIndices = Object.fromEntries(classNames.map((name, label) => [name, label]));
    this.filenames = photos.map((photo) => photo.filename);
    this.classes = photos.map((photo) => this.classIndices[photo.className]!);
    setLabelSource(this.classes, this);
    if (options.verbose !== 0) {
      console.log(`Found ${this.samples} images belonging to ${classNames.length} classes.`);
      if (relabelled + leftOut > 0)
        console.log(
          `By labels.csv ${relabelled} have another class than their folder, and ${leftOut} are left out.`,
        );
      const filled = new Set(this.classes);
      const empty = classNames.filter((_, label) => !filled.has(label));
      if (empty.length > 0)
        console.log(
          shownLine(`No photo of ${counted(empty, 'class', 'classes')}: it counts as a class, as in Keras.`),
        );
      const others = notTaken(dataset, { own: decided.size > 0 ? 'labels.csv' : '' });
      if (others) console.log(shownLine(`Not taken: ${others}. \`scanPhotos\` lists them.`));
    }
  }

  /** How many photos there are. */
  get samples(): number {
    return this.filenames.length;
  }

  /** How many batches one pass has. */
  get length(): number {
    return Math.ceil(this.samples / this.batchSize);
  }

  /** The photos' paths, absolute. */
  get filepaths(): string[] {
    return this.filenames.map((name) => path.join(this.directory, name));
  }

  /** @internal The photos as they are listed now. */
  get photos(): PhotoBatches {
    const { targetSize, interpolation, cropFraction, batchSize, maxSeconds } = this;
    return new PhotoBatches(this.filepaths, {
      ...this.generator,
      ...{ targetSize, interpolation, batchSize, maxSeconds },
      ...(cropFraction !== undefined && { cropFraction }),
    });
  }

  /** @internal Removes photos that can't be read, and their labels, from the lists, and says so. */
  leaveOut(photos: readonly { filename: string; reason: string }[]): void {
    if (photos.length === 0) return;
    const gone = new Set(photos.map((photo) => photo.filename));
    const stay = this.filenames.map((name) => !gone.has(name));
    this.classes = this.classes.filter((_, i) => stay[i]);
    setLabelSource(this.classes, this);
    this.filenames = this.filenames.filter((_, i) => stay[i]);
    this.unreadable.push(...photos);
    for (const { filename, reason } of photos)
      console.log(shownLine(`Left out, with its label: ${filename} (${reason}).`));
  }

  /**
   * Reads the photos once.
   * @returns batch after batch. The caller disposes each.
   * @throws with `strict`, `UnreadablePhoto`.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
    await tensorflowReady();
    const order = this.shuffle ? permutation(this.samples, seededRandom(this.seed!)) : undefined;
    const [filenames, labels] = [this.filenames, this.classes];
    for await (const { x, places, unread } of this.photos.read(order)) {
      if (this.strict && unread[0]) {
        x?.dispose();
        throw strictly(unread[0].error);
      }
      this.leaveOut(unread.map(({ at, error }) => ({ filename: filenames[at]!, reason: error.reason })));
      if (x) yield { x, y: this.labels(places.map((at) => labels[at]!)) };
    }
  }

  private labels(labels: number[]): Tensor | null {
    if (this.classMode === null) return null;
    if (this.classMode === 'binary') return tf.tensor2d(labels, [labels.length, 1]);
    return tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), this.classNames.length).toFloat());
  }
}

function strictly({ file, reason }: UnreadablePhoto): UnreadablePhoto {
  return new UnreadablePhoto(
    file,
    new Unusable(reason, 'Leave it out, replace it with a good copy, or pass `strict: false`.'),
  );
}

/** What lies in the folder and might have been meant to be a photo or a class; empty where there is nothing of the kind. */
function notTaken(
  { metadata: { unlabelled, emptyFolders, passedOver } }: Dataset,
  { own }: { own: string },
): string {
  const named = passedOver
    .filter(({ filename, as }) => as !== 'junk' && filename !== own)
    .map(({ filename }) => filename);
  return [
    counted(unlabelled, 'photo in no class folder', 'photos in no class folder'),
    counted(emptyFolders, 'folder without a photo', 'folders without a photo'),
    counted(named, 'other file, link or folder', 'other files, links or folders'),
  ]
    .filter(Boolean)
    .join(', ');
}

function allLeftOut(directory: string): Error {
  return problem({
    where: shownPath(labelsFile(directory)),
    expected: 'decisions that leave some photos',
    found: 'none left',
    next: 'Delete the rows of photos that belong to the data set.',
  });
}

function cropFractionOf({ crop = 'none', cropFraction }: FlowOptions): number | undefined {
  checkOneOf('crop', crop, ['none', 'center']);
  if (cropFraction !== undefined) checkNumber('cropFraction', cropFraction, { min: 0.01, max: 1 });
  if (crop === 'center') return cropFraction ?? 0.875;
  if (cropFraction === undefined) return undefined;
  throw problem({
    where: '`cropFraction`',
    expected: "`crop: 'center'` with it",
    found: `\`crop: '${crop}'\``,
    next: "Pass `crop: 'center'`, or leave `cropFraction` out.",
  });
}

function checkSize(size: unknown): readonly [number, number] {
  if (Array.isArray(size) && size.length === 2 && size.every((n) => Number.isInteger(n) && n > 0))
    return [size[0], size[1]];
  throw problem({
    where: '`targetSize`',
    expected: '`[height, width]` in pixels, two positive integers',
    found: show(size),
    next: 'Pass e.g. `targetSize: [150, 150]`.',
  });
}
