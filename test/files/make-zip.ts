/** Zips for tests, made by yazl and then spoilt on purpose. */
import { buffer } from 'node:stream/consumers';

/** One file of a zip; stored unless `compress`. */
export interface Entry {
  name: string;
  data?: string | Buffer;
  compress?: boolean;
  /** Unix mode, type included. */
  mode?: number;
}

/** A whole zip of these entries. */
export async function makeZip(entries: Entry[]): Promise<Buffer> {
  const { ZipFile } = require('yazl');
  const zip = new ZipFile();
  for (const { name, data = `bytes of ${name}`, compress = false, mode = 0o100644 } of entries)
    zip.addBuffer(Buffer.from(data), name, { compress, mode });
  zip.end();
  return buffer(zip.outputStream);
}

/** `zip` with the name `from` replaced by `to`, which has the same length. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`);
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

/** `zip` with `change` applied to the central directory's header of the entry `name`. */
export function withHeader(zip: Buffer, name: string, change: (header: Buffer) => void): Buffer {
  const copy = Buffer.from(zip);
  const at = copy.lastIndexOf(name) - 46;
  if (at < 0 || copy.readUInt32LE(at) !== 0x02014b50) throw new Error(`no header of ${name}`);
  change(copy.subarray(at));
  return copy;
}

/** A zip of so many entries, each of no bytes, without ZIP64: the number at its end is cut to 16 bits. */
export function manyEntries(count: number): Buffer {
  const name = (n: number) => `${String(n).padStart(6, '0')}.jpg`;
  const [localLength, entryLength] = [30 + 10, 46 + 10];
  const start = count * localLength;
  const end = start + count * entryLength;
  const zip = Buffer.alloc(end + 22);
  for (let n = 0; n < count; n++) {
    const local = n * localLength;
    zip.writeUInt32LE(0x04034b50, local);
    zip.writeUInt16LE(10, local + 26);
    zip.write(name(n), local + 30, 'latin1');
    const entry = start + n * entryLength;
    zip.writeUInt32LE(0x02014b50, entry);
    zip.writeUInt16LE(10, entry + 28);
    zip.writeUInt32LE(local, entry + 42);
    zip.write(name(n), entry + 46, 'latin1');
  }
  zip.writeUInt32LE(0x06054b50, end);
  zip.writeUInt16LE(count % 65_536, end + 8);
  zip.writeUInt16LE(count % 65_536, end + 10);
  zip.writeUInt32LE(end - start, end + 12);
  zip.writeUInt32LE(start, end + 16);
  return zip;
}
