/** How Jupyter is run: everything that it reads and writes lies in the project's folder. */
import path from 'node:path';
import { placeOf, projectRoot } from './context.mjs';
import { pythonEnvironment, venvPython as pythonOf } from './interpreter.mjs';

/** The interpreter of the project's `.venv`, absolute. */
export function venvPython(root = projectRoot) {
  return pythonOf(root);
}

/** Variables by which somebody else's settings would reach Jupyter, its server's security among them. */
const foreign =
  /^(JUPYTER|IPYTHON|JPY_|JPBLD_|JP_LSP_|JLSP_|NBCONVERT|NBFORMAT|KERNEL_|GATEWAY_|TRAITLETS_|_ARGCOMPLETE$)/i;

/** The names of the variables that `jupyterEnvironment` leaves out, or gives values of its own. */
export function foreignVariables(env = process.env) {
  return Object.keys(env).filter((name) => foreign.test(name));
}

/** A line on them for the reader, or `undefined` where there are none. */
export function foreignLine(env = process.env) {
  const names = foreignVariables(env);
  if (names.length === 0) return undefined;
  return `Not passed on: ${names.join(', ')}. This project's Jupyter takes its settings from .jupyter/ and from arguments.`;
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
    ...Object.fromEntries(foreignVariables(env).map((name) => [name, undefined])),
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

/** Short names of JupyterLab's options. */
const aliases = { ip: 'ServerApp.ip', 'notebook-dir': 'ServerApp.root_dir' };
const identity = 'ServerApp.identity_provider_class';

/**
 * What follows `python` to start JupyterLab on the notebooks. Arguments win over every configuration, that of the
 * system's administrator too: the server listens on this computer alone, and asks for the token that `lab.py` makes.
 * @param {string[]} [more] arguments that win over these
 * @param {{ root?: string }} [options] the project's folder
 */
export function labArguments(more = [], { root = projectRoot } = {}) {
  const own = {
    'ServerApp.root_dir': path.join(root, 'notebooks'),
    'ServerApp.ip': '127.0.0.1',
    'ServerApp.allow_remote_access': 'False',
    'ServerApp.allow_origin': '',
    'ServerApp.allow_origin_pat': '',
    'ServerApp.disable_check_xsrf': 'False',
    [identity]: '__main__.OwnToken',
    // Of the class that is used: settings of the class above it would give way to a configuration.
    'ServerKernelManager.ip': '127.0.0.1',
    // The address, and what goes wrong.
    'Application.log_level': 'ERROR',
    'Application.log_format': '%(message)s',
    // Ctrl-C stops it without a question.
    'ServerApp.answer_yes': 'True',
  };
  const given = optionsIn(more);
  // Jupyter refuses an option that is given twice.
  for (const name of given.keys()) delete own[name];
  if (ownIdentity(given)) {
    delete own[identity];
    // Only the address with a token that was made here is told as more than information.
    delete own['Application.log_level'];
  }
  return [
    ...['-I', path.join(import.meta.dirname, '..', 'lab.py')],
    ...Object.entries(own).map(([name, value]) => `--${name}=${value}`),
    // In a container everything runs as root; the server is still behind loopback and its token.
    ...(process.getuid?.() === 0 && !given.has('allow-root') ? ['--allow-root'] : []),
    ...more,
  ];
}

/** What the reader's own arguments mean for the server's safety: a line each. */
export function labNotes(more = []) {
  const given = optionsIn(more);
  const notes = [];
  const ip = given.get('ServerApp.ip');
  if (ip !== undefined && !['127.0.0.1', 'localhost', '::1'].includes(ip))
    notes.push(
      `JupyterLab listens on ${ip}, as you asked: whoever reaches this computer there and has the token can run programs as you.`,
    );
  const name = ownIdentity(given);
  if (name)
    notes.push(`JupyterLab lets in whom --${name} lets in, as you asked: no token is made at this start.`);
  return notes;
}

/** Options by their long names: `--name=value`, `--name value`, `--name`. */
function optionsIn(args) {
  const options = new Map();
  for (const [i, argument] of args.entries()) {
    const [, name, value] = /^--([^=]+)=?(.*)$/s.exec(argument) ?? [];
    if (!name) continue;
    const next = args[i + 1];
    const isApart = !argument.includes('=') && next !== undefined && !next.startsWith('-');
    options.set(aliases[name] ?? name, isApart ? next : value);
  }
  return options;
}

/** The option, of those given, that says who may come in. */
function ownIdentity(given) {
  return [...given.keys()].find(
    (name) => name === identity || /\.(token|password|hashed_password)$/.test(name),
  );
}
