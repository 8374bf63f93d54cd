/** What a scan of a folder of photos finds, as plain data. */
import type { PhotoFacts } from '../../images/inspect-photo';
import type { FolderLayout } from '../layout-of';

/** One photo of the folder. */
export interface ScannedPhoto extends PhotoFacts {
  /** Relative to the folder, with `/`. */
  filename: string;
  /** `''` in an unlabelled folder. */
  className: string;
  /** Whether it was decoded whole; else `reason` says why not. */
  usable: boolean;
}

/** The photos of one class. */
export interface ClassScan {
  /** The class folder's name. */
  className: string;
  /** How many photos lie there. */
  found: number;
  /** How many of them can be used. */
  usable: number;
  /** Fraction of all usable photos, 0 to 1. */
  fraction: number;
  /** Reason -> how many photos can't be used for it. */
  leftOut: Record<string, number>;
}

/** What lies in the folder besides, or needs to be known. File names relative to the folder. */
export interface ScanNotes {
  /** Photos whose extension is missing or of another format; they are read all the same. */
  otherExtension: string[];
  /** Photos in folders within class folders; they belong to the class. */
  nested: string[];
  /** Photos of no class: beside the class folders, or in a folder such as Kaggle's `test1/`. */
  beside: string[];
  /** Folders without a photo in them or below. */
  emptyFolders: string[];
  /** What systems and tools leave: `.DS_Store`, `Thumbs.db`, `__MACOSX`. */
  junk: string[];
  /** Files that are no pictures by their names. */
  otherFiles: string[];
  /** Links to what is in the folder already, or to nothing. */
  links: string[];
  /** Folders that may not be read. */
  unreadableFolders: string[];
}

/** What a scan found. */
export interface ScanFindings {
  dir: string;
  layout: FolderLayout;
  classNames: string[];
  photos: ScannedPhoto[];
  duplicates: string[][];
  notes: ScanNotes;
}
