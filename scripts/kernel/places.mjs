/** Where Jupyter looks for kernels, as jupyter_core's `paths.py` decides it. */
import path from 'node:path';

/**
 * The folder for kernelspecs below `prefix`, or in Jupyter's data folder of this user. Absolute.
 * @param {{ env: NodeJS.ProcessEnv, platform: string, prefix?: string }} options
 */
export function kernelsFolder({ env, platform, prefix }) {
  if (prefix) return path.resolve(prefix, 'share', 'jupyter', 'kernels');
  return path.resolve(userData(env, platform), 'kernels');
}

/** Other folders with kernelspecs, of which those of the user come first in Jupyter. */
export function otherKernelFolders({ env, platform }) {
  const prefixes = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter(Boolean);
  const system = platform === 'win32' ? [] : [path.join('/usr', 'local'), '/usr'];
  const shared = [...prefixes, ...system].map((prefix) => path.join(prefix, 'share', 'jupyter'));
  if (platform === 'win32' && env.PROGRAMDATA) shared.push(path.join(env.PROGRAMDATA, 'jupyter'));
  return shared.map((folder) => path.join(folder, 'kernels'));
}

function userData(env, platform) {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || '';
  const isOn = (value) =>
    value !== undefined && !['', '0', 'n', 'no', 'off', 'f', 'false'].includes(value.toLowerCase());
  const platformFolders = isOn(env.JUPYTER_PLATFORM_DIRS);
  if (platform === 'darwin')
    return platformFolders
      ? path.join(home, 'Library', 'Application Support', 'Jupyter')
      : path.join(home, 'Library', 'Jupyter');
  if (platform === 'win32') {
    if (platformFolders) return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'jupyter');
    return env.APPDATA
      ? path.join(env.APPDATA, 'jupyter')
      : path.join(env.JUPYTER_CONFIG_DIR || path.join(home, '.jupyter'), 'data');
  }
  return path.join(env.XDG_DATA_HOME || path.join(home, '.local', 'share'), 'jupyter');
}
