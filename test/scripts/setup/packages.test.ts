import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Context, read, script, withProject, write } from '../project';

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
    await useNpm(context, `echo "$@" >> "${context.root}/calls"; mkdir -p node_modules/a`);
    write(context.root, 'package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    write(context.root, 'node_modules/old/index.js', '');
    assert.equal((await installPackages(context)).did, true);
    assert.deepEqual(fs.readdirSync(path.join(context.root, 'node_modules')).sort(), [
      '.little-data.json',
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

test('installPackages() takes a node_modules that npm made from this lockfile', async () => {
  const { installPackages } = await script('setup/packages.mjs');
  await withProject(async (context) => {
    const a = { version: '1.0.0', integrity: 'sha512-a' };
    const forWindows = { version: '1.0.0', optional: true, os: ['win32'] };
    write(context.root, 'package-lock.json', {
      packages: { '': {}, 'node_modules/a': a, 'node_modules/b': forWindows },
    });
    write(context.root, 'node_modules/a/index.js', '');
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

test('installPython() puts the earlier .venv back when pip fails', async () => {
  const { installPython } = await script('setup/python.mjs');
  await withProject(async (context) => {
    write(context.root, 'scripts/requirements.txt', 'six==1.17.0\n');
    write(context.root, '.venv/bin/python', 'earlier');
    const run: Context['run'] = async (_command, args) => {
      if (args.includes('pip'))
        throw Object.assign(new Error('python ended with exit status 1'), { output: 'no route' });
      if (args.includes('venv')) write(context.root, '.venv/bin/python', 'half made');
      return { stdout: '3.11.7\n', stderr: '' };
    };
    await assert.rejects(
      installPython({ ...context, run }),
      /could not be made: .*exit status 1\. The earlier \.venv was put back\.\nno route\n.*start again/s,
    );
    assert.equal(read(context.root, '.venv/bin/python'), 'earlier');
  });
});

test('installPython() makes .venv once, and again after a change of the pins or of the place', async () => {
  const { installPython } = await script('setup/python.mjs');
  await withProject(async (context) => {
    write(context.root, 'scripts/requirements.txt', 'six==1.17.0\n');
    const run: Context['run'] = async (_command, args) => {
      if (args.includes('venv')) write(context.root, '.venv/bin/python', '');
      return { stdout: '3.11.7\n', stderr: '' };
    };
    assert.equal((await installPython({ ...context, run })).did, true);
    assert.equal((await installPython(context)).did, false);
    write(context.root, 'scripts/requirements.txt', 'six==1.16.0\n');
    assert.equal((await installPython({ ...context, run })).did, true);
    write(
      context.root,
      '.venv/.little-data.json',
      (read(context.root, '.venv/.little-data.json') ?? '').replace(context.root, '/elsewhere'),
    );
    assert.equal((await installPython({ ...context, run })).did, true);
  });
});

test('installPython() says which package to install where Python is too old or lacks venv', async () => {
  const { installPython } = await script('setup/python.mjs');
  await withProject(async (context) => {
    write(context.root, 'scripts/requirements.txt', '');
    const run: Context['run'] = async (command, args) => {
      if (command === 'python3' && !args.join().includes('ensurepip'))
        return { stdout: '3.12.1\n', stderr: '' };
      if (command === 'python') return { stdout: '3.8.10\n', stderr: '' };
      throw new Error(`${command} could not be started`);
    };
    await assert.rejects(
      installPython({ ...context, run }),
      /python3 \(3\.12\.1\) lacks its module venv or ensurepip; python is 3\.8\.10\. .*apt install python3 python3-venv/,
    );
  });
});

/** Makes the context start real programs, with a stand-in for npm before all others. */
async function useNpm(context: Context, commands: string): Promise<void> {
  const { runProgram } = await script('setup/context.mjs');
  fs.chmodSync(write(context.root, 'bin/npm', `#!/bin/sh\n${commands}\n`), 0o755);
  context.env.PATH = [path.join(context.root, 'bin'), process.env.PATH].join(path.delimiter);
  context.run = runProgram;
}
