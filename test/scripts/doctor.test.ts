import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Context, makeReady, projectRoot, type Run, script, withProject, write } from './project';

interface Answer {
  state: 'ok' | 'note' | 'wrong';
  found: string;
  next?: string;
}

/** A machine on which every check is content. */
const machine = {
  cores: 4,
  totalMemory: 8e9,
  freeMemory: 4e9,
  glibc: (): string | undefined => '2.36',
  cpuinfo: () => 'processor : 0\nflags\t\t: fpu avx avx2 avx512f avx512_bf16\n',
  freeDisk: () => 50e9,
  graphicsDevices: (): string[] => [],
};

const lock = {
  packages: Object.fromEntries(
    ['esbuild', 'sharp'].flatMap((name) => [
      [`node_modules/${name}`, { version: '1.0.0', optionalDependencies: { [`@${name}/linux-x64`]: '1' } }],
      [`node_modules/@${name}/linux-x64`, { version: '1.0.0', os: ['linux'], cpu: ['x64'] }],
    ]),
  ),
};

/** What the programs answer that the checks start. */
function answers(
  context: Context,
  changes: {
    npm?: string;
    lab?: string;
    native?: string;
    wasm?: string;
    card?: string;
    warning?: string;
  } = {},
): Run {
  const { root } = context;
  const kernelspecs = { tslab: { resource_dir: path.join(root, '.jupyter', 'kernels', 'tslab') } };
  const given = {
    npm: '11.0.0',
    lab: JSON.stringify({ kernelspecs }),
    native: '2.21.0',
    wasm: '4.22.0',
    card: '{"names":["nvidia","hopper","driver 550"],"isFallbackAdapter":false}',
    ...changes,
  };
  const computed = (version: string) => {
    if (version.startsWith('Error')) throw Object.assign(new Error('node ended'), { output: version });
    return JSON.stringify({ sum: 2, version });
  };
  return async (command, args) => {
    const asked = args.join(' ');
    const stdout =
      command === 'npm'
        ? given.npm
        : asked.includes('kernelspecapp')
          ? given.lab
          : asked.includes('import sys, jupyterlab')
            ? '3.13.1 4.6.6'
            : asked.includes('verify.py')
              ? '[]'
              : asked.includes("import('webgpu')")
                ? given.card
                : asked.includes('tfjs-node')
                  ? computed(given.native)
                  : asked.includes('tfjs-backend-wasm')
                    ? computed(given.wasm)
                    : undefined;
    if (stdout === undefined) throw new Error(`${path.basename(command)} could not be started (ENOENT)`);
    return { stdout, stderr: given.warning ?? '' };
  };
}

/** Gives `use` a ready project and a function that runs one check there, with some things changed. */
async function withReady(
  use: (
    ask: (name: string, changes?: Record<string, object>) => Promise<Answer>,
    context: Context,
  ) => Promise<void>,
): Promise<void> {
  const { checks } = await script('doctor.mjs');
  const { makeDoctorContext } = await script('doctor/context.mjs');
  await withProject(async (context) => {
    await makeReady(context);
    write(context.root, 'package-lock.json', lock);
    write(context.root, 'node_modules/.package-lock.json', lock);
    for (const name of Object.keys(lock.packages)) write(context.root, `${name}/package.json`, {});
    const converter = 'node_modules/tslab/dist/converter.js';
    write(context.root, converter, fs.readFileSync(path.join(projectRoot, converter), 'utf8'));
    write(context.root, 'node_modules/webgpu/package.json', {});
    write(context.root, 'node_modules/webgpu/dist/linux-x64/dawn.node', 'stands for the binary');
    write(context.root, 'data/dogs-vs-cats/train/cat.0.jpg', 'stands for a photo');
    const ask = (
      name: string,
      { machine: other = {}, node = {}, env = {}, ...rest }: Record<string, object> = {},
    ) =>
      checks[name](
        makeDoctorContext({
          ...context,
          run: answers(context),
          cwd: context.root,
          ...rest,
          env: { ...context.env, ...env },
          node: { ...context.node, ...node },
          machine: { ...machine, temporary: context.root, ...other },
        }),
      );
    await use(ask, context);
  });
}

