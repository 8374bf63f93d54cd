import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Context, projectRoot, read, script, withProject, write } from './project';

const usual = '.local/share/jupyter/kernels/tslab/kernel.json';

async function withKernel(
  use: (
    scripts: { installKernel: Install; uninstallKernel: Install },
    context: Context,
    lines: string[],
  ) => Promise<void>,
): Promise<void> {
  const scripts = await script('kernel/install.mjs');
  await withProject((context, lines) => use(scripts, context, lines));
}
type Install = (context: Context, options?: { prefix?: string; name?: string }) => void;

describe('installKernel()', () => {
  test("writes a kernelspec with absolute paths into the user's folder, and says how to undo it", async () => {
    await withKernel(async ({ installKernel }, context, lines) => {
      installKernel(context);
      const spec = JSON.parse(read(context.root, usual) ?? '');
      assert.deepEqual(spec.argv, [
        context.node.execPath,
        '--conditions=little-data-source',
        '--initial-old-space-size=512',
        '--require',
        path.join(context.root, 'src', 'kernel', 'preload.cjs'),
        path.join(context.root, 'node_modules', 'tslab', 'bin', 'tslab'),
        'kernel',
        '--config-path',
        '{connection_file}',
      ]);
      assert.equal(spec.metadata['little-data'].project, context.root);
      assert.match(lines.join('\n'), /Written: .*kernel\.json[\s\S]*Undo: {4}npm run kernel:uninstall$/);
    });
  });

  test('uses the name that the notebooks ask for', async () => {
    await withKernel(async ({ installKernel }, context) => {
      installKernel(context);
      for (const name of fs.readdirSync(path.join(projectRoot, 'notebooks'))) {
        if (!name.endsWith('.ipynb')) continue;
        const { metadata } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'notebooks', name), 'utf8'));
        assert.ok(read(context.root, usual.replace('tslab', metadata.kernelspec.name)), name);
      }
    });
  });

  test("refuses to overwrite another kernel of that name, and writes beside it under a name of one's own", async () => {
    await withKernel(async ({ installKernel }, context, lines) => {
      write(context.root, usual, { argv: ['tslab'] });
      assert.throws(
        () => installKernel(context),
        /There is a kernel of the name tslab already.*left as it is.*--name=little-data/,
      );
      assert.equal(read(context.root, usual), '{"argv":["tslab"]}');
      installKernel(context, { name: 'little-data' });
      assert.ok(read(context.root, usual.replace('tslab', 'little-data')));
      assert.match(lines.join('\n'), /The notebooks ask for tslab: choose/);
    });
  });

  test('refuses a folder of that name without a kernelspec that can be read', async () => {
    await withKernel(async ({ installKernel }, context) => {
      write(context.root, usual, 'no JSON');
      assert.throws(() => installKernel(context), /There is a kernel of the name tslab already/);
    });
  });

  test('says that it hides another kernel of that name, and that it replaces one of another project', async () => {
    await withKernel(async ({ installKernel }, context, lines) => {
      const other = path.join(context.root, 'other');
      write(context.root, 'conda/share/jupyter/kernels/tslab/kernel.json', {});
      const env = { ...context.env, CONDA_PREFIX: path.join(context.root, 'conda') };
      installKernel({ ...context, env, root: other });
      assert.match(lines.join('\n'), /another one of this name in .*conda/);
      installKernel(context);
      assert.match(lines.join('\n'), new RegExp(`takes the place of the kernel of ${other}`));
    });
  });
});

