/** The decoder of photos as one file, for programs that have none of this package. */
import fs from 'node:fs';
import path from 'node:path';

const entry = `
export { decodePhoto } from './images/decode-photo';
export { resizeNearest } from './images/resize-nearest';
`;

/** Writes `decodePhoto` and `resizeNearest` with all that they need, but for `sharp`, into a CommonJS file. */
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
