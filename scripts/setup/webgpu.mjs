/** Step 5: WebGPU for graphics cards, from the package `webgpu`, which may be missing: the processor does without. */
import fs from 'node:fs';
import path from 'node:path';
import { folderSize } from './files.mjs';

/** The folder of the package's binary for this machine. */
export function webgpuBinary({ root, node }) {
  const arch = node.platform === 'darwin' ? 'universal' : node.arch;
  return path.join(root, 'node_modules', 'webgpu', 'dist', `${node.platform}-${arch}`);
}

/** Of the binaries in the package, keeps this machine's alone: all of them together take 130 MB. */
export async function keepWebgpuBinary(context) {
  const own = webgpuBinary(context);
  const folder = path.dirname(own);
  const others = fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((name) => name !== path.basename(own))
    : [];
  const summary = fs.existsSync(own) ? 'WebGPU' : 'no WebGPU (networks run on the processor)';
  if (others.length === 0) return { did: false, summary };
  const bytes = others.reduce((sum, name) => sum + folderSize(path.join(folder, name)), 0);
  for (const name of others) fs.rmSync(path.join(folder, name), { recursive: true });
  return { did: true, summary: `${summary}; removed ${Math.round(bytes / 1e6)} MB for other systems` };
}
