/** Which Python is run, and with which environment. */
import path from 'node:path';
import { SetupError } from './context.mjs';

/** The interpreter of the project's `.venv`. */
export function venvPython(root, platform = process.platform) {
  return pythonIn(path.join(root, '.venv'), platform);
}

/** The interpreter of an environment. */
export function pythonIn(folder, platform = process.platform) {
  return platform === 'win32'
    ? path.join(folder, 'Scripts', 'python.exe')
    : path.join(folder, 'bin', 'python');
}

/** The environment without the variables that would lead a Python program out of `.venv`. */
export function pythonEnvironment(env) {
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...rest } = env;
  return { ...rest, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PIP_NO_CACHE_DIR: '1' };
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
      run(command[0], [...command.slice(1), '-I', '-c', code], {
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
