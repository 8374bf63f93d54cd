import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Context, projectRoot, type Run, read, script, withProject, write } from '../project';

const requirements = 'scripts/requirements-cluster.txt';

/** Stands for Python and pip: makes an environment of one package; `fails`: the program that doesn't. */
function python(context: Context, fails = ''): Run {
  return async (_command, args) => {
    if (fails && args.includes(fails)) throw Object.assign(new Error('pip ended'), { output: 'no route' });
    if (args.includes('venv')) write(args.at(-1)!, 'bin/python', '');
    const isVerifier = args.some((name) => name.endsWith('verify.py'));
    if (isVerifier) {
      const [made] = fs.readdirSync(path.join(context.cache, 'install'));
      write(path.join(context.cache, 'install', made!), 'venv/lib/dask.py', '');
    }
    return { stdout: isVerifier ? '["lib/dask.py"]' : '3.11.7\n', stderr: '' };
  };
}

describe('installCluster()', () => {
  test('makes an environment of its own, once, and leaves the one of JupyterLab alone', async () => {
    const { installCluster } = await script('setup/cluster.mjs');
    await withProject(async (context) => {
      write(context.root, requirements, 'dask==2026.8.0\n');
      write(context.root, '.venv/bin/python', 'of JupyterLab');
      write(context.root, 'scripts/cluster/client.py', '');
      assert.equal((await installCluster({ ...context, run: python(context) })).did, true);
      assert.equal(read(context.root, 'scripts/cluster/.venv/lib/dask.py'), '');
      assert.equal(read(context.root, '.venv/bin/python'), 'of JupyterLab');
      // Nothing is started any more.
      assert.deepEqual(await installCluster(context), { did: false, summary: 'Dask' });
      write(context.root, requirements, 'dask==2026.9.0\n');
      assert.equal((await installCluster({ ...context, run: python(context) })).did, true);
    });
  });

  test('leaves an earlier environment as it is where pip fails', async () => {
    const { installCluster } = await script('setup/cluster.mjs');
    await withProject(async (context) => {
      write(context.root, requirements, 'dask==2026.8.0\n');
      write(context.root, 'scripts/cluster/.venv/bin/python', 'earlier');
      await assert.rejects(
        installCluster({ ...context, run: python(context, 'install') }),
        /could not be made: pip ended\. An earlier scripts\/cluster\/\.venv was left as it is\.\nno route/,
      );
      assert.equal(read(context.root, 'scripts/cluster/.venv/bin/python'), 'earlier');
    });
  });
});

describe('the set-up', () => {
  test('has the step of the cluster only where it is asked for', async () => {
    const { setup } = await script('setup.mjs');
    for (const cluster of [false, true])
      await withProject(async (context) => {
        // Steps fail in an empty project; those that were tried are named.
        const { failures } = await setup(context, { cluster }).catch((error: unknown) => error);
        assert.equal(failures.has('cluster'), cluster);
        assert(failures.has('python'));
      });
  });
});

describe('scripts/requirements-cluster.txt', () => {
  test('pins Dask and what makes keys, each file with its hash', () => {
    const text = fs.readFileSync(path.join(projectRoot, requirements), 'utf8');
    for (const wanted of ['dask', 'distributed', 'fsspec', 'cryptography'])
      assert.match(text, new RegExp(`^${wanted}==[0-9.]+( ;.*)? \\\\$`, 'm'));
    for (const block of text.split(/\n(?=\S)/).filter((part) => !part.startsWith('#')))
      assert.match(block, /--hash=sha256:[0-9a-f]{64}/, block);
  });
});
