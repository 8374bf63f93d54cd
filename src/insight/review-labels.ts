/** Suspect labels one by one, with buttons to decide. */
import path from 'node:path';
import sharp from 'sharp';
import { checkKeys, problem, show } from '../check';
import { type LabelDecision, labelsFile, readDecisions, writeDecision } from '../datasets/label-decisions';
import { decodePhoto, UnreadablePhoto } from '../images/decode-photo';
import { escapeHtml } from '../notebook/escape-html';
import { hbox, vbox } from '../notebook/widgets/boxes';
import { button } from '../notebook/widgets/button';
import { dropdown } from '../notebook/widgets/dropdown';
import { htmlView } from '../notebook/widgets/html-view';
import { imageView } from '../notebook/widgets/image-view';
import { resolvePath, shownPath } from '../paths';
import type { SuspectLabel, SuspectLabels } from './suspect-labels';

/** The options of `reviewLabels`. */
export interface ReviewLabelsOptions {
  /** The folder of class folders. @default that of the generator whose `classes` were passed to `suspectLabels` */
  directory?: string;
}

/** The panel, as a cell keeps it. */
export interface LabelReview {
  /** The photo that is shown; undefined where all are decided. */
  readonly current: SuspectLabel | undefined;
  /** The file that the decisions are in. Absolute. */
  readonly file: string;
  /**
   * Decides about the photo that is shown, as the buttons do, and shows the next one. Resolves when the decision is on the disk.
   * @param decision `{ decision: 'keep' }`, `'unsure'`, `'delete'`, or `{ decision: 'relabel', className }`.
   */
  decide(decision: LabelDecision): Promise<void>;
  /** Takes the last decision back, and shows its photo again. */
  undo(): Promise<void>;
  /** Removes the panel. */
  close(): void;
}

/** Pixels per side that a photo is shown with at most. */
const size = 320;

/**
 * Shows the photos that `suspectLabels` found one by one, with buttons: keep the label, another class, not sure, delete from the data
 * set, undo. Each decision is written at once into `labels.csv`: of a split of `splitDataset` beside its train folder, else in the folder
 * of class folders. `flowFromDirectory`, and `splitDataset` by fraction, follow it from then on: run its cell again, and those below it. No photo is moved, changed or
 * deleted. Photos that were decided before are not shown again; delete their rows in the file to see them.
 *
 * @param suspects what `suspectLabels` returned.
 * @param options `directory`: the folder of class folders, where the labels were not those of a generator.
 * @returns the panel: its `current` photo, the `file`, and `decide`, `undo` and `close`.
 * @throws LittleDataError where the folder or the photos are not known, or `labels.csv` is somebody else's.
 * @example
 * ```ts
 * import { labelsOf, np, reviewLabels, suspectLabels } from 'little-data';
 * const features = np.load('features.npy');
 * const suspects = await suspectLabels(features, labelsOf(features));
 * const review = await reviewLabels(suspects, { directory: 'flowers' });
 * console.log(review.current?.filename);
 * ```
 */
export async function reviewLabels(
  suspects: SuspectLabels,
  options: ReviewLabelsOptions = {},
): Promise<LabelReview> {
  checkKeys('reviewLabels', options, ['directory']);
  const directory = directoryOf(suspects, options);
  const decided = readDecisions(directory);
  const open = namedSuspects(suspects).filter(({ filename }) => !decided.has(filename));
  const done: { filename: string; earlier: LabelDecision | undefined }[] = [];
  const panel = controlsOf(suspects.classNames);
  let place = 0;
  // One after the other, however fast the buttons are clicked.
  let last = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const own = last.then(work);
    last = own.catch(() => {});
    return own;
  };

  const draw = async () => {
    const current = open[place];
    panel.line.value = escapeHtml(
      lineOf(current, { place, total: open.length, file: labelsFile(directory) }),
    );
    panel.picture.value = current
      ? await pictureOf(path.join(directory, current.filename))
      : new Uint8Array();
    if (current) panel.other.value = current.suggestedClass;
  };
  const review: LabelReview = {
    get current() {
      return open[place];
    },
    file: labelsFile(directory),
    decide: (decision) =>
      inTurn(async () => {
        const current = open[place];
        if (!current) return;
        checkDecision(decision, suspects.classNames);
        const earlier = await writeDecision(directory, current.filename, decision);
        done.push({ filename: current.filename, earlier });
        place++;
        await draw();
      }),
    undo: () =>
      inTurn(async () => {
        const undone = done.at(-1);
        if (!undone) return;
        await writeDecision(directory, undone.filename, undone.earlier);
        done.pop();
        place--;
        await draw();
      }),
    close: () => panel.box.close(),
  };
  const told = (work: () => Promise<void>) => () =>
    work().catch((error: Error) => {
      panel.line.value = escapeHtml(error.message);
    });
  panel.keep.onChange(told(() => review.decide({ decision: 'keep' })));
  panel.relabel.onChange(told(() => review.decide({ decision: 'relabel', className: panel.other.value })));
  panel.unsure.onChange(told(() => review.decide({ decision: 'unsure' })));
  panel.remove.onChange(told(() => review.decide({ decision: 'delete' })));
  panel.undo.onChange(told(() => review.undo()));
  await draw();
  panel.box.show();
  return review;
}

