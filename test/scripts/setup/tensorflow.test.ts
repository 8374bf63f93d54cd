import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Context, projectRoot, type Run, read, script, withProject, write } from '../project';

const binding = 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node';

test('installTensorflow() records wasm where neither way works, and tries again in the next run', async () => {
  await withTfjsNode(async (context, lines, installTensorflow) => {
    let tries = 0;
    const failing: Run = async (command, args) => {
      if (args[0]?.endsWith('install.js')) tries++;
      throw new Error(`${path.basename(command)} could not be started`);
    };
    for (const expected of [1, 2]) {
      const { summary } = await installTensorflow({ ...context, run: failing });
      assert.match(summary, /will run as WebAssembly.* The next `npm run setup` tries again/);
      assert.equal(tries, expected);
    }
    assert.match(
      lines.join('\n'),
      /which no hash checks[\s\S]*- a build .*no C\+\+ compiler was found.*\n {4}- tfjs-node's own download: /,
    );
    assert.equal(record(context).backend, 'wasm');
    assert.deepEqual(fs.readdirSync(context.cache), ['tensorflow.json']);

    assert.match(
      (await installTensorflow({ ...context, run: machine(['prebuilt']) })).summary,
      /works \(prebuilt\)/,
    );
    assert.equal(record(context).backend, 'tensorflow');
    assert.equal((await installTensorflow(context)).did, false);
  });
});

test('installTensorflow() builds where the download fails, and keeps what it built over a new npm ci', async () => {
  await withTfjsNode(async (context, _lines, installTensorflow) => {
    putLibrary(context);
    const started: string[] = [];
    const run = machine(['built'], started);
    assert.match((await installTensorflow({ ...context, run })).summary, /works \(built\)/);
    assert.equal(read(context.root, binding), 'built');

    started.length = 0;
    fs.rmSync(path.join(context.root, 'node_modules', '@tensorflow', 'tfjs-node', 'lib'));
    assert.match((await installTensorflow({ ...context, run })).summary, /works \(built\)/);
    assert.deepEqual(started, ['load']);
    assert.equal((await installTensorflow(context)).did, false);
  });
});

test("installTensorflow() takes what a hash checks first, and tfjs-node's own download, with a line, only after it", async () => {
  await withTfjsNode(async (context, lines, installTensorflow) => {
    putLibrary(context);
    const started: string[] = [];
    const run = machine(['built', 'prebuilt'], started);
    assert.match((await installTensorflow({ ...context, run })).summary, /works \(built\)/);
    assert(!started.some((name) => name.endsWith('install.js')));
    assert.doesNotMatch(lines.join('\n'), /no hash/);
  });
  await withTfjsNode(async (context, lines, installTensorflow) => {
    const mac = { ...context.node, platform: 'darwin', arch: 'arm64' };
    const run = machine(['built', 'prebuilt']);
    assert.match((await installTensorflow({ ...context, node: mac, run })).summary, /works \(prebuilt\)/);
    assert.match(lines.join('\n'), /which no hash checks \(LITTLE_DATA_BACKEND=wasm does without it\)/);
  });
});

test('installTensorflow() leaves nothing half-built when the compiler fails', async () => {
  await withTfjsNode(async (context, lines, installTensorflow) => {
    putLibrary(context);
    const run: Run = async (command, args, options) => {
      if (!args.includes('-shared')) return machine([])(command, args, options);
      write(context.root, path.relative(context.root, args.at(-1) ?? ''), 'half');
      throw Object.assign(new Error('g++ ended with exit status 1'), { output: 'fatal error: node_api.h' });
    };
    assert.match((await installTensorflow({ ...context, run })).summary, /WebAssembly/);
    assert.match(lines.join('\n'), /g\+\+ ended with exit status 1\s+fatal error: node_api\.h/);
    assert.equal(read(context.root, binding), undefined);
    assert.deepEqual(fs.readdirSync(context.cache).sort(), [
      'libtensorflow-2.21.0-linux-x64',
      'tensorflow.json',
    ]);
  });
});

test('installTensorflow() does not keep a binding that does not load', async () => {
  await withTfjsNode(async (context, lines, installTensorflow) => {
    const run: Run = async (command, args, options) => {
      if (args[0] === '-e')
        throw Object.assign(new Error('node ended with exit status 1'), { output: 'Error: bad ELF' });
      return machine(['prebuilt'])(command, args, options);
    };
    assert.match((await installTensorflow({ ...context, run })).summary, /WebAssembly/);
    assert.match(lines.join('\n'), /it is there, but does not load: .*bad ELF/);
    assert.equal(read(context.root, binding), undefined);
  });
});

