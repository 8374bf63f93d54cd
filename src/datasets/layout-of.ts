/** Which layout a folder of photos has, told from nothing but paths. */
import { byCodePoint } from './photo-names';

/**
 * `'class folders'`: a folder per class. `'flat'`: all in one folder, the class in each file name, as Kaggle's `cat.12.jpg`.
 * `'split'`: one of these in each of `train/`, `validation/`, `test/`. `'unlabelled'`: no class can be told.
 */
export type FolderLayout = 'class folders' | 'flat' | 'split' | 'unlabelled';

/** The folders of a split. */
export const splitFolders = ['train', 'validation', 'test'] as const;

/** The splits of a data set. */
export type SplitName = (typeof splitFolders)[number];

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

/** What lies below a folder. */
export interface FolderContent {
  /** The photos' paths, with `/`, in the order in which they are to be taken. */
  photos: readonly string[];
  /** The folders' paths: one without a photo is a class all the same where it lies beside class folders, as in Keras. */
  folders?: readonly string[];
}

/**
 * Tells the layout of a folder from the paths of what lies below it.
 * - Folders named as splits are splits, where at least two of them have classes. Where only one has (Kaggle's `train/` beside
 *   `test1/`), the data set is that one.
 * - A folder that holds a single folder, as an unpacked zip often does, has the layout of that one.
 * - Else each folder is a class; photos beside the folders have none. Beside two classes and more, the photos in a folder named
 *   as a split have none either.
 * - Without folders, the file names tell the classes, where most of them do and there are at least two.
 *
 * @param folder the folder to look at, with `/`; `''` for the one that the paths start from.
 */
export function layoutOf(content: FolderContent, folder = ''): FoundLayout {
  const { folders, beside } = contentOf(folder, content);
  const flat = flatLayout(folder, beside);
  const filled = [...folders.keys()].filter((name) => folders.get(name)!.length > 0);
  if (filled.length === 0) return flat ?? unlabelledLayout(folder, beside);
  if (filled.every((name) => splitOf(name) !== undefined)) {
    const parts = filled.map((name) => ({
      split: splitOf(name)!,
      found: layoutOf(
        {
          photos: folders.get(name)!,
          folders: content.folders?.filter((it) => isIn(join(folder, name), it)),
        },
        join(folder, name),
      ),
    }));
    return splitLayout(folder, { parts, beside, flat });
  }
  if (filled.length === 1 && beside.length === 0) {
    const only = layoutOf(content, join(folder, filled[0]!));
    if (only.layout === 'split' || only.classNames.length > 1) return only;
  }
  const isSplit = (name: string) => splitOf(name) !== undefined;
  const isMixed = [...folders.keys()].filter((name) => !isSplit(name)).length > 1;
  return layoutOfClasses(folder, { folders, beside, isClass: (name) => !isMixed || !isSplit(name) });
}

/** Each of the topmost folders as a class. */
export function classFolders(content: FolderContent): FoundLayout {
  const { folders, beside } = contentOf('', content);
  return layoutOfClasses('', { folders, beside, isClass: () => true });
}

function layoutOfClasses(
  folder: string,
  { folders, beside, isClass }: Content & { isClass: (name: string) => boolean },
): FoundLayout {
  const byClass = new Map<string, LabelledPhoto[]>();
  const unlabelled = [...beside];
  for (const [name, photos] of folders) {
    const className = classOf(name);
    if (!isClass(name)) unlabelled.push(...photos);
    else {
      const own = photos.map((filename) => ({ filename, className }));
      byClass.set(className, [...(byClass.get(className) ?? []), ...own]);
    }
  }
  const classNames = [...byClass.keys()].sort(byCodePoint);
  return {
    layout: 'class folders',
    folder,
    classNames,
    photos: classNames.flatMap((className) => byClass.get(className)!),
    unlabelled,
  };
}

/** The class that a folder stands for: macOS writes accents in another form than Linux, and both are one name. */
export function classOf(folder: string): string {
  return folder.normalize();
}

/** The layout of a folder whose folders are all named as splits. */
function splitLayout(
  folder: string,
  {
    parts,
    beside,
    flat,
  }: {
    parts: { split: SplitName; found: FoundLayout }[];
    beside: readonly string[];
    flat: FoundLayout | undefined;
  },
): FoundLayout {
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

/** Whether classes can be told. */
export function isLabelled({ layout }: FoundLayout): boolean {
  return layout !== 'unlabelled';
}

function flatLayout(folder: string, beside: readonly string[]): FoundLayout | undefined {
  const photos = beside.flatMap((filename) => {
    const className = classInName
      .exec(filename.slice(filename.lastIndexOf('/') + 1).normalize())?.[1]
      ?.toLowerCase();
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
  /** Photos by the folder that they lie in, or in whose folders; none for an empty folder. */
  folders: Map<string, string[]>;
  /** Photos in the folder itself. */
  beside: string[];
}

function contentOf(folder: string, { photos, folders = [] }: FolderContent): Content {
  const content: Content = { folders: new Map(), beside: [] };
  const start = folder === '' ? 0 : folder.length + 1;
  for (const filename of photos) {
    if (!isIn(folder, filename)) continue;
    const slash = filename.indexOf('/', start);
    if (slash < 0) content.beside.push(filename);
    else listOf(content, filename.slice(start, slash)).push(filename);
  }
  for (const name of folders)
    if (isIn(folder, name) && !name.includes('/', start)) listOf(content, name.slice(start));
  return content;
}

function listOf({ folders }: Content, name: string): string[] {
  const list = folders.get(name) ?? [];
  folders.set(name, list);
  return list;
}

function isIn(folder: string, filename: string): boolean {
  return folder === '' || filename.startsWith(`${folder}/`);
}

function pathsOf({ photos, unlabelled }: FoundLayout): string[] {
  return [...photos.map(({ filename }) => filename), ...unlabelled];
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
