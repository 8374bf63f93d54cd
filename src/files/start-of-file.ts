/** The first bytes of a file, which tell its kind. */
import fs from 'node:fs';

/** The first `length` bytes as latin1 text: one character per byte. A shorter file is filled up with NUL characters. */
export function startOfFile(file: string, length: number): string {
  const start = Buffer.alloc(length);
  const descriptor = fs.openSync(file, 'r');
  try {
    fs.readSync(descriptor, start);
  } finally {
    fs.closeSync(descriptor);
  }
  return start.toString('latin1');
}
