/** The decoder of photos as one file, for programs that have none of this package. */
import fs from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';

const distances = `
export { distancesTo } from './numerics/familiar-rows';
`;
const decoder = `
export { decodePhoto } from './images/decode-photo';
export { resizePhoto } from './images/resize-photo';
${distances}`;
const resizing = `
export { centralPart } from './images/central-part';
export { resizePhoto } from './images/resize-photo';
`;

/** Writes `decodePhoto`, `resizePhoto` and `distancesTo` with all that they need, but for `sharp`, into a CommonJS file. */
export function writeDecoder(file: string): void {
  writeBundle(file, {
    stdin: inSource(decoder),
    platform: 'node',
    target: 'node20',
    external: ['sharp'],
  });
}

/** Writes `resizePhoto` and `centralPart` into a script for browsers, where they are `resizing.resizePhoto` and so on. */
export function writeResizing(file: string): void {
  writeBrowserScript(file, { contents: resizing, globalName: 'resizing' });
}

/** Writes `distancesTo` into a script for browsers, where it is `distances.distancesTo`. */
export function writeDistances(file: string): void {
  writeBrowserScript(file, { contents: distances, globalName: 'distances' });
}

function writeBrowserScript(
  file: string,
  { contents, globalName }: { contents: string; globalName: string },
): void {
  writeBundle(file, {
    ...{ stdin: inSource(contents), platform: 'browser', format: 'iife', globalName, target: 'es2022' },
  });
}

/** A file of `src/` with these contents, were it there. */
function inSource(contents: string) {
  return { contents, resolveDir: path.resolve(__dirname, '..') };
}

function writeBundle(file: string, options: BuildOptions): void {
  // Loaded when it is needed: an export is rare.
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({ ...options, bundle: true, write: false, legalComments: 'none' });
  fs.writeFileSync(file, outputFiles[0]!.contents);
}