describe('uninstallKernel()', () => {
  test('removes what was installed, and nothing else', async () => {
    await withKernel(async ({ installKernel, uninstallKernel }, context, lines) => {
      const foreign = write(context.root, '.local/share/jupyter/kernels/python3/kernel.json', {
        argv: ['python'],
      });
      const prefix = path.join(context.root, 'prefix');
      installKernel(context);
      installKernel(context, { name: 'second' });
      const logo = write(context.root, '.local/share/jupyter/kernels/second/logo.svg', '<svg/>');
      installKernel(context, { prefix });
      assert.match(lines.join('\n'), new RegExp(`npm run kernel:uninstall -- --prefix=${prefix}`));

      uninstallKernel(context);
      assert.deepEqual(fs.readdirSync(path.dirname(path.dirname(foreign))).sort(), ['python3', 'second']);
      assert.deepEqual(fs.readdirSync(path.dirname(logo)), ['logo.svg']);
      assert.ok(read(context.root, 'prefix/share/jupyter/kernels/tslab/kernel.json'));
      uninstallKernel(context, { prefix });
      assert.deepEqual(fs.readdirSync(path.join(prefix, 'share', 'jupyter', 'kernels')), []);
      lines.length = 0;
      uninstallKernel(context);
      assert.match(lines.join('\n'), /^Nothing to remove/);
    });
  });

  test('leaves a kernel whose mark this project can not have written', async () => {
    await withKernel(async ({ installKernel, uninstallKernel }, context) => {
      for (const project of [5, null, {}, 'relative']) {
        write(context.root, usual, { argv: [], metadata: { 'little-data': { project } } });
        uninstallKernel(context);
        assert.ok(read(context.root, usual));
        assert.throws(() => installKernel(context), /has not written/);
      }
    });
  });

  test("leaves another project's kernel while that project is there", async () => {
    await withKernel(async ({ installKernel, uninstallKernel }, context, lines) => {
      const other = path.join(context.root, 'other');
      fs.mkdirSync(other);
      installKernel({ ...context, root: other });
      uninstallKernel(context);
      assert.ok(read(context.root, usual));
      assert.match(lines.join('\n'), /Left: .* is for .*other: run/);
      fs.rmdirSync(other);
      uninstallKernel(context);
      assert.equal(read(context.root, usual), undefined);
    });
  });
});

test('kernelsFolder() is the folder that jupyter_core names', async () => {
  const { kernelsFolder } = await script('kernel/places.mjs');
  // As `jupyter_data_dir()` of jupyter_core 5.8 decides it.
  const [HOME, USERPROFILE] = ['/home/me', '/Users/me'];
  const cases: [string, object, string][] = [
    ['linux', { HOME }, '/home/me/.local/share/jupyter'],
    ['linux', { HOME, XDG_DATA_HOME: '/xdg' }, '/xdg/jupyter'],
    ['linux', { HOME, XDG_DATA_HOME: '/xdg', JUPYTER_DATA_DIR: '/mine' }, '/mine'],
    ['darwin', { HOME }, '/home/me/Library/Jupyter'],
    ['darwin', { HOME, JUPYTER_PLATFORM_DIRS: '1' }, '/home/me/Library/Application Support/Jupyter'],
    ['win32', { USERPROFILE, APPDATA: '/Users/me/Roaming' }, '/Users/me/Roaming/jupyter'],
    ['win32', { USERPROFILE }, '/Users/me/.jupyter/data'],
    ['win32', { USERPROFILE, JUPYTER_PLATFORM_DIRS: 'true' }, '/Users/me/AppData/Local/jupyter'],
  ];
  for (const [platform, env, expected] of cases)
    assert.equal(kernelsFolder({ env, platform }), path.join(expected, 'kernels'), JSON.stringify(env));
  assert.equal(kernelsFolder({ env: {}, platform: 'linux', prefix: '/opt' }), '/opt/share/jupyter/kernels');
});

test('kernel.mjs refuses arguments that it does not know, and says how it goes', () => {
  for (const [args, said] of [
    [[], /expected install or uninstall, found nothing/],
    [['remove'], /found remove/],
    [['install', '--user', '--prefix=x'], /found both/],
    [['install', '--name=a b'], /--name: expected letters/],
    [['install', '--sys'], /Unknown option '--sys'/],
  ] as const) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(projectRoot, 'scripts', 'kernel.mjs'), ...args],
      {
        encoding: 'utf8',
      },
    );
    assert.equal(status, 2, stderr);
    assert.match(stderr, said);
    assert.match(stderr, /It goes: `npm run kernel:install/);
  }
});
