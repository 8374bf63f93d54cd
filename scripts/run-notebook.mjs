/** Executes a notebook under the tslab kernel, in the project's own Jupyter. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from './setup/context.mjs';
import { foreignLine, jupyterEnvironment, venvPython } from './setup/jupyter.mjs';
import { passOnWithoutTensorflowLog } from './without-tensorflow-log.mjs';

/**
 * Runs all cells, prints the sections' titles and how far long work is, and writes the executed notebook, and an HTML page where `html` is given.
 * Rejects where a cell fails, or anything outside a cell; what was executed until then is written all the same.
 * @param {string} notebook path of the `.ipynb` file
 * @param {{ output: string, html?: string, env?: NodeJS.ProcessEnv, stdio?: 'inherit' | 'pipe' }} options
 * @returns {Promise<string>} what was printed, where `stdio` is `'pipe'`
 */
export function runNotebook(notebook, { output, html, env = process.env, stdio = 'inherit' }) {
  const script = path.join(projectRoot, 'scripts', 'run_notebook.py');
  const args = ['-I', script, notebook, output, ...(html ? ['--html', html] : [])];
  const line = foreignLine(env);
  if (line && stdio === 'inherit') console.log(line);
  const child = spawn(venvPython(), args, {
    env: { ...jupyterEnvironment({ env }), LITTLE_DATA_STRICT: '1' },
    stdio: ['ignore', stdio, 'pipe'],
  });
  let printed = '';
  if (stdio === 'inherit') passOnWithoutTensorflowLog(child.stderr, process.stderr);
  else
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        printed += data;
      });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else
        reject(
          Object.assign(new Error(`${path.basename(notebook)} failed.${printed ? `\n${printed}` : ''}`), {
            name: 'NotebookError',
          }),
        );
    });
  });
}

/** All that the cells of an executed notebook printed, as one text. */
export function printedBy(notebook) {
  return notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => [output.text ?? []].flat().join(''))
    .join('');
}
