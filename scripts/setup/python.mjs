/** Step 3: the Python environment `.venv` with JupyterLab, exactly as `scripts/requirements.txt` pins it. */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from './context.mjs';
import { readJson, replaceFolder, restoreFolder, sha256, writeJson } from './files.mjs';

/** The interpreter of the project's `.venv`. */
export function venvPython(root, platform = process.platform) {
  return platform === 'win32'
    ? path.join(root, '.venv', 'Scripts', 'python.exe')
    : path.join(root, '.venv', 'bin', 'python');
}

/** The environment without the variables that would lead a Python program out of `.venv`. */
export function pythonEnvironment(env) {
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...rest } = env;
  return { ...rest, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PIP_NO_CACHE_DIR: '1' };
}

/** Makes `.venv` unless the one that is there was completed, from the same pins, in the same place. */
export async function installPython(context) {
  const { root, env, log, node, run } = context;
  const requirements = path.join(root, 'scripts', 'requirements.txt');
  const wanted = { requirements: sha256(fs.readFileSync(requirements)), root };
  const python = venvPython(root, node.platform);
  const stampFile = path.join(root, '.venv', '.little-data.json');
  const isCurrent = () => {
    const stamp = readJson(stampFile);
    return (
      stamp?.requirements === wanted.requirements &&
      stamp.root === root &&
      stamp.interpreter === interpreterOf(python)
    );
  };

  restoreFolder(context, '.venv', isCurrent());
  if (isCurrent()) return { did: false, summary: 'Python' };

  const base = await findPython(context);
  log('  python: making .venv with JupyterLab, the packages of scripts/requirements.txt ...');
  const options = { cwd: root, env: pythonEnvironment(env), timeout: 30 * 60_000 };
  try {
    await replaceFolder(context, '.venv', async () => {
      await run(base[0], [...base.slice(1), '-m', 'venv', '.venv'], options);
      await run(
        python,
        ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary', ':all:', '-r', requirements],
        options,
      );
      writeJson(stampFile, { ...wanted, interpreter: interpreterOf(python) });
    });
  } catch (error) {
    if (error.reason === 'interrupted') throw error;
    const kept = fs.existsSync(python) ? ' The earlier .venv was put back.' : '';
    throw new SetupError(
      `The Python environment could not be made: ${error.message}.${kept}${error.output ? `\n${error.output}\n` : ''}`,
      'See whether this machine reaches the Python package index (`python3 -m pip download six`) and has 500 MB of free disk, then start again.',
    );
  }
  return { did: true, summary: 'installed' };
}

/** The file behind the interpreter's links: another one after an upgrade of the system's Python. */
function interpreterOf(python) {
  try {
    return fs.realpathSync(python);
  } catch {
    return null;
  }
}

/** The command of a Python of 3.10 or newer that can make environments. */
export async function findPython({ env, node, run, root }) {
  const candidates = [
    ['python3'],
    ['python'],
    ...['3.13', '3.12', '3.11', '3.10'].map((v) => [`python${v}`]),
  ];
  if (node.platform === 'win32') candidates.unshift(['py', '-3']);
  const seen = [];
  for (const command of candidates) {
    const ask = (code) =>
      run(command[0], [...command.slice(1), '-c', code], {
        cwd: root,
        env: pythonEnvironment(env),
        timeout: 30_000,
      });
    let version;
    try {
      version = (await ask("import sys; print('.'.join(map(str, sys.version_info[:3])))")).stdout.trim();
    } catch (error) {
      if (error.reason === 'interrupted') throw error;
      continue;
    }
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major !== 3 || minor < 10) {
      seen.push(`${command.join(' ')} is ${version}`);
      continue;
    }
    try {
      await ask('import venv, ensurepip');
      return command;
    } catch {
      seen.push(`${command.join(' ')} (${version}) lacks its module venv or ensurepip`);
    }
  }
  throw new SetupError(
    `No Python of 3.10 or newer that can make environments was found${seen.length ? `: ${seen.join('; ')}` : ''}.`,
    'On Debian and Ubuntu: `sudo apt install python3 python3-venv`; on Fedora: `sudo dnf install python3`; on macOS: `brew install python`. Then start again.',
  );
}
