/** Step 3: the Python environment `.venv` with JupyterLab, exactly as `scripts/requirements.txt` pins it. */
import path from 'node:path';
import { completeVenv } from './venv.mjs';

/** Makes `.venv` unless the one that is there was completed, from the same pins, in the same place, and lacks nothing. */
export async function installPython(context) {
  const requirements = path.join(context.root, 'scripts', 'requirements.txt');
  return completeVenv(context, {
    venv: { name: '.venv', requirements },
    step: 'python',
    holds: 'JupyterLab, the packages of scripts/requirements.txt',
    summary: 'Python',
  });
}