function assertAnswer(answer: Answer, state: Answer['state'], found: RegExp, next?: RegExp): void {
  assert.equal(answer.state, state, `${answer.state}: ${answer.found}`);
  assert.match(answer.found, found);
  if (next) assert.match(answer.next ?? '', next);
}

describe('the checks of the doctor', () => {
  test('are content with a machine that has everything, the stand-in for the weights aside', async () => {
    const { checks } = await script('doctor.mjs');
    await withReady(async (ask) => {
      for (const name of Object.keys(checks)) {
        if (name === 'weights') continue;
        const answer = await ask(name);
        assert.equal(answer.state, 'ok', `${name}: ${answer.found}`);
      }
    });
  });

  test('cluster: none is well, one that is not what is pinned is a note', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(await ask('cluster'), 'ok', /no Dask: .*npm run setup -- --cluster/);
      write(context.root, 'scripts/requirements-cluster.txt', 'dask==2026.8.0\n');
      write(context.root, 'scripts/cluster/.venv/bin/python', '');
      assertAnswer(await ask('cluster'), 'note', /is not what/, /makes it anew/);
      const stamp = { requirements: '', root: context.root, interpreter: 'bin/python' };
      const { sha256 } = await script('setup/files.mjs');
      write(context.root, 'scripts/cluster/.venv/.little-data.json', {
        ...{ ...stamp, requirements: sha256('dask==2026.8.0\n') },
        parts: [],
      });
      assertAnswer(await ask('cluster'), 'ok', /^Dask, for features on several machines$/);
      const run = async () => {
        throw Object.assign(new Error('python ended'), { output: 'dask: __init__.py is missing' });
      };
      assertAnswer(await ask('cluster', { run }), 'note', /dask: __init__\.py is missing/);
    });
  });

  test('place: a path with a character that breaks the notebooks is wrong', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(await ask('place'), 'ok', new RegExp(context.root));
      assertAnswer(
        await ask('place', { root: '/home/a#b' as never }),
        'wrong',
        /has the character "#"/,
        /Rename or move/,
      );
    });
  });

  test('node: too old is wrong, a version that was never tried is a note', async () => {
    await withReady(async (ask) => {
      assertAnswer(
        await ask('node', { node: { version: '20.18.0' } }),
        'wrong',
        /Node 20\.19 or newer is needed/,
        /Install Node 20, 22 or 24/,
      );
      assertAnswer(
        await ask('node', { node: { version: '23.1.0' } }),
        'note',
        /never tried/,
        /Node 20, 22 and 24/,
      );
    });
  });

  test('npm: missing is wrong', async () => {
    await withReady(async (ask) => {
      const run = async () => {
        throw new Error('npm could not be started (ENOENT)');
      };
      assertAnswer(await ask('npm', { run }), 'wrong', /npm can't be run: .*ENOENT/, /apt install npm/);
    });
  });

  test('python: no .venv is a note where one can be made, and wrong where none can', async () => {
    await withReady(async (ask, context) => {
      const broken: Run = async (command, args) => {
        if (args.join(' ').includes('import sys, jupyterlab'))
          throw new Error('python ended with exit status 1');
        if (command === 'python3') return { stdout: '3.12.3', stderr: '' };
        throw new Error(`${command} is missing`);
      };
      assertAnswer(await ask('python', { run: broken }), 'note', /\.venv can't be used/, /Delete \.venv/);
      const damaged: Run = async (command, args, options) => {
        if (!args.join(' ').includes('verify.py'))
          return (command === 'python3' ? broken : answers(context))(command, args, options);
        throw Object.assign(new Error('python ended'), { output: 'six: six.py is missing\nmore' });
      };
      assertAnswer(await ask('python', { run: damaged }), 'note', /python ended \(six: six\.py is missing\)/);
      fs.rmSync(path.join(context.root, '.venv'), { recursive: true });
      assertAnswer(
        await ask('python', { run: broken }),
        'note',
        /no \.venv yet; `python3` can make it/,
        /npm run setup/,
      );
      const old: Run = async () => ({ stdout: '3.9.2', stderr: '' });
      assertAnswer(await ask('python', { run: old }), 'wrong', /python3 is 3\.9\.2/, /apt install python3/);
      const withoutVenv: Run = async (_command, args) => {
        if (args.join(' ').includes('import venv')) throw new Error('No module named venv');
        return { stdout: '3.12.3', stderr: '' };
      };
      assertAnswer(
        await ask('python', { run: withoutVenv }),
        'wrong',
        /lacks its module venv/,
        /python3-venv/,
      );
      const none: Run = async () => {
        throw new Error('missing');
      };
      assertAnswer(await ask('python', { run: none }), 'wrong', /No Python of 3\.10 or newer/);
    });
  });

  test('system: Rosetta, musl, an old glibc and a system without TensorFlow are notes', async () => {
    await withReady(async (ask) => {
      const run: Run = async () => ({ stdout: '1\n', stderr: '' });
      const mac = { platform: 'darwin', arch: 'x64' };
      assertAnswer(await ask('system', { node: mac, run }), 'note', /Rosetta/, /Install Node for arm64/);
      assertAnswer(await ask('system', { node: mac }), 'ok', /darwin x64/);
      assertAnswer(
        await ask('system', { machine: { glibc: () => undefined } }),
        'note',
        /musl/,
        /WebAssembly/,
      );
      assertAnswer(
        await ask('system', { machine: { glibc: () => '2.17' } }),
        'note',
        /glibc 2\.17/,
        /newer system/,
      );
      assertAnswer(await ask('system', { node: { platform: 'freebsd' } }), 'note', /freebsd/, /WebAssembly/);
    });
  });

  test('processor: lists AVX2, AVX-512 and bf16; without AVX or AVX2 is a note', async () => {
    await withReady(async (ask) => {
      const flags = (text: string) => ({ machine: { cpuinfo: () => `flags : ${text}\n` } });
      assertAnswer(await ask('processor'), 'ok', /4 cores, AVX2, AVX-512, bf16$/);
      assertAnswer(await ask('processor', flags('avx avx2')), 'ok', /AVX2, no AVX-512, no bf16: `precision/);
      assertAnswer(await ask('processor', flags('fpu avx')), 'note', /no AVX2/);
      assertAnswer(
        await ask('processor', flags('fpu sse2')),
        'note',
        /without AVX/,
        /LITTLE_DATA_BACKEND=wasm/,
      );
      const run: Run = async () => ({ stdout: 'FPU AVX1.0\nAVX2 SMEP', stderr: '' });
      assertAnswer(await ask('processor', { node: { platform: 'darwin' }, run }), 'ok', /AVX2, no AVX-512/);
    });
  });

  test('memory: less than VGG16 takes is wrong, less than that free is a note', async () => {
    await withReady(async (ask) => {
      assertAnswer(
        await ask('memory', { machine: { totalMemory: 1e9 } }),
        'wrong',
        /1\.0 GB of memory/,
        /2 GB/,
      );
      assertAnswer(
        await ask('memory', { machine: { freeMemory: 0.5e9 } }),
        'note',
        /500 MB of it free/,
        /close/,
      );
    });
  });

  test('disk: less than the set-up needs is wrong until it was made, then less than the features need', async () => {
    await withReady(async (ask, context) => {
      const some = { machine: { freeDisk: () => 1e9 } };
      assertAnswer(await ask('disk', some), 'ok', /1\.0 GB of disk free/);
      assertAnswer(await ask('disk', { machine: { freeDisk: () => 0.1e9 } }), 'wrong', /100 MB/, /Free some/);
      fs.rmSync(path.join(context.root, '.venv'), { recursive: true });
      assertAnswer(await ask('disk', some), 'wrong', /the set-up may take 2\.3 GB/, /Free some/);
    });
  });

  test('writing: a folder that can not be written to is wrong', async () => {
    await withReady(async (ask, context) => {
      // A file where the folder should be stops the superuser too.
      const LITTLE_DATA_DIR = path.join(write(context.root, 'a-file', ''), 'data');
      assertAnswer(
        await ask('writing', { env: { LITTLE_DATA_DIR } }),
        'wrong',
        /can't be written to \(ENOTDIR\)/,
        /LITTLE_DATA_DIR names another folder/,
      );
      const before = fs.readdirSync(context.root);
      await ask('writing');
      assert.deepEqual(fs.readdirSync(context.root), before);
    });
  });

  test('proxy: half a proxy, a badly written one, and one that takes localhost are notes', async () => {
    await withReady(async (ask) => {
      const proxy = 'http://me:secret@proxy.example:3128';
      assertAnswer(
        await ask('proxy', { env: { HTTP_PROXY: proxy } }),
        'note',
        /no HTTPS_PROXY/,
        /Set HTTPS_PROXY/,
      );
      assertAnswer(
        await ask('proxy', { env: { https_proxy: 'proxy:80' } }),
        'note',
        /no address/,
        /http:\/\/host/,
      );
      const both = await ask('proxy', { env: { HTTPS_PROXY: proxy, NO_PROXY: 'example.org' } });
      assertAnswer(both, 'note', /lacks localhost/, /NO_PROXY=example\.org,localhost,127\.0\.0\.1/);
      assert.doesNotMatch(both.found, /secret/);
      const whole = { HTTPS_PROXY: proxy, no_proxy: 'localhost,127.0.0.1' };
      assertAnswer(await ask('proxy', { env: whole }), 'ok', /npm and pip use it/);
    });
  });

  test('lockfile: missing, or without the packages of this system, is wrong', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(
        await ask('lockfile', { node: { platform: 'darwin', arch: 'arm64' } }),
        'wrong',
        /another operating system: it has no esbuild, sharp for darwin arm64/,
        /git checkout -- package-lock\.json/,
      );
      fs.rmSync(path.join(context.root, 'package-lock.json'));
      assertAnswer(await ask('lockfile'), 'wrong', /missing/, /git checkout/);
    });
  });

  test('packages: from another system, from another lockfile, or missing is a note, for the set-up mends it', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(
        await ask('packages', { node: { platform: 'darwin' } }),
        'note',
        /installed on linux x64, and this is darwin x64/,
        /npm run setup/,
      );
      const gone = path.join(context.root, 'node_modules', 'sharp');
      fs.rmSync(gone, { recursive: true });
      assertAnswer(
        await ask('packages'),
        'note',
        /node_modules.sharp.package\.json is missing/,
        /npm run setup/,
      );
      fs.rmSync(path.join(context.root, 'node_modules', '.little-data.json'));
      assertAnswer(await ask('packages', { node: { arch: 'arm64' } }), 'note', /another system \(@esbuild/);
      const other = structuredClone(lock);
      other.packages['node_modules/sharp']!.version = '0.9.0';
      write(context.root, 'node_modules/.package-lock.json', other);
      assertAnswer(await ask('packages'), 'note', /differs from package-lock\.json \(sharp 0\.9\.0\)/);
      fs.rmSync(path.join(context.root, 'node_modules'), { recursive: true });
      assertAnswer(await ask('packages'), 'note', /not there yet/, /npm run setup/);
    });
  });

  test('graphics: no card is well, a card without its loader or driver is a note', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(await ask('graphics'), 'ok', /^nvidia, hopper, driver 550, by WebGPU$/);
      const none = '{"isFallbackAdapter":false}';
      const withAnswers = (changes: object) => ({ run: answers(context, changes) });
      assertAnswer(await ask('graphics', withAnswers({ card: none })), 'ok', /no graphics card .* processor/);
      const card = { machine: { graphicsDevices: () => ['/dev/dri/renderD128'] } };
      assertAnswer(
        await ask('graphics', {
          ...card,
          ...withAnswers({ card: none, warning: "Couldn't load Vulkan: libvulkan.so.1" }),
        }),
        'note',
        /renderD128.*libvulkan\.so\.1, is missing/,
        /apt install libvulkan1/,
      );
      assertAnswer(
        await ask('graphics', { ...card, ...withAnswers({ card: none, warning: 'Found no drivers!' }) }),
        'note',
        /has no Vulkan driver/,
        /mesa-vulkan-drivers/,
      );
      const warning =
        "Warning: loader_scanned_icd_add: Could not get 'vkCreateInstance' via 'vk_icdGetInstanceProcAddr' for ICD libGLX_nvidia.so.0\n" +
        'Warning: vkCreateInstance: Found no drivers!';
      assertAnswer(
        await ask('graphics', { ...card, ...withAnswers({ card: none, warning }) }),
        'note',
        /NVIDIA's driver does not start/,
        /apt install libegl1 libgl1/,
      );
      const software = withAnswers({ card: '{"names":["google","swiftshader"],"isFallbackAdapter":true}' });
      assertAnswer(await ask('graphics', software), 'ok', /only a program .*google, swiftshader/);
      const wanted = { ...software, env: { LITTLE_DATA_BACKEND: 'webgpu' } };
      assertAnswer(await ask('graphics', wanted), 'note', /asks for a card/, /unset the variable/);
      const broken = async () => {
        throw Object.assign(new Error('node ended'), { output: 'Error: GLIBC_2.39 not found' });
      };
      assertAnswer(await ask('graphics', { run: broken as never }), 'note', /GLIBC_2\.39/, /processor/);
      assertAnswer(await ask('graphics', { node: { arch: 'riscv64' } }), 'ok', /not made for linux riscv64/);
      fs.rmSync(path.join(context.root, 'node_modules', 'webgpu'), { recursive: true });
      assertAnswer(await ask('graphics'), 'note', /package webgpu is not there/, /npm run setup/);
    });
  });

  test('tensorflow: WebAssembly is a note, nothing that loads is wrong, and so is an unknown backend', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(await ask('tensorflow'), 'ok', /native TensorFlow 2\.21\.0 from node_modules/);
      const run = answers(context, { native: 'Error: bad ELF' });
      assertAnswer(await ask('tensorflow', { run }), 'note', /WebAssembly.*Error: bad ELF/, /npm run setup/);
      const forced = { env: { LITTLE_DATA_BACKEND: 'wasm' } };
      assertAnswer(await ask('tensorflow', forced), 'note', /\(LITTLE_DATA_BACKEND=wasm\)/, /Unset/);
      const native = { run, env: { LITTLE_DATA_BACKEND: 'tensorflow' } };
      assertAnswer(await ask('tensorflow', native), 'wrong', /asks for it/, /unset the variable/);
      const neither = answers(context, { native: 'Error: bad ELF', wasm: 'Error: no wasm' });
      assertAnswer(
        await ask('tensorflow', { run: neither }),
        'wrong',
        /bad ELF.*no wasm/,
        /Delete node_modules/,
      );
      assertAnswer(await ask('tensorflow', { env: { LITTLE_DATA_BACKEND: 'cuda' } }), 'wrong', /"cuda"/);
      fs.rmSync(path.join(context.root, 'node_modules'), { recursive: true });
      assertAnswer(await ask('tensorflow'), 'note', /not there yet/, /npm run setup/);
    });
  });

  test("kernel: one that JupyterLab doesn't see, or takes from elsewhere, is wrong; a changed one is a note", async () => {
    await withReady(async (ask, context) => {
      const seen = (lab: string) => ask('kernel', { run: answers(context, { lab }) });
      assertAnswer(await seen('{"kernelspecs": {}}'), 'wrong', /doesn't see the kernel/, /npm run setup/);
      assertAnswer(
        await seen(JSON.stringify({ kernelspecs: { tslab: { resource_dir: '/usr/share' } } })),
        'wrong',
        /from \/usr\/share/,
      );
      assertAnswer(await seen('no JSON'), 'wrong', /can't be listed/);
      write(context.root, '.jupyter/kernels/tslab/kernel.json', { argv: [] });
      assertAnswer(await ask('kernel'), 'note', /missing or was changed/, /npm run setup/);
    });
  });

  test('tslab: another version than that which the kernel patches is wrong', async () => {
    await withReady(async (ask, context) => {
      write(context.root, 'node_modules/tslab/dist/converter.js', 'function convert() {}');
      assertAnswer(await ask('tslab'), 'wrong', /expected the text/, /npm run setup/);
    });
  });

  test('own jupyter: a kernel that was installed for a project that is gone is a note', async () => {
    const { installKernel } = await script('kernel/install.mjs');
    await withReady(async (ask, context) => {
      write(context.root, 'src/kernel/preload.cjs', '');
      write(context.root, 'node_modules/tslab/bin/tslab', '');
      write(context.root, 'bin/node', '');
      installKernel(context);
      assertAnswer(await ask('own jupyter'), 'ok', /installed for your own Jupyter in .*tslab$/);
      fs.rmSync(path.join(context.root, 'bin'), { recursive: true });
      assertAnswer(await ask('own jupyter'), 'note', /needs .*node, which is gone/, /kernel:install/);
    });
  });

  test('weights: damaged or missing is wrong', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(
        await ask('weights'),
        'wrong',
        /are damaged: their SHA-256/,
        /git checkout -- data\/weights/,
      );
      fs.rmSync(path.join(context.root, 'data', 'weights'), { recursive: true });
      assertAnswer(await ask('weights'), 'wrong', /are missing/, /git checkout -- data\/weights/);
    });
  });

  test('photos: none is a note, a named place without any is wrong', async () => {
    await withReady(async (ask, context) => {
      assertAnswer(await ask('photos'), 'ok', /1 photos? in data\/dogs-vs-cats/);
      const named = (LITTLE_DATA_PHOTOS: string) => ask('photos', { env: { LITTLE_DATA_PHOTOS } });
      assertAnswer(await named('nowhere'), 'wrong', /nowhere \(LITTLE_DATA_PHOTOS\) is missing/, /Correct/);
      assertAnswer(await named('scripts'), 'wrong', /no folder with photos/);
      write(context.root, 'mine.zip', '');
      assertAnswer(await named('mine.zip'), 'ok', /the zip mine\.zip/);
      fs.rmSync(path.join(context.root, 'data'), { recursive: true });
      assertAnswer(await ask('photos'), 'note', /drawings take their place/, /npm run photos/);
    });
  });
});

describe('doctor()', () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const check = (answer: object) => async () => answer;

  test('prints one line a check, and says whether the tutorial can run', async () => {
    const { doctor } = await script('doctor.mjs');
    const list = {
      one: check({ state: 'ok', found: 'well' }),
      two: check({ state: 'note', found: 'odd', next: 'Do.' }),
    };
    assert.equal(await doctor({ log }, list), true);
    assert.deepEqual(lines.splice(0), [
      'ok     one: well',
      'note   two: odd. Do.',
      '',
      'The tutorial can run (`npm run tutorial`); 1 thing is worth knowing.',
    ]);
    assert.equal(
      await doctor({ log }, { ...list, three: check({ state: 'wrong', found: 'bad', next: 'Mend.' }) }),
      false,
    );
    assert.match(
      lines.splice(0).join('\n'),
      /WRONG {2}three: bad\. Mend\.\n\nThe tutorial can't run yet: 1 thing is wrong\./,
    );
  });

  test('goes on after a check that throws', async () => {
    const { doctor } = await script('doctor.mjs');
    const one = async () => {
      throw new Error('no such call');
    };
    assert.equal(await doctor({ log }, { one, two: check({ state: 'ok', found: 'well' }) }), true);
    assert.match(
      lines.splice(0).join('\n'),
      /note {3}one: could not be checked: no such call.*\nok {5}two: well/,
    );
  });
});
