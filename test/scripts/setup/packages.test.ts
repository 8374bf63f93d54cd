import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Context, read, script, withProject, write } from '../project';

/** What npm leaves of one package. */
const installingA =
  "mkdir -p node_modules/a; echo '{}' > node_modules/a/package.json; " +
  `echo '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' > node_modules/.package-lock.json`;
const skip = process.platform === 'win32' && 'the stand-in for npm is a shell script';

test('installPackages() leaves the earlier node_modules as it is when npm ci fails', { skip }, async () => {
  const { installPackages } = await script('setup/packages.mjs');
  await withProject(async (context) => {
    await useNpm(context, 'mkdir -p node_modules/half; echo "npm error network" >&2; exit 1');
    write(context.root, 'package-lock.json', '{"packages":{"node_modules/a":{"version":"2.0.0"}}}');
    write(context.root, 'node_modules/a/index.js', 'earlier');
    await assert.rejects(
      installPackages(context),
      /`npm ci` failed: npm ended with exit status 1\. The earlier node_modules was left as it is\.\nnpm error network\n.*start again/s,
    );
    assert.deepEqual(fs.readdirSync(path.join(context.root, 'node_modules')), ['a']);
    assert.equal(read(context.root, 'node_modules/a/index.js'), 'earlier');
    assert.deepEqual(fs.readdirSync(context.cache), []);
  });
});

test('installPackages() runs npm ci once for a lockfile, and again for another', { skip }, async () => {
  const { installPackages } = await script('setup/packages.mjs');
  await withProject(async (context) => {
    await useNpm(context, `echo "$@" >> "${context.root}/calls"; ${installingA}`);
    write(context.root, 'package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    write(context.root, 'node_modules/old/index.js', '');
    assert.equal((await installPackages(context)).did, true);
    assert.deepEqual(fs.readdirSync(path.join(context.root, 'node_modules')).sort(), [
      '.little-data.json',
      '.package-lock.json',
      'a',
    ]);
    assert.equal((await installPackages(context)).did, false);
    write(context.root, 'package-lock.json', '{"packages":{"node_modules/a":{"version":"2.0.0"}}}');
    assert.equal((await installPackages(context)).did, true);
    const calls = read(context.root, 'calls')?.trim().split('\n') ?? [];
    assert.equal(calls.length, 2);
    assert.match(calls[0] ?? '', /^ci --ignore-scripts --include=dev/);
  });
});

test('installPackages() installs again where a package was deleted, and does not take one that npm left out', {
  skip,
}, async () => {
  const { installPackages } = await script('setup/packages.mjs');
  await withProject(async (context) => {
    await useNpm(context, installingA);
    write(context.root, 'package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    assert.equal((await installPackages(context)).did, true);
    assert.equal((await installPackages(context)).did, false);
    fs.rmSync(path.join(context.root, 'node_modules', 'a'), { recursive: true });
    assert.equal((await installPackages(context)).did, true);
    assert.equal(read(context.root, 'node_modules/a/package.json'), '{}\n');

    fs.rmSync(path.join(context.root, 'node_modules', 'a'), { recursive: true });
    await useNpm(context, `${installingA}; rm node_modules/a/package.json`);
    await assert.rejects(installPackages(context), /npm ended without node_modules.a.package\.json/);
  });
});

test('installPackages() takes a node_modules that npm made from this lockfile', async () => {
  const { installPackages } = await script('setup/packages.mjs');
  await withProject(async (context) => {
    const a = { version: '1.0.0', integrity: 'sha512-a' };
    const forWindows = { version: '1.0.0', optional: true, os: ['win32'] };
    write(context.root, 'package-lock.json', {
      packages: { '': {}, 'node_modules/a': a, 'node_modules/b': forWindows },
    });
    write(context.root, 'node_modules/a/package.json', '{}');
    write(context.root, 'node_modules/.package-lock.json', { packages: { 'node_modules/a': a } });
    assert.equal((await installPackages(context)).did, false);

    fs.rmSync(path.join(context.root, 'node_modules', '.little-data.json'));
    const other = { ...a, version: '0.9.0' };
    write(context.root, 'node_modules/.package-lock.json', { packages: { 'node_modules/a': other } });
    await assert.rejects(installPackages(context), /npm was started/);
  });
});

test('installPackages() puts back what a killed set-up had set aside', async () => {
  const { installPackages } = await script('setup/packages.mjs');
  await withProject(async (context) => {
    write(context.root, 'package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    write(context.root, '.cache/node_modules.earlier/a/index.js', 'earlier');
    await assert.rejects(installPackages(context), /npm was started/);
    assert.equal(read(context.root, 'node_modules/a/index.js'), 'earlier');
  });
});

/** Makes the context start real programs, with a stand-in for npm before all others. */
async function useNpm(context: Context, commands: string): Promise<void> {
  const { runProgram } = await script('setup/context.mjs');
  fs.chmodSync(write(context.root, 'bin/npm', `#!/bin/sh\n${commands}\n`), 0o755);
  context.env.PATH = [path.join(context.root, 'bin'), process.env.PATH].join(path.delimiter);
  context.run = runProgram;
}
