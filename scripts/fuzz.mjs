/**
 * `npm run fuzz -- --minutes 10`: reads damaged pictures, `.h5`, `.npy` and `.zip` files, and compares what is read with
 * Pillow, h5py, NumPy and Python's zipfile. `--seed N` makes other files; `--only npy` reads one kind.
 */
import { spawnSync } from 'node:child_process';
import { projectRoot } from './setup/context.mjs';

const words = [
  '--conditions=little-data-source',
  '--require',
  './src/kernel/preload.cjs',
  'test/fuzz/run.ts',
];
const { status } = spawnSync(process.execPath, [...words, ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: 'inherit',
  env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
});
process.exitCode = status ?? 1;
