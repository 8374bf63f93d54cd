/** `npm run lab`: the set-up, then JupyterLab on the notebooks. What follows `--` goes to JupyterLab. */
import { spawn } from 'node:child_process';
import { foreignLine, jupyterEnvironment, labArguments, labNotes, venvPython } from './setup/jupyter.mjs';
import { setup } from './setup.mjs';

try {
  await setup();
} catch (error) {
  console.error(error.name === 'SetupError' ? error.message : error);
  process.exit(1);
}

const more = process.argv.slice(2);
for (const line of [foreignLine(), ...labNotes(more)]) if (line) console.log(line);
const lab = spawn(venvPython(), labArguments(more), {
  env: jupyterEnvironment(),
  stdio: 'inherit',
});
// In a terminal Ctrl-C reaches JupyterLab by itself, which ends its kernels; this process waits for it.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) lab.kill('SIGINT');
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => lab.kill('SIGTERM'));
lab.on('error', (error) => {
  console.error(`JupyterLab could not be started: ${error.message}. Delete .venv and start again.`);
  process.exitCode = 1;
});
lab.on('close', (code, signal) => {
  process.exitCode = signal ? 0 : (code ?? 1);
});
