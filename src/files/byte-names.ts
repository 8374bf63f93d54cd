/**
 * Names of files whose bytes are not UTF-8, as old systems wrote them (`J\xf6rg.png`). In texts a byte that is no character stands as
 * one of U+DC80 to U+DCFF, as Python's `surrogateescape` has it (PEP 383).
 */
import { isUtf8 } from 'node:buffer';
import fs from 'node:fs';

const firstByte = 0xdc00;
const escaped = /[\udc80-\udcff]/u;

/** The text of a name's bytes. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)));
    text +=
      length === undefined
        ? String.fromCharCode(firstByte + bytes[at]!)
        : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** A path for the functions of `fs`: the text itself, or its bytes where the text stands for some that are not UTF-8. */
export function bytesOf(file: string): string | Buffer {
  if (!escaped.test(file)) return file;
  const parts = Array.from(file, (character) =>
    escaped.test(character) ? Buffer.of(character.charCodeAt(0) - firstByte) : Buffer.from(character),
  );
  return Buffer.concat(parts);
}

/** The path without links. @throws the error of the file system where there is no such file. */
export function realPath(file: string): string {
  return nameOf(fs.realpathSync.native(bytesOf(file), 'buffer'));
}

/** What lies in a folder: names as `nameOf` gives them. */
export function entriesOf(dir: string): { name: string; entry: fs.Dirent<Buffer> }[] {
  const entries = fs.readdirSync(bytesOf(dir), { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => ({ name: nameOf(entry.name), entry }));
}
