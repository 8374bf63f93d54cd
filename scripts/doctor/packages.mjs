/** package-lock.json and node_modules: there, and made for this operating system. */
import path from 'node:path';
import { readJson } from '../setup/files.mjs';
import { missingPackage } from '../setup/packages.mjs';
import { note, ok, wrong } from './context.mjs';

/** Packages whose machine code lies in a package of its own for each system. */
const withBinaries = ['esbuild', 'sharp'];

/** The lockfile names, for each package with machine code, the one for this system. */
export async function checkLockfile({ root, node }) {
  const next = 'Get it back with `git checkout -- package-lock.json`, and run `npm run setup`.';
  const packages = readJson(path.join(root, 'package-lock.json'))?.packages;
  if (!packages) return wrong("package-lock.json is missing or can't be read", next);
  const missing = withBinaries.filter((name) => {
    const wanted = Object.keys(packages[`node_modules/${name}`]?.optionalDependencies ?? {});
    return !wanted.some((other) => {
      const entry = packages[`node_modules/${other}`];
      return entry && fits(entry, node);
    });
  });
  if (missing.length === 0) return ok('package-lock.json');
  return wrong(
    `package-lock.json was made on another operating system: it has no ${missing.join(', ')} for ${node.platform} ${node.arch}`,
    next,
  );
}

/** node_modules was installed on this system, from this lockfile, and no package is gone. */
export async function checkPackages({ root, node }) {
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  const stamp = readJson(path.join(root, 'node_modules', '.little-data.json'));
  if (!installed && !stamp) return note('node_modules is not there yet', '`npm run setup` makes it.');
  const foreign = Object.entries(installed ?? {}).find(([, entry]) => !fits(entry, node));
  const elsewhere =
    stamp && (stamp.platform !== node.platform || stamp.arch !== node.arch)
      ? `${stamp.platform} ${stamp.arch}`
      : foreign && `another system (${foreign[0].replace('node_modules/', '')})`;
  if (elsewhere)
    return note(
      `node_modules was installed on ${elsewhere}, and this is ${node.platform} ${node.arch}`,
      'Delete node_modules and run `npm run setup`.',
    );
  const lock = readJson(path.join(root, 'package-lock.json'))?.packages ?? {};
  const other = Object.entries(installed ?? {}).find(
    ([name, entry]) => lock[name]?.version !== entry.version,
  );
  if (other)
    return note(
      `node_modules differs from package-lock.json (${other[0].replace('node_modules/', '')} ${other[1].version})`,
      '`npm run setup` installs what the lockfile names.',
    );
  const missing = missingPackage(root);
  if (missing) return note(`${missing} is missing`, '`npm run setup` installs the packages again.');
  return ok(`node_modules, ${Object.keys(installed ?? {}).length} packages`);
}

function fits(entry, { platform, arch }) {
  return (entry.os ?? [platform]).includes(platform) && (entry.cpu ?? [arch]).includes(arch);
}
