/** The decoder of photos as one file, for programs that have none of this package. */
import fs from 'node:fs';
import path from 'node:path';

const entry = `
export { decodePhoto } from './images/decode-photo';
export { resizePhoto } from './images/resize-photo';
`;

/** Writes `resizePhoto` into a script for browsers, where it is `resizing.resizePhoto`. */
export function writeResizing(file: string): void {
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [path.resolve(__dirname, '..', 'images', 'resize-photo.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'resizing',
    target: 'es2022',
    legalComments: 'none',
  });
  fs.writeFileSync(file, outputFiles[0]!.contents);
}

/** Writes `decodePhoto` and `resizePhoto` with all that they need, but for `sharp`, into a CommonJS file. */
export function writeDecoder(file: string): void {
  // Loaded when it is needed: an export is rare.
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    stdin: { contents: entry, resolveDir: path.resolve(__dirname, '..') },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    external: ['sharp'],
    legalComments: 'none',
  });
  fs.writeFileSync(file, outputFiles[0]!.contents);
}