test('installTensorflow() takes a native library that is there already', async () => {
  await withTfjsNode(async (context, _lines, installTensorflow) => {
    write(context.root, binding, 'of the user');
    const started: string[] = [];
    assert.match(
      (await installTensorflow({ ...context, run: machine([], started) })).summary,
      /works \(found\)/,
    );
    assert.deepEqual(started, ['load']);
    assert.equal((await installTensorflow(context)).did, false);
    // Another major version of Node may refuse what this one loads.
    const newer = { ...context, node: { ...context.node, version: '24.0.0' }, run: machine([], started) };
    assert.equal((await installTensorflow(newer)).did, true);
  });
});

test('installTensorflow() takes no record for granted that it can not have written', async () => {
  await withTfjsNode(async (context, _lines, installTensorflow) => {
    write(context.root, binding, 'of the user');
    const known = { backend: 'tensorflow', tfjsNode: '4.22.0', node: 20 };
    for (const files of [undefined, null, 'x', [], [null], [{ file: 5 }]]) {
      write(context.root, '.cache/tensorflow.json', { ...known, files });
      assert.equal((await installTensorflow({ ...context, run: machine([]) })).did, true);
    }
    const library = '.cache/libtensorflow-2.21.0-linux-x64/sizes.json';
    fs.rmSync(path.join(context.root, 'node_modules', '@tensorflow', 'tfjs-node', 'lib'), {
      recursive: true,
    });
    for (const sizes of ['{}', 'null', '{"lib/libtensorflow_cc.so.2":7}']) {
      putLibrary(context);
      write(context.root, library, sizes);
      assert.match((await installTensorflow({ ...context, run: machine(['built']) })).summary, /WebAssembly/);
    }
  });
});

test('installTensorflow() honours LITTLE_DATA_BACKEND', async () => {
  await withTfjsNode(async (context, _lines, installTensorflow) => {
    const wasm = { ...context, env: { ...context.env, LITTLE_DATA_BACKEND: 'wasm' } };
    assert.deepEqual(await installTensorflow(wasm), {
      did: false,
      summary: 'TensorFlow as WebAssembly (LITTLE_DATA_BACKEND=wasm)',
    });
    const native = { ...context, env: { ...context.env, LITTLE_DATA_BACKEND: 'tensorflow' } };
    await assert.rejects(
      installTensorflow(native),
      /LITTLE_DATA_BACKEND=tensorflow asks for it:\n.*Mend one of these, or unset the variable/s,
    );
  });
});

test('the version that the build names is the one whose wheels are pinned', async () => {
  const { version } = await script('setup/wheel.mjs');
  const pins = fs.readFileSync(path.join(projectRoot, 'scripts', 'requirements-tensorflow.txt'), 'utf8');
  const pinned = [...pins.matchAll(/^tensorflow\S*==(\S+)/gm)].map((match) => match[1]);
  assert.deepEqual(pinned, [version, version]);
});

type Step = (context: Context) => Promise<{ did: boolean; summary: string }>;

async function withTfjsNode(
  use: (context: Context, lines: string[], step: Step) => Promise<void>,
): Promise<void> {
  const { installTensorflow } = await script('setup/tensorflow.mjs');
  await withProject(async (context, lines) => {
    const folder = 'node_modules/@tensorflow/tfjs-node';
    write(context.root, `${folder}/package.json`, { version: '4.22.0' });
    write(context.root, `${folder}/binding.gyp`, '');
    write(context.root, `${folder}/scripts/install.js`, '');
    write(context.root, `${folder}/binding/tfjs_binding.cc`, '');
    write(context.root, 'node_modules/node-api-headers/include/node_api.h', '');
    await use(context, lines, installTensorflow);
  });
}

/** Stands for a machine on which the named ways work; notes in `started` what was asked of it. */
function machine(ways: string[], started: string[] = []): Run {
  const done = { stdout: '', stderr: '' };
  return async (_command, args, { cwd }) => {
    if (args[0] === '-e') {
      started.push('load');
      return { ...done, stdout: '1+1=2\n' };
    }
    started.push(args[0] ?? '');
    if (args[0] === '--version') return done;
    if (args[0]?.endsWith('install.js') && ways.includes('prebuilt'))
      write(cwd, 'lib/napi-v8/tfjs_binding.node', 'prebuilt');
    else if (args.includes('-shared') && ways.includes('built')) fs.writeFileSync(args.at(-1) ?? '', 'built');
    else throw new Error('no route to host');
    return done;
  };
}

/** The library as it lies there once the wheel was unpacked. */
function putLibrary({ root }: Context): void {
  const folder = '.cache/libtensorflow-2.21.0-linux-x64';
  const names = ['lib/libtensorflow_cc.so.2', 'lib/libtensorflow_framework.so.2'];
  for (const name of names) write(root, `${folder}/${name}`, 'library');
  const sizes = Object.fromEntries(names.map((name) => [name, 'library'.length]));
  write(root, `${folder}/sizes.json`, sizes);
}

function record({ root }: Context): { backend: string } {
  return JSON.parse(read(root, '.cache/tensorflow.json') ?? '{}');
}