function controlsOf(classNames: readonly string[]) {
  const line = htmlView('');
  const picture = imageView(new Uint8Array(), { alt: 'the photo' });
  const [keep, relabel] = [button('Keep'), button('Is of this class:', { look: 'primary' })];
  const other = dropdown('', { choices: classNames });
  const [unsure, remove, undo] = [button('Not sure'), button('Delete from the data set'), button('Undo')];
  const box = vbox([line, picture, hbox([keep, relabel, other]), hbox([unsure, remove, undo])]);
  return { line, picture, keep, relabel, other, unsure, remove, undo, box };
}

function lineOf(
  current: SuspectLabel | undefined,
  { place, total, file }: { place: number; total: number; file: string },
): string {
  if (!current)
    return total === 0
      ? 'There is no suspect label that was not decided before.'
      : `All ${total} are decided, in ${shownPath(file)}. Run the cell with flowFromDirectory() again, and those below it.`;
  const { filename, className, suggestedClass, probability, suggestedProbability } = current;
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)}%`;
  return `${place + 1} of ${total}: ${filename}. Its label is ${className} (${percent(probability)}); it looks like ${suggestedClass} (${percent(suggestedProbability)}).`;
}

/** The photo as a JPEG, upright; nothing where it can't be read. */
async function pictureOf(file: string): Promise<Uint8Array> {
  try {
    const { data, height, width } = await decodePhoto(file);
    return await sharp(data, { raw: { width, height, channels: 3 } })
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 80 })
      .toBuffer();
  } catch (error) {
    if (error instanceof UnreadablePhoto) return new Uint8Array();
    throw error;
  }
}

function directoryOf({ directory }: SuspectLabels, options: ReviewLabelsOptions): string {
  if (options.directory !== undefined) return resolvePath(options.directory, 'directory');
  if (directory !== undefined) return directory;
  throw problem({
    where: '`directory`',
    expected: 'the folder of class folders that the photos lie in',
    found: 'none, and the labels were not those of a generator',
    next: 'Pass it, or give `generator.classes` to suspectLabels.',
  });
}

function namedSuspects({ suspects }: SuspectLabels): (SuspectLabel & { filename: string })[] {
  const named = suspects.filter((own): own is SuspectLabel & { filename: string } => !!own.filename);
  if (named.length === suspects.length) return named;
  throw problem({
    where: '`suspects`',
    expected: 'suspects whose photos are known',
    found: 'rows of features that nothing is known about',
    next: 'Give suspectLabels features from predictGenerator, or loaded with the metadata beside their file.',
  });
}

function checkDecision({ decision, className }: LabelDecision, classNames: readonly string[]): void {
  const isKnown = ['keep', 'unsure', 'delete'].includes(decision);
  if (isKnown || (decision === 'relabel' && classNames.includes(className!))) return;
  throw problem({
    where: 'the decision',
    expected: `\`{ decision: 'keep' }\`, 'unsure', 'delete', or 'relabel' with a \`className\` among ${classNames.join(', ')}`,
    found: show(decision === 'relabel' ? className : decision),
    next: 'Pass one of these.',
  });
}
