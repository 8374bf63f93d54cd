/** Kernelspecs that `npm run kernel:install` has written, told from others by a mark in their metadata. */
import fs from 'node:fs';
import path from 'node:path';
import { readJson } from '../setup/files.mjs';

/** The key in a kernelspec's metadata; its value names the project's folder. */
export const mark = 'little-data';

/** The kernelspec in `folder`: `undefined` where there is none; `project` is missing where it isn't ours. */
export function kernelIn(folder) {
  if (!fs.existsSync(folder)) return undefined;
  const spec = readJson(path.join(folder, 'kernel.json'));
  const project = spec?.metadata?.[mark]?.project;
  return {
    folder,
    spec,
    project: typeof project === 'string' && path.isAbsolute(project) ? project : undefined,
  };
}

/** All of ours in a folder of kernelspecs. */
export function installedKernels(kernels) {
  if (!fs.existsSync(kernels)) return [];
  return fs
    .readdirSync(kernels)
    .map((name) => kernelIn(path.join(kernels, name)))
    .filter(({ project }) => project !== undefined);
}
