/** The file of the feature store: opened once in a process, set aside where it is damaged, removed when it is cleared. */
import fs from 'node:fs';
import path from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { problem } from '../../check';
import { setAside } from '../../files/aside';
import { dataPath, shownPath } from '../../paths';
import { processState } from '../../state';
import { storeDamage } from './store-check';

/** The tables of the store; all values are bytes. */
export interface Tables {
  root: RootDatabase<Buffer, string>;
  /** Key of a photo's features -> checksum and features. */
  rows: Database<Buffer, string>;
  /** The same key -> when it was last used, and how much room it takes. */
  uses: Database<Buffer, string>;
  /** Path of a photo -> its size, times, and the hash of its bytes. */
  files: Database<Buffer, string>;
}

interface Opened extends Tables {
  folder: string;
  inode: number;
  /** How many runs of this process use it. */
  runs: number;
}

/** Where the store lies: a folder with LMDB's two files. */
export function storePath(): string {
  return dataPath('cache', 'features');
}

/**
 * Opens the store, or gives the one that this process has open; `releaseTables` gives it back.
 * @throws where the folder can't be written.
 */
export function openTables(): Tables {
  const folder = storePath();
  let tables = opened().get(folder);
  if (tables && tables.inode !== inodeOf(dataFile(folder))) {
    // Another process has cleared the store, or set it aside.
    forget(folder);
    tables = undefined;
  }
  if (!tables) {
    setAsideDamaged(folder);
    tables = openFolder(folder);
    opened().set(folder, tables);
  }
  tables.runs++;
  return tables;
}

/** Runs writes, such as `rows.put`, as one: all of them are on the disk when it resolves, or none. */
export async function commit({ root }: Tables, write: () => void): Promise<void> {
  try {
    await root.batch(write);
  } catch (error) {
    // LMDB's own error comes as a promise of its own, which has to be looked at.
    const { commitError } = error as { commitError?: Promise<never> };
    throw (await commitError?.catch((reason: unknown) => reason)) ?? error;
  }
}

/** Says that a run is done with the tables that `openTables` gave it. */
export function releaseTables(tables: Tables): void {
  const released = tables as Opened;
  released.runs--;
  if (released.runs === 0 && ![...opened().values()].includes(released)) void released.root.close();
}

/**
 * Opens the file anew where only one run uses it: the pages that were read count as memory of this process until then.
 * Not while something is being written. @throws where that fails; then the tables can't be used any more.
 */
export function remapTables(tables: Tables): void {
  const known = tables as Opened;
  if (known.runs > 1) return;
  void known.root.close();
  try {
    Object.assign(known, openFolder(known.folder), { runs: known.runs });
  } catch (error) {
    if (opened().get(known.folder) === known) opened().delete(known.folder);
    throw error;
  }
}

/** True where there is a store on the disk. */
export function storeExists(): boolean {
  return inodeOf(dataFile(storePath())) !== undefined;
}

/** Takes the store off the disk. Whoever has it open, in this process or another, loses nothing but what it kept. */
export function removeStore(): void {
  const folder = storePath();
  forget(folder);
  try {
    for (const name of ['data.mdb', 'lock.mdb']) fs.rmSync(path.join(folder, name), { force: true });
  } catch (error) {
    throw problem({
      where: shownPath(folder),
      expected: 'a feature store that can be removed',
      found: (error as Error).message,
      next: 'Shut down other notebooks that use it, and try again.',
    });
  }
}

/** A run that still uses the store goes on with it as a file without a name. */
function forget(folder: string): void {
  const tables = opened().get(folder);
  opened().delete(folder);
  if (tables?.runs === 0) void tables.root.close();
}

function openFolder(folder: string): Opened {
  // Each commit is on the disk before the next begins: otherwise a power cut could leave half of one.
  const root = open<Buffer, string>({
    path: folder,
    encoding: 'binary',
    mapSize: 2 ** 40,
    overlappingSync: false,
    // With it, a failed commit would also reject a promise that nobody can catch, and end the process.
    eventTurnBatching: false,
  });
  const table = (name: string) => root.openDB<Buffer, string>({ name, encoding: 'binary' });
  const inode = inodeOf(dataFile(folder))!;
  return { folder, root, rows: table('rows'), uses: table('uses'), files: table('files'), inode, runs: 0 };
}

function setAsideDamaged(folder: string): void {
  const file = dataFile(folder);
  const inode = inodeOf(file);
  const damage = storeDamage(file);
  // Where another process was faster, the file that is there now is a new one.
  if (!damage || inode !== inodeOf(file)) return;
  const aside = setAside(folder);
  console.log(
    `The feature store ${shownPath(folder)} is damaged (${damage}). It now lies in ${shownPath(aside)}, which can be ` +
      'deleted, and a new one is begun: features are computed again as they are needed.',
  );
}

function dataFile(folder: string): string {
  return path.join(folder, 'data.mdb');
}

function inodeOf(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.ino;
}

function opened(): Map<string, Opened> {
  return processState('feature-stores', () => new Map<string, Opened>());
}
