/**
 * The directory of a zip, entry by entry, all that are there. yauzl finds where it begins, but refuses the whole archive for
 * one entry that it can't read, and stops at a count that has 16 bits.
 * Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification" 6.3.10, sections 4.3.12 to 4.3.16, 4.5.3 and 7.3.
 */
import fs from 'node:fs';
import yauzl from 'yauzl';
import { LittleDataError, problem } from '../check';
import { shownPath } from '../paths';

/** An entry as the directory has it. */
export interface DirectoryEntry {
  /** As it stands there, backslashes and all. */
  name: string;
  entry: yauzl.Entry;
  /** Why its data can't be found. */
  fault?: string;
}

/**
 * Goes through the directory of an open zip.
 * @throws LittleDataError where it is cut, encrypted, or doesn't have the number of entries that the zip's end says.
 */
export async function* directoryOf(zip: yauzl.ZipFile, zipFile: string): AsyncGenerator<DirectoryEntry> {
  const handle = await fs.promises.open(zipFile);
  try {
    const read = windowOn(handle);
    // A number, though yauzl's types call it a boolean.
    let at = Number(zip.readEntryCursor);
    let count = 0;
    let header = await read(at, headerLength);
    for (; markOf(header) === entryMark; header = await read(at, headerLength)) {
      const length = entryLength(header);
      const whole = await read(at, length);
      if (whole.length < length) throw brokenZip(zipFile, new Error('its directory is cut off'));
      yield entryIn(whole);
      at += length;
      count++;
    }
    if (!endMarks.includes(markOf(header))) throw await noEntry(zipFile, handle, { count });
    // Without ZIP64 the end has room for 16 bits of the number.
    if (count !== zip.entryCount && count % 65_536 !== zip.entryCount)
      throw brokenZip(zipFile, new Error(`${count} entries where its end says ${zip.entryCount}`));
  } catch (error) {
    throw error instanceof LittleDataError ? error : brokenZip(zipFile, error);
  } finally {
    await handle.close();
  }
}

/** The error for what is no whole zip. */
export function brokenZip(zipFile: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const found =
    code === 'ENOENT'
      ? 'no file'
      : code
        ? `a file that cannot be read (${code})`
        : `another file or a part of one (${message})`;
  return problem({
    where: shownPath(zipFile),
    expected: 'a whole zip archive',
    found,
    next: code
      ? 'Check the path and the rights on it.'
      : 'Download it again: the download probably stopped early.',
  });
}

/** The error for other bytes where the next entry should be. */
async function noEntry(
  zipFile: string,
  handle: fs.promises.FileHandle,
  { count }: { count: number },
): Promise<Error> {
  if (!(await isEncrypted(handle)))
    return brokenZip(zipFile, new Error(`its directory continues with other bytes after ${count} entries`));
  return problem({
    where: shownPath(zipFile),
    expected: 'a zip archive whose list of files can be read',
    found: 'one whose list of files is encrypted',
    next: 'Unpack it with the program that made it, and pass the folder.',
  });
}

/** Whether the end is of the second version, which tells how the directory is encrypted. */
async function isEncrypted(handle: fs.promises.FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  const tail = Buffer.alloc(Math.min(size, 2 ** 17));
  await handle.read(tail, 0, tail.length, size - tail.length);
  const at = tail.lastIndexOf('PK\x06\x06', undefined, 'latin1');
  return at >= 0 && at + 16 <= tail.length && tail.readUInt16LE(at + 14) >= 62;
}

const headerLength = 46;
const entryMark = 0x02014b50;
/** The end, the end with ZIP64, and a signature of the directory. */
const endMarks = [0x06054b50, 0x06064b50, 0x05054b50];

function markOf(bytes: Buffer): number {
  return bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
}

function entryLength(header: Buffer): number {
  if (header.length < headerLength) return headerLength;
  return headerLength + header.readUInt16LE(28) + header.readUInt16LE(30) + header.readUInt16LE(32);
}

function entryIn(bytes: Buffer): DirectoryEntry {
  const nameEnd = headerLength + bytes.readUInt16LE(28);
  const raw = bytes.subarray(headerLength, nameEnd);
  const extraFields = extraFieldsIn(bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30)));
  const flags = bytes.readUInt16LE(8);
  const sizes = { uncompressedSize: 24, compressedSize: 20, relativeOffsetOfLocalHeader: 42 };
  const entry = Object.assign(new yauzl.Entry(), {
    generalPurposeBitFlag: flags,
    compressionMethod: bytes.readUInt16LE(10),
    crc32: bytes.readUInt32LE(16),
    externalFileAttributes: bytes.readUInt32LE(38),
  });
  // What has no room in 32 bits follows, in this order, in an extra field.
  const large = extraFields.find(({ id }) => id === 1)?.data ?? Buffer.alloc(0);
  let at = 0;
  let fault: string | undefined;
  for (const [name, place] of Object.entries(sizes) as [keyof typeof sizes, number][]) {
    entry[name] = bytes.readUInt32LE(place);
    if (entry[name] !== 0xffffffff) continue;
    if (at + 8 > large.length) fault = 'damaged: its length or place is missing';
    else entry[name] = Number(large.readBigUInt64LE(at));
    at += 8;
  }
  return { name: yauzl.getFileNameLowLevel(flags, raw, extraFields, true), entry, fault };
}

/** Extra fields that are no list of fields hold nothing that is needed: some programs pad them. */
function extraFieldsIn(bytes: Buffer): yauzl.ExtraField[] {
  try {
    return yauzl.parseExtraFields(bytes);
  } catch {
    return [];
  }
}

/** Reads pieces of a file in rising order, a mebibyte at a time; shorter ones at its end. */
function windowOn(handle: fs.promises.FileHandle): (from: number, length: number) => Promise<Buffer> {
  let start = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return async (from, length) => {
    if (from < start || from + length > start + bytes.length) {
      // A new one each time: names and fields that were read before lie in the old one.
      const next = Buffer.alloc(2 ** 20);
      const { bytesRead } = await handle.read(next, 0, next.length, from);
      start = from;
      bytes = next.subarray(0, bytesRead);
    }
    return bytes.subarray(from - start, from - start + length);
  };
}
