/** The first way: the binding built against the C library that the TensorFlow wheel for Python holds. */
import fs from 'node:fs';
import path from 'node:path';
import { readJson, withWorkFolder, writeJson } from './files.mjs';
import { pythonEnvironment, venvPython } from './interpreter.mjs';

/** As pinned in scripts/requirements-tensorflow.txt. */
/** The version of TensorFlow's library that the binding is built for. */
export const version = '2.21.0';
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const diskNeeded = 1_300_000_000;

/** Unpacks the libraries and the headers of the C interface; prints each one's name and size. */
const unpack = `
import json, os, shutil, sys, zipfile
wheel, target, names = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
headers = tuple('tensorflow/include/' + p for p in ('tensorflow/c/', 'tensorflow/core/platform/ctstring',
                                                    'tsl/platform/ctstring', 'xla/tsl/c/'))
sizes = {}
with zipfile.ZipFile(wheel) as z:
    for e in z.infolist():
        name = e.filename[len('tensorflow/'):]
        if name in names: name = 'lib/' + name
        elif not (e.filename.startswith(headers) and name.endswith('.h')): continue
        out = os.path.join(target, *name.split('/'))
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with z.open(e) as source, open(out, 'wb') as sink: shutil.copyfileobj(source, sink, 1 << 20)
        if name.startswith('lib/'): sizes[name] = e.file_size
print(json.dumps(sizes))
`;

/** Compiles tfjs-node's binding in `beside`, linked to the library in `.cache/libtensorflow-<version>-…`. */
export async function buildBinding(context, { packageFolder, beside }) {
  const { cache, log, node, run } = context;
  if (node.platform !== 'linux' || !['x64', 'arm64'].includes(node.arch))
    throw new Error(`there is no such way on ${node.platform} ${node.arch}, only on Linux x64 and arm64`);
  const compiler = await findCompiler(context);
  const headers = findNodeHeaders(context);
  const library = path.join(cache, `libtensorflow-${version}-${node.platform}-${node.arch}`);
  await fetchLibrary(context, library);

  log(`  tensorflow: compiling tfjs-node's binding with ${compiler} ...`);
  fs.mkdirSync(path.join(beside, 'lib', 'napi-v8'), { recursive: true });
  fs.symlinkSync(path.join('..', path.basename(library)), path.join(beside, 'deps'));
  await run(
    compiler,
    [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
      ...[headers, packageFolder, path.join(library, 'include')].map((folder) => `-I${folder}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(packageFolder, 'binding', name)),
      `-L${path.join(library, 'lib')}`,
      ...libraries.map((name) => `-l:${name}`),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      path.join(beside, 'lib', 'napi-v8', 'tfjs_binding.node'),
    ],
    { cwd: beside, timeout: 10 * 60_000 },
  ).catch((error) => {
    error.message += `\n${error.output}`;
    throw error;
  });
}

/** Downloads the wheel (its hash is checked), unpacks what is needed, and deletes it. */
async function fetchLibrary({ root, cache, env, log, node, run }, library) {
  const sizes = readJson(path.join(library, 'sizes.json'));
  const isWhole = (name) => {
    const found = fs.statSync(path.join(library, 'lib', name), { throwIfNoEntry: false });
    return found !== undefined && found.size === sizes?.[`lib/${name}`];
  };
  if (libraries.every(isWhole)) return;
  const python = venvPython(root, node.platform);
  if (!fs.existsSync(python)) throw new Error('the Python environment .venv, which downloads it, is missing');
  const free = fs.statfsSync(root);
  if (free.bavail * free.bsize < diskNeeded)
    throw new Error(
      `${Math.round((free.bavail * free.bsize) / 1e6)} MB of disk are free, and it takes ${diskNeeded / 1e6} MB while it is unpacked`,
    );

  log(`  tensorflow: downloading TensorFlow ${version} from the Python package index (about 270 MB) ...`);
  await withWorkFolder({ cache }, async (work) => {
    const [download, beside] = ['download', 'library'].map((name) => path.join(work, name));
    const options = { cwd: root, env: pythonEnvironment(env), timeout: 60 * 60_000 };
    const asked = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--python-version', '3.13'];
    await run(
      python,
      [
        ...['-I', '-m', 'pip', 'download', '--quiet', '--retries', '2', ...asked, '--dest', download],
        ...['-r', path.join(root, 'scripts', 'requirements-tensorflow.txt')],
      ],
      options,
    ).catch((error) => {
      throw Object.assign(error, { message: `the wheel could not be downloaded: ${lastLine(error)}` });
    });
    const wheel = fs.readdirSync(download).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip downloaded no wheel');
    const { stdout } = await run(
      python,
      ['-I', '-c', unpack, path.join(download, wheel), beside, JSON.stringify(libraries)],
      options,
    );
    writeJson(path.join(beside, 'sizes.json'), JSON.parse(stdout));
    fs.rmSync(library, { recursive: true, force: true });
    fs.renameSync(beside, library);
  });
}

async function findCompiler({ root, env, run }) {
  for (const compiler of [env.CXX, 'g++', 'clang++', 'c++']) {
    if (!compiler) continue;
    try {
      await run(compiler, ['--version'], { cwd: root, env, timeout: 30_000 });
      return compiler;
    } catch (error) {
      if (error.reason === 'interrupted') throw error;
    }
  }
  throw new Error(
    'no C++ compiler was found (`sudo apt install g++` on Debian and Ubuntu, `sudo dnf install gcc-c++` on Fedora)',
  );
}

/** The folder with `node_api.h`; N-API needs no other header of Node. */
function findNodeHeaders({ root, env, node }) {
  const candidates = [
    path.join(root, 'node_modules', 'node-api-headers', 'include'),
    path.resolve(path.dirname(node.execPath), '..', 'include', 'node'),
    env.npm_config_nodedir && path.join(env.npm_config_nodedir, 'include', 'node'),
    env.HOME && path.join(env.HOME, '.cache', 'node-gyp', node.version, 'include', 'node'),
    path.join('/usr', 'include', 'node'),
  ];
  const found = candidates.find((folder) => folder && fs.existsSync(path.join(folder, 'node_api.h')));
  if (found) return found;
  throw new Error("Node's header node_api.h was not found (`sudo apt install libnode-dev` on Debian)");
}

function lastLine({ message, output = '' }) {
  const lines = output.split('\n').filter((line) => /error|refused|resolve/i.test(line));
  return `${message}${lines.length > 0 ? ` (${lines.at(-1).trim()})` : ''}`;
}
