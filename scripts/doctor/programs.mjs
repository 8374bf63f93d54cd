/** Node, npm, Python: the programs that must be there before anything else. */
import fs from 'node:fs';
import path from 'node:path';
import { clusterVenv } from '../setup/cluster.mjs';
import { findPython, pythonEnvironment, venvPython } from '../setup/interpreter.mjs';
import { checkNode } from '../setup/node.mjs';
import { checkPlace } from '../setup/place.mjs';
import { isVenvCurrent, verifyVenv } from '../setup/venv.mjs';
import { note, ok, wrong } from './context.mjs';

const tried = [20, 22, 24];

/** A path of the project without characters that break the notebooks. */
export async function checkPlaceOfProject(context) {
  try {
    checkPlace(context);
    return ok(context.root);
  } catch (error) {
    return wrong(error.happened, error.next);
  }
}

/** Node 20.19 or newer, of a version that was tried. */
export async function checkNodeVersion(context) {
  try {
    await checkNode(context);
  } catch (error) {
    return wrong(error.happened, error.next);
  }
  const { version, execPath } = context.node;
  const found = `Node ${version} (${execPath})`;
  if (tried.includes(Number(version.split('.')[0]))) return ok(found);
  return note(
    `${found}, which was never tried`,
    'Node 20, 22 and 24 were: take one of them where something fails.',
  );
}

/** npm, which every command of the project is started with. */
export async function checkNpm({ root, env, run }) {
  try {
    const { stdout } = await run('npm', ['--version'], { cwd: root, env, timeout: 60_000 });
    return ok(`npm ${stdout.trim()}`);
  } catch (error) {
    return wrong(
      `npm can't be run: ${error.message}`,
      'Install it: it comes with Node; on Debian and Ubuntu `sudo apt install npm`.',
    );
  }
}

/** `.venv` with JupyterLab, each file of its packages as it was installed; or else a Python that can make it. */
export async function checkPython(context) {
  const { root, env, node, run } = context;
  const python = venvPython(root, node.platform);
  const code =
    "import sys, jupyterlab, nbclient; print('.'.join(map(str, sys.version_info[:3])), jupyterlab.__version__)";
  let reason = 'there is no .venv yet';
  if (fs.existsSync(python)) {
    try {
      const options = { cwd: root, env: pythonEnvironment(env), timeout: 60_000 };
      const [version, lab] = (await run(python, ['-I', '-c', code], options)).stdout.trim().split(' ');
      const requirements = path.join(root, 'scripts', 'requirements.txt');
      await verifyVenv(context, { folder: path.join(root, '.venv'), requirements });
      return ok(`Python ${version} with JupyterLab ${lab} in .venv`);
    } catch (error) {
      const said = error.output?.split('\n')[0];
      reason = `.venv can't be used: ${error.message}${said ? ` (${said})` : ''}`;
    }
  }
  try {
    const command = await findPython(context);
    return note(
      `${reason}; \`${command.join(' ')}\` can make it`,
      reason.includes('yet') ? '`npm run setup` does.' : 'Delete .venv and run `npm run setup`.',
    );
  } catch (error) {
    return wrong(`${reason}. ${error.happened}`, error.next);
  }
}

/** Dask's environment, which only `npm run setup -- --cluster` makes: all is well without it. */
export async function checkCluster(context) {
  const venv = clusterVenv(context.root);
  const next = '`npm run setup -- --cluster` makes it anew.';
  if (!fs.existsSync(path.join(context.root, venv.name)))
    return ok('no Dask: one machine computes features; `npm run setup -- --cluster` installs it');
  if (!isVenvCurrent(context, venv))
    return note(`${venv.name} is not what scripts/requirements-cluster.txt pins`, next);
  try {
    await verifyVenv(context, {
      folder: path.join(context.root, venv.name),
      requirements: venv.requirements,
    });
  } catch (error) {
    return note(
      `a file in ${venv.name} differs from what was installed: ${error.output || error.message}`,
      next,
    );
  }
  return ok('Dask, for features on several machines');
}
