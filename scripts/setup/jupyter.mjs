/** How Jupyter is run: everything that it reads and writes lies in the project's folder. */
import path from 'node:path';
import { placeOf, projectRoot } from './context.mjs';
import { pythonEnvironment, venvPython as pythonOf } from './interpreter.mjs';

/** The interpreter of the project's `.venv`, absolute. */
export function venvPython(root = projectRoot) {
  return pythonOf(root);
}

/**
 * The environment for JupyterLab, nbclient and nbconvert, and so for the kernels that they start.
 * @param {object} [options]
 * @param {string} [options.root] the project's folder
 * @param {NodeJS.ProcessEnv} [options.env] what it is built upon
 * @param {string} [options.cwd] the folder that a relative `LITTLE_DATA_PHOTOS` is taken from
 * @returns {NodeJS.ProcessEnv}
 */
export function jupyterEnvironment({ root = projectRoot, env = process.env, cwd = process.cwd() } = {}) {
  const below = (...parts) => path.join(root, '.jupyter', ...parts);
  const environment = {
    ...pythonEnvironment(env),
    // The kernel's argv says `node`: it is to be the Node that runs this.
    PATH: [path.dirname(process.execPath), env.PATH].filter(Boolean).join(path.delimiter),
    JUPYTER_PATH: below(),
    JUPYTER_CONFIG_DIR: below('config'),
    JUPYTER_DATA_DIR: below('data'),
    JUPYTER_RUNTIME_DIR: below('runtime'),
    JUPYTERLAB_SETTINGS_DIR: below('lab', 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: below('lab', 'workspaces'),
    IPYTHONDIR: below('ipython'),
    // JupyterLab's language server support asks npm for its folders, and npm writes a log.
    npm_config_cache: path.join(root, '.cache', 'npm'),
  };
  if (env.LITTLE_DATA_PHOTOS) environment.LITTLE_DATA_PHOTOS = placeOf(env.LITTLE_DATA_PHOTOS, cwd);
  return environment;
}

/**
 * What follows `python` to start JupyterLab on the notebooks.
 * @param {string[]} [more] arguments that win over these
 * @param {{ root?: string }} [options] the project's folder
 */
export function labArguments(more = [], { root = projectRoot } = {}) {
  const own = [
    `--ServerApp.root_dir=${path.join(root, 'notebooks')}`,
    // Ctrl-C stops it without a question.
    '--ServerApp.answer_yes=True',
    // In a container everything runs as root; the server is still behind loopback and its token.
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ];
  // Jupyter refuses an option that is given twice.
  const named = new Set(more.map((argument) => argument.split('=')[0]));
  return ['-m', 'jupyterlab', ...own.filter((argument) => !named.has(argument.split('=')[0])), ...more];
}
