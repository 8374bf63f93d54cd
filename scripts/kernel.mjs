/**
 * `npm run kernel:install` and `npm run kernel:uninstall`, for people who start their own JupyterLab or VS Code.
 * After `--`: `--user` (the default) or `--prefix=DIR`, and `--name=NAME`.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installKernel, uninstallKernel } from './kernel/install.mjs';
import { makeContext } from './setup/context.mjs';
import { setup } from './setup.mjs';

try {
  const { command, options } = readArguments(process.argv.slice(2));
  if (command === 'install') await setup();
  (command === 'install' ? installKernel : uninstallKernel)(makeContext(), options);
} catch (error) {
  console.error(error.name === 'SetupError' || error.name === 'UsageError' ? error.message : error);
  process.exitCode = error.name === 'UsageError' ? 2 : 1;
}

function readArguments(args) {
  const string = { type: 'string' };
  const options = { user: { type: 'boolean' }, prefix: string, name: string };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length !== 1 || !['install', 'uninstall'].includes(positionals[0]))
      throw new Error(`expected install or uninstall, found ${positionals.join(' ') || 'nothing'}.`);
    if (values.user && values.prefix) throw new Error('expected --user or --prefix, found both.');
    if (values.prefix === '') throw new Error('--prefix: expected a folder, found nothing.');
    if (values.name !== undefined && !/^[a-z0-9._-]+$/i.test(values.name))
      throw new Error(
        `--name: expected letters, digits, '.', '_', '-', found ${JSON.stringify(values.name)}.`,
      );
    // `npm run` goes to the project's folder first; INIT_CWD is where it was called.
    const prefix = values.prefix && path.resolve(process.env.INIT_CWD ?? '.', values.prefix);
    return { command: positionals[0], options: { prefix, name: values.name } };
  } catch (error) {
    const usage = '`npm run kernel:install -- [--user | --prefix=DIR] [--name=NAME]`, or kernel:uninstall';
    throw Object.assign(new Error(`kernel: ${error.message} It goes: ${usage}.`), { name: 'UsageError' });
  }
}
