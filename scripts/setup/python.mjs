/** Step 3: the Python environment `.venv` with JupyterLab, exactly as `scripts/requirements.txt` pins it. */
import path from 'node:path';
import { SetupError } from './context.mjs';
import { restoreFolder } from './files.mjs';
import { isVenvCurrent, makeVenv } from './venv.mjs';

/** Makes `.venv` unless the one that is there was completed, from the same pins, in the same place, and lacks nothing. */
export async function installPython(context) {
  const { root, log } = context;
  const venv = { name: '.venv', requirements: path.join(root, 'scripts', 'requirements.txt') };
  const isCurrent = isVenvCurrent(context, venv);
  restoreFolder(context, venv.name, isCurrent);
  if (isCurrent || isVenvCurrent(context, venv)) return { did: false, summary: 'Python' };
  log('  python: making .venv with JupyterLab, the packages of scripts/requirements.txt ...');
  try {
    await makeVenv(context, venv);
  } catch (error) {
    if (error.reason === 'interrupted' || error instanceof SetupError) throw error;
    throw new SetupError(
      `The Python environment could not be made: ${error.message}. An earlier .venv was left as it is.${error.output ? `\n${error.output}\n` : ''}`,
      'See whether this machine reaches the Python package index (`python3 -m pip download six`) and has 500 MB of free disk, then start again.',
    );
  }
  return { did: true, summary: 'installed' };
}
