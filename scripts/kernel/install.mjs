/** The kernel for a JupyterLab or VS Code that people start themselves. */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from '../setup/context.mjs';
import { writeJson } from '../setup/files.mjs';
import { kernelspec } from '../setup/kernelspec.mjs';
import { installedKernels, kernelIn, mark } from './find.mjs';
import { kernelsFolder, otherKernelFolders } from './places.mjs';

/** What the notebooks name, so that they open with it without a question. */
const usualName = 'tslab';
/** How the project's own kernelspec, which lies in it, names the project's folder. */
const inProject = '{resource_dir}/../../../';

/**
 * Writes the kernelspec with absolute paths: of this Node, of this project.
 * @param {{ root: string, env: NodeJS.ProcessEnv, node: { platform: string, execPath: string }, log: (line: string) => void }} context
 * @param {{ prefix?: string, name?: string }} [options] `prefix`: its `share/jupyter/kernels`, instead of the user's folder
 * @throws {SetupError} where a kernel of that name is there that is somebody else's
 */
export function installKernel({ root, env, node, log }, { prefix, name = usualName } = {}) {
  const { platform } = node;
  const folder = path.join(kernelsFolder({ env, platform, prefix }), name);
  const found = kernelIn(folder);
  if (found && found.project === undefined)
    throw new SetupError(
      `There is a kernel of the name ${name} already, in ${folder}, which this project has not written. It was left as it is.`,
      `Take another name: \`npm run kernel:install -- --name=little-data\`, and choose "${kernelspec.display_name}" in the notebook's kernel menu.`,
    );
  if (found && found.project !== root) log(`It takes the place of the kernel of ${found.project}.`);
  writeJson(path.join(folder, 'kernel.json'), specFor(root, node.execPath));
  log(`Written: ${path.join(folder, 'kernel.json')}`);
  log(`         the kernel "${kernelspec.display_name}", named ${name}, for notebooks in ${root}.`);
  for (const other of otherKernelFolders({ env, platform })) {
    const hidden = path.join(other, name);
    if (hidden !== folder && fs.existsSync(hidden))
      log(`         Jupyter has another one of this name in ${hidden}; that of the user comes first.`);
  }
  if (name !== usualName)
    log(
      `         The notebooks ask for ${usualName}: choose "${kernelspec.display_name}" in their kernel menu.`,
    );
  log(`Undo:    npm run kernel:uninstall${prefix ? ` -- --prefix=${path.resolve(prefix)}` : ''}`);
}

/** Removes the kernelspecs that `installKernel` has written for this project, or for one that is gone. */
export function uninstallKernel({ root, env, node, log }, { prefix, name } = {}) {
  const kernels = kernelsFolder({ env, platform: node.platform, prefix });
  const wanted = installedKernels(kernels).filter(({ folder }) => !name || path.basename(folder) === name);
  let removed = 0;
  for (const { folder, project } of wanted) {
    if (project !== root && fs.existsSync(project)) {
      log(`Left:    ${folder} is for ${project}: run \`npm run kernel:uninstall\` there.`);
      continue;
    }
    fs.rmSync(path.join(folder, 'kernel.json'));
    const rest = fs.readdirSync(folder);
    if (rest.length === 0) fs.rmdirSync(folder);
    log(
      rest.length === 0
        ? `Removed: ${folder}`
        : `Removed: ${path.join(folder, 'kernel.json')}; ${rest.join(', ')} beside it is yours.`,
    );
    removed++;
  }
  if (removed === 0) log(`Nothing to remove: no kernel of this project is in ${kernels}.`);
}

function specFor(root, execPath) {
  const absolute = (part) => path.join(root, ...part.slice(inProject.length).split('/'));
  const argv = kernelspec.argv.map((part) =>
    part === 'node' ? execPath : part.startsWith(inProject) ? absolute(part) : part,
  );
  return {
    ...kernelspec,
    argv,
    metadata: { [mark]: { project: root, writtenBy: 'npm run kernel:install' } },
  };
}
