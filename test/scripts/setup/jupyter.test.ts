import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot, read, script, withProject, write } from '../project';

const kernelFile = '.jupyter/kernels/tslab/kernel.json';

test('the committed kernelspec is the one that the set-up expects, without an absolute path', async () => {
  const { kernelspec } = await script('setup/kernelspec.mjs');
  const text = read(projectRoot, kernelFile) ?? '';
  assert.deepEqual(JSON.parse(text), kernelspec);
  assert.equal(kernelspec.display_name, 'TypeScript (little-data)');
  for (const argument of kernelspec.argv) assert.doesNotMatch(argument, /^(\/|[A-Za-z]:)/);
});

test('checkKernelspec() restores a damaged kernelspec and says so', async () => {
  const { checkKernelspec, kernelspec } = await script('setup/kernelspec.mjs');
  await withProject(async (context, lines) => {
    await checkKernelspec(context);
    lines.length = 0;
    assert.equal((await checkKernelspec(context)).did, false);
    write(context.root, kernelFile, '{"argv": ["python"');
    assert.equal((await checkKernelspec(context)).did, true);
    assert.match(lines.join(), /kernel\.json had been changed, and was written anew/);
    assert.deepEqual(JSON.parse(read(context.root, kernelFile) ?? ''), kernelspec);
  });
});

test("checkKernelspec() keeps the user's own keys of JupyterLab's configuration", async () => {
  const { checkKernelspec } = await script('setup/kernelspec.mjs');
  await withProject(async (context) => {
    const name = '.jupyter/config/jupyter_server_config.json';
    write(context.root, name, { ServerApp: { ip: '0.0.0.0', port: 9999 } });
    await checkKernelspec(context);
    const { ServerApp, MultiKernelManager } = JSON.parse(read(context.root, name) ?? '');
    assert.deepEqual(ServerApp, { ip: '127.0.0.1', port: 9999 });
    assert.equal(MultiKernelManager.default_kernel_name, 'tslab');
  });
});

test('jupyterEnvironment() keeps everything of Jupyter in the project', async () => {
  const { jupyterEnvironment } = await script('setup/jupyter.mjs');
  const root = path.resolve('/projects/little');
  const env = { PATH: '/bin', JUPYTER_PATH: '/usr/share/jupyter', PYTHONPATH: '/elsewhere' };
  const given = jupyterEnvironment({ root, env });
  const places = Object.entries<string>(given).filter(([name]) => /^(JUPYTER|IPYTHON)/.test(name));
  assert.equal(places.length, 7);
  for (const [name, place] of places)
    assert.ok(!path.relative(path.join(root, '.jupyter'), place).startsWith('..'), name);
  assert.equal(given.PYTHONPATH, undefined);
  assert.equal(given.PATH, [path.dirname(process.execPath), '/bin'].join(path.delimiter));
});

test('jupyterEnvironment() makes a relative LITTLE_DATA_PHOTOS absolute', async () => {
  const { jupyterEnvironment } = await script('setup/jupyter.mjs');
  const cwd = path.resolve('/projects/little');
  const photos = (value?: string) =>
    jupyterEnvironment({ env: { LITTLE_DATA_PHOTOS: value }, cwd }).LITTLE_DATA_PHOTOS;
  assert.equal(photos('../photos'), path.resolve('/projects/photos'));
  assert.equal(photos(path.resolve('/mine')), path.resolve('/mine'));
  assert.equal(photos('~/photos'), path.join(os.homedir(), 'photos'));
  assert.equal(photos(undefined), undefined);
});

test('jupyterEnvironment() passes on nothing that changes the settings of Jupyter, and a line names what was set', async () => {
  const { foreignLine, jupyterEnvironment } = await script('setup/jupyter.mjs');
  const names = [
    'JUPYTER_CONFIG_PATH',
    'JUPYTER_TOKEN',
    'JUPYTERHUB_API_TOKEN',
    'JUPYTERLAB_DIR',
    'JPY_PARENT_PID',
  ];
  const env = Object.fromEntries(names.map((name) => [name, 'x']));
  const given = jupyterEnvironment({ env: { ...env, JUPYTER_PATH: 'y', PATH: '/bin' } });
  for (const name of names) assert.equal(given[name], undefined, name);
  assert.match(foreignLine({ ...env, PATH: '/bin' }), new RegExp(`^Not passed on: ${names.join(', ')}\\. `));
  assert.equal(foreignLine({ PATH: '/bin', LITTLE_DATA_DIR: 'x' }), undefined);
});

test('labArguments() starts on the notebooks, on loopback, and lets given arguments win', async () => {
  const { labArguments } = await script('setup/jupyter.mjs');
  const given: string[] = labArguments(['--no-browser', '--port=9999'], { root: path.resolve('/p') });
  assert.ok(given.includes(`--ServerApp.root_dir=${path.resolve('/p', 'notebooks')}`));
  assert.ok(given.includes('--ServerApp.ip=127.0.0.1'));
  assert.deepEqual(given.slice(-2), ['--no-browser', '--port=9999']);
  for (const more of [['--ip=0.0.0.0'], ['--ip', '0.0.0.0'], ['--ServerApp.ip=0.0.0.0']]) {
    const args: string[] = labArguments(more);
    assert.ok(!args.includes('--ServerApp.ip=127.0.0.1'), more[0]);
    assert.deepEqual(args.slice(-more.length), more);
  }
  const own: string[] = labArguments(['--IdentityProvider.token=mine']);
  assert.ok(!own.some((argument) => argument.includes('OwnToken')));
});

test("labNotes() says what an address and a token of one's own mean, and nothing of other arguments", async () => {
  const { labNotes } = await script('setup/jupyter.mjs');
  assert.deepEqual(labNotes(['--no-browser', '--port=9999', '--ip=127.0.0.1', 'x.ipynb']), []);
  for (const more of [['--ip=0.0.0.0'], ['--ip', '0.0.0.0'], ['--ServerApp.ip=0.0.0.0']])
    assert.match(
      labNotes(more).join('\n'),
      /^JupyterLab listens on 0\.0\.0\.0, as you asked: .* can run programs as you\.$/,
    );
  for (const name of [
    'ServerApp.token',
    'IdentityProvider.token',
    'PasswordIdentityProvider.hashed_password',
  ])
    assert.match(
      labNotes([`--${name}=`]).join('\n'),
      new RegExp(`^JupyterLab lets in whom --${name} lets in`),
    );
});
