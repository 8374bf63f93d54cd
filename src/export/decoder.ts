/** The decoder of photos as one file, for programs that have none of this package. */
import fs from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const entry = `
export { decodePhoto } from './images/decode-photo';
export { resizeNearest } from './images/resize-nearest';
`;

/** Writes `decodePhoto` and `resizeNearest` with all that they need, but for `sharp`, into a CommonJS file. */
export function writeDecoder(file: string): void {
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
