/** The kernel: seen by the project's JupyterLab, and by a person's own one where `npm run kernel:install` was run. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installedKernels } from '../kernel/find.mjs';
import { kernelsFolder } from '../kernel/places.mjs';
import { readJson } from '../setup/files.mjs';
import { venvPython } from '../setup/interpreter.mjs';
import { foreignLine, jupyterEnvironment } from '../setup/jupyter.mjs';
import { kernelspec } from '../setup/kernelspec.mjs';
import { note, ok, shown, wrong } from './context.mjs';

/** `jupyter kernelspec list` of the project's JupyterLab has the project's kernel. */
export async function checkKernel({ root, env, node, cwd, run }) {
  const folder = path.join(root, '.jupyter', 'kernels', 'tslab');
  if (JSON.stringify(readJson(path.join(folder, 'kernel.json'))) !== JSON.stringify(kernelspec))
    return note(
      `${shown(root, path.join(folder, 'kernel.json'))} is missing or was changed`,
      '`npm run setup` writes it anew.',
    );
  const python = venvPython(root, node.platform);
  if (!fs.existsSync(python)) return note('JupyterLab is not there yet', '`npm run setup` installs it.');
  let found;
  try {
    const { stdout } = await run(python, ['-I', '-m', 'jupyter_client.kernelspecapp', 'list', '--json'], {
      cwd: root,
      env: jupyterEnvironment({ root, env, cwd }),
      timeout: 60_000,
    });
    found = JSON.parse(stdout).kernelspecs.tslab?.resource_dir;
  } catch (error) {
    return wrong(
      `JupyterLab's kernels can't be listed: ${error.message}`,
      'Delete .venv and run `npm run setup`.',
    );
  }
  if (found && fs.existsSync(found) && fs.realpathSync(found) === fs.realpathSync(folder))
    return ok(`JupyterLab sees the kernel "${kernelspec.display_name}" in ${shown(root, folder)}`);
  return wrong(
    found ? `JupyterLab takes its kernel tslab from ${found}` : "JupyterLab doesn't see the kernel tslab",
    'Delete .jupyter/config and .jupyter/data, and run `npm run setup`.',
  );
}

/** The tslab that is installed is the one that the kernel's patches were written for. */
export async function checkTslab({ root }) {
  const converter = path.join(root, 'node_modules', 'tslab', 'dist', 'converter.js');
  if (!fs.existsSync(converter)) return note('tslab is not there yet', '`npm run setup` installs it.');
  try {
    createRequire(import.meta.url)('../../src/kernel/patch-tslab.cjs').patched(
      fs.readFileSync(converter, 'utf8'),
    );
    return ok('tslab is the version that the kernel builds upon');
  } catch (error) {
    return wrong(error.message, 'Delete node_modules and run `npm run setup`.');
  }
}

/** Variables that change Jupyter's settings, and don't reach the project's. */
export async function checkJupyterVariables({ env }) {
  const line = foreignLine(env);
  return line ? note(line, 'Nothing to do.') : ok("no variables of Jupyter's are set");
}

/** A kernel that was installed for a person's own Jupyter still finds the project and its Node. */
export async function checkInstalledKernel({ root, env, node }) {
  const kernels = installedKernels(kernelsFolder({ env, platform: node.platform }));
  if (kernels.length === 0)
    return ok('not installed for a JupyterLab of your own (`npm run kernel:install` does that)');
  for (const { folder, spec } of kernels) {
    const gone = spec.argv.filter((part) => path.isAbsolute(part)).find((file) => !fs.existsSync(file));
    if (gone)
      return note(
        `the kernel in ${folder} needs ${gone}, which is gone`,
        'Run `npm run kernel:install` again, or `npm run kernel:uninstall`.',
      );
  }
  const places = kernels.map(({ folder, project }) =>
    project === root ? folder : `${folder} (for ${project})`,
  );
  return ok(`installed for your own Jupyter in ${places.join(', ')}`);
}
