/** Which layout a folder of photos has, told from nothing but the paths of its photos. */
import { byCodePoint } from './photo-names';

/**
 * `'class folders'`: a folder per class. `'flat'`: all in one folder, the class in each file name, as Kaggle's `cat.12.jpg`.
 * `'split'`: one of these in each of `train/`, `validation/`, `test/`. `'unlabelled'`: no class can be told.
 */
export type FolderLayout = 'class folders' | 'flat' | 'split' | 'unlabelled';

/** The splits of a data set. */
export type SplitName = 'train' | 'validation' | 'test';

/** A photo and its class. */
export interface LabelledPhoto {
  /** The photo's path below the folder that was looked at, with `/`. */
  filename: string;
  className: string;
  /** In the layout `'split'`. */
  split?: SplitName;
}

/** A layout that was found. */
export interface FoundLayout {
  layout: FolderLayout;
  /** The folder that has the layout, below the one that was looked at; `''` for that one itself. */
  folder: string;
  /** Sorted by code point, as Python sorts. */
  classNames: string[];
  /** The photos whose class is known, class by class, each in the order of the given paths; splits one after the other. */
  photos: LabelledPhoto[];
  /** The other photos, such as those of Kaggle's `test1/`. */
  unlabelled: string[];
}

const splitNames: Record<SplitName, RegExp> = {
  train: /^train(ing)?([ _-]?(set|data|images|photos))?$/i,
  validation: /^(val|valid|validation|dev)([ _-]?(set|data|images|photos))?$/i,
  test: /^test(ing)?\d*([ _-]?(set|data|images|photos))?$/i,
};

/** `cat` for `cat.12.jpg`. */
const classInName = /^(\p{L}[\p{L}_-]*)\.\d+\.[^.]+$/u;

/** The split that a folder's name stands for. */
export function splitOf(folder: string): SplitName | undefined {
  return (Object.keys(splitNames) as SplitName[]).find((name) => splitNames[name].test(folder));
}

/**
 * Tells the layout of the photos below a folder.
 * - Folders named as splits are splits, where at least two of them have classes. Where only one has (Kaggle's `train/` beside
 *   `test1/`), the data set is that one.
 * - A folder that holds a single folder, as an unpacked zip often does, has the layout of that one.
 * - Else each folder is a class; photos beside the folders have none.
 * - Without folders, the file names tell the classes, where most of them do and there are at least two.
 *
 * @param paths the photos' paths below the folder, with `/`, in the order in which they are to be taken.
 */
export function layoutOf(paths: readonly string[]): FoundLayout {
  return layoutBelow('', paths);
}

function layoutBelow(folder: string, paths: readonly string[]): FoundLayout {
  const { folders, beside } = split(folder, paths);
  const names = [...folders.keys()];
  const flat = flatLayout(folder, beside);
  if (names.length === 0) return flat ?? unlabelledLayout(folder, paths);
  if (names.every((name) => splitOf(name) !== undefined))
    return splitLayout(folder, { folders, beside, flat });
  if (names.length === 1 && beside.length === 0) {
    const only = layoutBelow(join(folder, names[0]!), paths);
    if (only.layout === 'split' || only.classNames.length > 1) return only;
  }
  const classNames = names.sort(byCodePoint);
  return {
    layout: 'class folders',
    folder,
    classNames,
    photos: classNames.flatMap((className) =>
      folders.get(className)!.map((filename) => ({ filename, className })),
    ),
    unlabelled: beside,
  };
}

/** The layout of a folder whose folders are all named as splits. */
function splitLayout(
  folder: string,
  { folders, beside, flat }: Content & { flat: FoundLayout | undefined },
): FoundLayout {
  const parts = [...folders].map(([name, paths]) => ({
    split: splitOf(name)!,
    found: layoutBelow(join(folder, name), paths),
  }));
  const labelled = parts.filter(({ found }) => isLabelled(found));
  const rest = parts.filter((part) => !labelled.includes(part)).flatMap(({ found }) => pathsOf(found));
  if (labelled.length === 0)
    return flat
      ? { ...flat, unlabelled: [...flat.unlabelled, ...rest] }
      : unlabelledLayout(folder, [...beside, ...rest]);
  if (labelled.length === 1) {
    const { found } = labelled[0]!;
    return { ...found, unlabelled: [...found.unlabelled, ...beside, ...rest] };
  }
  const order = Object.keys(splitNames);
  labelled.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
  return {
    layout: 'split',
    folder,
    classNames: [...new Set(labelled.flatMap(({ found }) => found.classNames))].sort(byCodePoint),
    photos: labelled.flatMap(({ split, found }) => found.photos.map((photo) => ({ ...photo, split }))),
    unlabelled: [...labelled.flatMap(({ found }) => found.unlabelled), ...beside, ...rest],
  };
}

function isLabelled({ layout }: FoundLayout): boolean {
  return layout === 'class folders' || layout === 'flat';
}

function flatLayout(folder: string, beside: readonly string[]): FoundLayout | undefined {
  const photos = beside.flatMap((filename) => {
    const className = classInName.exec(filename.slice(filename.lastIndexOf('/') + 1))?.[1]?.toLowerCase();
    return className === undefined ? [] : [{ filename, className }];
  });
  const classNames = [...new Set(photos.map(({ className }) => className))].sort(byCodePoint);
  if (classNames.length < 2 || photos.length <= beside.length / 2) return undefined;
  const known = new Set(photos.map(({ filename }) => filename));
  return {
    layout: 'flat',
    folder,
    classNames,
    photos: classNames.flatMap((name) => photos.filter(({ className }) => className === name)),
    unlabelled: beside.filter((filename) => !known.has(filename)),
  };
}

function unlabelledLayout(folder: string, paths: readonly string[]): FoundLayout {
  return { layout: 'unlabelled', folder, classNames: [], photos: [], unlabelled: [...paths] };
}

interface Content {
  /** Paths by the folder that they lie in, or in whose folders. */
  folders: Map<string, string[]>;
  /** Paths of the photos in the folder itself. */
  beside: string[];
}

function split(folder: string, paths: readonly string[]): Content {
  const content: Content = { folders: new Map(), beside: [] };
  const start = folder === '' ? 0 : folder.length + 1;
  for (const filename of paths) {
    const slash = filename.indexOf('/', start);
    if (slash < 0) {
      content.beside.push(filename);
      continue;
    }
    const name = filename.slice(start, slash);
    const own = content.folders.get(name);
    if (own) own.push(filename);
    else content.folders.set(name, [filename]);
  }
  return content;
}

function pathsOf({ photos, unlabelled }: FoundLayout): string[] {
  return [...photos.map(({ filename }) => filename), ...unlabelled];
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
