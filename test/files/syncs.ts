/** Notes what is flushed to the disk, and what its folder held at that moment. */
import fs from 'node:fs';
import path from 'node:path';

/** One flush of a file or folder. */
export interface Sync {
  place: string;
  /** The names in the folder that was flushed, or that the file lies in. */
  files: string[];
}

/** The flushes of `work`, in their order. */
export function seenSyncs(work: () => void): Sync[];
export function seenSyncs(work: () => Promise<unknown>): Promise<Sync[]>;
export function seenSyncs(work: () => unknown): Sync[] | Promise<Sync[]> {
  const syncs: Sync[] = [];
  const places = new Map<number, string>();
  const { openSync, fsyncSync } = fs;
  const { open } = fs.promises;
  const note = (place: string) => {
    const folder = fs.statSync(place).isDirectory() ? place : path.dirname(place);
    syncs.push({ place, files: fs.readdirSync(folder) });
  };
  fs.openSync = (file, ...rest) => {
    const descriptor = openSync(file, ...rest);
    places.set(descriptor, String(file));
    return descriptor;
  };
  fs.fsyncSync = (descriptor) => {
    note(places.get(descriptor)!);
    fsyncSync(descriptor);
  };
  fs.promises.open = async (file, ...rest) => {
    const handle = await open(file, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = () => {
      note(String(file));
      return sync();
    };
    return handle;
  };
  const restore = () => {
    Object.assign(fs, { openSync, fsyncSync });
    fs.promises.open = open;
  };
  let result: unknown;
  try {
    result = work();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore).then(() => syncs);
  restore();
  return syncs;
}
