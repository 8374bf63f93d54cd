/**
 * Is a file of the feature store sound? LMDB maps it into memory and trusts it: opening one that was overwritten or cut
 * off ends the whole process. So its trees are walked here first, by plain reads. Layout: LMDB's `mdb.c`, as lmdb 3 has it.
 */
import fs from 'node:fs';

const magic = 0xbeefc0de;
const headerBytes = 24;
const treeBytes = 48;
const noPage = 0xffff_ffff_ffff_ffffn;
const [branch, leaf, meta] = [0x01, 0x02, 0x08];
const [bigData, subTree] = [0x01, 0x02];

/**
 * What is wrong with LMDB's data file, as a phrase; `undefined` where nothing is, or where there is no file yet.
 * Another process may be writing to the file meanwhile.
 */
export function storeDamage(file: string): string | undefined {
  if (!fs.existsSync(file)) return undefined;
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, 'r');
  } catch {
    // Whoever opens the store says why it can't be opened.
    return undefined;
  }
  try {
    if (!fs.fstatSync(descriptor).isFile()) return 'no file';
    let confirmed = 0;
    for (let look = 0; look < 50; look++) {
      const before = newestMeta(descriptor);
      const damage = damageOf(descriptor, before);
      if (!damage) return undefined;
      // What another process changed meanwhile, or was just writing, is no damage.
      if (newestMeta(descriptor)?.transaction === before?.transaction) confirmed++;
      if (confirmed === 3) return damage;
      pause(20);
    }
    return undefined;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Milliseconds. */
function pause(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}

interface Meta {
  pageSize: number;
  transaction: bigint;
  lastPage: bigint;
  /** The trees of free pages and of everything else. */
  trees: [Tree, Tree];
}

interface Tree {
  depth: number;
  root: bigint;
}

interface Walk {
  descriptor: number;
  meta: Meta;
  filePages: number;
  seen: Set<bigint>;
}

class Damage extends Error {}

function damageOf(descriptor: number, newest: Meta | undefined): string | undefined {
  const { size } = fs.fstatSync(descriptor);
  if (size === 0) return undefined;
  if (!newest) return 'its first page is not that of a store';
  const walk = {
    descriptor,
    meta: newest,
    filePages: Math.floor(size / newest.pageSize),
    seen: new Set<bigint>(),
  };
  try {
    for (const tree of newest.trees) checkTree(walk, tree);
    return undefined;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
}

function newestMeta(descriptor: number): Meta | undefined {
  const first = readMeta(descriptor, 0);
  const second = first && readMeta(descriptor, first.pageSize);
  if (!first || !second || first.pageSize !== second.pageSize) return undefined;
  return second.transaction > first.transaction ? second : first;
}

function readMeta(descriptor: number, at: number): Meta | undefined {
  const page = Buffer.alloc(headerBytes + 24 + 2 * treeBytes + 16);
  if (fs.readSync(descriptor, page, 0, page.length, at) < page.length) return undefined;
  if (!(page.readUInt16LE(18) & meta) || page.readUInt32LE(headerBytes) !== magic) return undefined;
  const trees = headerBytes + 24;
  const pageSize = page.readUInt32LE(trees);
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  return {
    pageSize,
    trees: [readTree(page, trees), readTree(page, trees + treeBytes)],
    lastPage: page.readBigUInt64LE(trees + 2 * treeBytes),
    transaction: page.readBigUInt64LE(trees + 2 * treeBytes + 8),
  };
}

function readTree(bytes: Buffer, at: number): Tree {
  return { depth: bytes.readUInt16LE(at + 6), root: bytes.readBigUInt64LE(at + 40) };
}

function checkTree(walk: Walk, { depth, root }: Tree): void {
  if (root !== noPage) checkPage(walk, root, depth);
}

/** Checks a page and those below it; `level` is 1 for a leaf. */
function checkPage(walk: Walk, number: bigint, level: number): void {
  const page = readPage(walk, number);
  const [flags, lower, upper] = [page.readUInt16LE(18), page.readUInt16LE(20), page.readUInt16LE(22)];
  const space = walk.meta.pageSize - headerBytes;
  const fits =
    page.readBigUInt64LE(0) === number &&
    (flags & (branch | leaf)) === (level === 1 ? leaf : branch) &&
    level >= 1 &&
    lower % 2 === 0 &&
    lower <= upper &&
    upper <= space;
  if (!fits) throw new Damage(`its page ${number} is not what it should be`);
  for (let entry = 0; entry < lower / 2; entry++) {
    const at = page.readUInt16LE(headerBytes + 2 * entry);
    if (at < upper || at + 8 > space) throw new Damage(`an entry of its page ${number} lies outside`);
    checkEntry(walk, page.subarray(headerBytes + at), { number, level });
  }
}

function checkEntry(walk: Walk, entry: Buffer, { number, level }: { number: bigint; level: number }): void {
  const [low, high, flags, keyBytes] = [0, 2, 4, 6].map((at) => entry.readUInt16LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  if (level > 1) {
    checkPage(walk, BigInt(low) | (BigInt(high) << 16n) | (BigInt(flags) << 32n), level - 1);
    return;
  }
  const size = low + high * 65536;
  const kept = flags & bigData ? 24 : size;
  const data = entry.subarray(8 + keyBytes);
  if (data.length < kept || ((flags & subTree) !== 0 && size !== treeBytes))
    throw new Damage(`an entry of its page ${number} is cut off`);
  if (flags & bigData) checkRun(walk, data.readBigUInt64LE(0), size);
  else if (flags & subTree) checkTree(walk, readTree(data, 0));
}

/** A long value lies on pages of its own, one after the other; its bytes have their own checksum. */
function checkRun(walk: Walk, first: bigint, size: number): void {
  const pages = BigInt(Math.ceil((headerBytes + size) / walk.meta.pageSize));
  checkNumber(walk, first);
  checkNumber(walk, first + pages - 1n);
}

function readPage(walk: Walk, number: bigint): Buffer {
  checkNumber(walk, number);
  if (walk.seen.has(number)) throw new Damage(`its page ${number} is used twice`);
  walk.seen.add(number);
  const page = Buffer.alloc(walk.meta.pageSize);
  fs.readSync(walk.descriptor, page, 0, page.length, Number(number) * page.length);
  return page;
}

function checkNumber({ meta: { lastPage }, filePages }: Walk, number: bigint): void {
  if (number >= 2n && number <= lastPage && number < BigInt(filePages)) return;
  throw new Damage(
    number < BigInt(filePages) ? `it names a page ${number} that it has not` : 'it is cut off',
  );
}
