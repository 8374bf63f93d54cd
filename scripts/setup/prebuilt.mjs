/** The other way, tfjs-node's own: its install script fetches the C library and a prebuilt binding. */
import fs from 'node:fs';
import path from 'node:path';
import { folderSize } from './files.mjs';

/** So long without a byte means that the host can't be reached. */
const patience = 15_000;

/**
 * Runs tfjs-node's install script on a copy of the few files that it needs, so that a stop in the middle
 * leaves nothing half-written in node_modules. Fills `beside` with `lib/` and `deps/`.
 */
export async function fetchPrebuilt({ root, cache, env, log, node, run }, { packageFolder, beside }) {
  log(
    "  tensorflow: asking for tfjs-node's prebuilt library, which no hash checks (LITTLE_DATA_BACKEND=wasm does without it) ...",
  );
  fs.mkdirSync(beside, { recursive: true });
  for (const name of ['package.json', 'binding.gyp', 'scripts', 'binding'])
    fs.cpSync(path.join(packageFolder, name), path.join(beside, name), { recursive: true });
  const commands = path.join(root, 'node_modules', '.bin');
  try {
    await run(node.execPath, [path.join('scripts', 'install.js')], {
      cwd: beside,
      env: {
        ...env,
        PATH: [commands, env.PATH].join(path.delimiter),
        npm_config_devdir: path.join(cache, 'node-gyp'),
      },
      timeout: 15 * 60_000,
      stall: patience,
      progress: () => folderSize(beside),
    });
  } catch (error) {
    const said = error.output?.split('\n').find((line) => /^\w*Error\b/.test(line));
    error.message = error.message.replace(/^\S+/, 'its install script') + (said ? ` (${said})` : '');
    throw error;
  }
  const binding = path.join(beside, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (!fs.existsSync(binding)) throw new Error('its install script ended without a binding');
}
