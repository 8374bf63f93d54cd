/** Step 2: the packages of `package-lock.json` in `node_modules/`. */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from './context.mjs';
import { readJson, replaceFolder, restoreFolder, sha256, withWorkFolder, writeJson } from './files.mjs';

const stampName = '.little-data.json';

/**
 * Runs `npm ci` unless `node_modules` was made from this `package-lock.json` for this kind of machine.
 * npm works in a folder of its own below `.cache/`, since it would first delete the `node_modules` that is there.
 */
export async function installPackages(context) {
  const { root, cache, env, log, node, run } = context;
  const lockfile = path.join(root, 'package-lock.json');
  if (!fs.existsSync(lockfile))
    throw new SetupError(
      `${lockfile} is missing.`,
      'Get it back with `git checkout -- package-lock.json` and start again.',
    );
  const wanted = {
    lockfile: sha256(fs.readFileSync(lockfile)),
    platform: node.platform,
    arch: node.arch,
  };
  const stampFile = path.join(root, 'node_modules', stampName);
  const isCurrent = () =>
    JSON.stringify(readJson(stampFile)) === JSON.stringify(wanted) && missingPackage(root) === undefined;

  restoreFolder(context, 'node_modules', isCurrent());
  if (isCurrent()) return { did: false, summary: 'packages' };
  if (isInstalled(root, node)) {
    writeJson(stampFile, wanted);
    return { did: false, summary: 'packages' };
  }

  log('  packages: installing what package-lock.json names into node_modules (`npm ci`) ...');
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const { npm_config_local_prefix: _, ...npmEnv } = env;
  try {
    await withWorkFolder(context, async (work) => {
      for (const name of ['package.json', 'package-lock.json', '.npmrc'])
        if (fs.existsSync(path.join(root, name)))
          fs.copyFileSync(path.join(root, name), path.join(work, name));
      await run('npm', [...args, '--prefer-offline', '--cache', path.join(cache, 'npm')], {
        cwd: work,
        env: npmEnv,
        timeout: 30 * 60_000,
      });
      const missing = missingPackage(work);
      if (missing) throw new Error(`npm ended without ${missing}`);
      const made = path.join(work, 'node_modules');
      writeJson(path.join(made, stampName), wanted);
      replaceFolder(context, 'node_modules', made);
    });
  } catch (error) {
    if (error.reason === 'interrupted') throw error;
    const kept = fs.existsSync(path.join(root, 'node_modules'))
      ? ' The earlier node_modules was left as it is.'
      : '';
    throw new SetupError(
      `\`npm ci\` failed: ${error.message}.${kept}${error.output ? `\n${error.output}\n` : ''}`,
      error.reason === 'missing'
        ? 'Install npm (it comes with Node; on Debian and Ubuntu: `sudo apt install npm`) and start again.'
        : 'See whether this machine reaches the npm registry (`npm ping`) and has 1 GB of free disk, then start again.',
    );
  }
  return { did: true, summary: 'installed' };
}

/**
 * What is missing of the packages that npm has noted in `node_modules/` of a folder: a path, or `undefined`.
 * @param {string} folder
 */
export function missingPackage(folder) {
  const note = path.join('node_modules', '.package-lock.json');
  const packages = readJson(path.join(folder, note))?.packages;
  if (!packages) return note;
  return Object.keys(packages)
    .map((name) => path.join(name, 'package.json'))
    .find((file) => !fs.existsSync(path.join(folder, file)));
}

/** Whether npm itself has noted that node_modules holds just what the lockfile asks for on this platform. */
function isInstalled(root, { platform, arch }) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages ?? {};
  const found = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!found) return false;
  const fits = (list, value) => !list || list.includes(value);
  for (const [name, entry] of Object.entries(found)) {
    const same = wanted[name];
    if (same?.version !== entry.version || same?.integrity !== entry.integrity) return false;
    if (!fits(entry.os, platform) || !fits(entry.cpu, arch)) return false;
  }
  if (missingPackage(root)) return false;
  return Object.entries(wanted).every(([name, entry]) => name === '' || entry.optional || found[name]);
}
