/** Step 4: the native TensorFlow of tfjs-node, or the note that WebAssembly has to do. */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from './context.mjs';
import { hasStamp, readJson, stampOf, withWorkFolder, writeJson } from './files.mjs';
import { fetchPrebuilt } from './prebuilt.mjs';
import { buildBinding } from './wheel.mjs';

/** Computes with tfjs-node: prints 2, or fails with the reason. Node 23 took `util.isNullOrUndefined` away. */
const loadCheck =
  "require('util').isNullOrUndefined = (v) => v === null || v === undefined;" +
  "console.log('1+1=' + require('@tensorflow/tfjs-node').add(1, 1).dataSync()[0]);";

/** In their order: what is checked by a hash comes first. */
const ways = [
  { name: 'built', title: 'a build against the library in the TensorFlow wheel', make: buildBinding },
  { name: 'prebuilt', title: "tfjs-node's own download", make: fetchPrebuilt },
];

/**
 * Sees to it that `@tensorflow/tfjs-node` loads. What was fetched or built lies in `.cache/` and is linked into
 * `node_modules/`, so that a new `npm ci` costs no second build. The outcome is kept in `.cache/tensorflow.json`.
 */
export async function installTensorflow(context) {
  const { root, cache, env, log } = context;
  if (env.LITTLE_DATA_BACKEND === 'wasm')
    return { did: false, summary: 'TensorFlow as WebAssembly (LITTLE_DATA_BACKEND=wasm)' };
  const packageFolder = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node');
  const version = readJson(path.join(packageFolder, 'package.json'))?.version;
  if (!version)
    throw new SetupError(
      'The package @tensorflow/tfjs-node is not installed.',
      'See the failure of the step "packages"; once that works, start again.',
    );
  const recordFile = path.join(cache, 'tensorflow.json');
  const same = { tfjsNode: version, node: majorOf(context) };
  const record = readJson(recordFile);
  if (isWorking(root, record, same)) return { did: false, summary: 'native TensorFlow' };

  const remember = (way) => {
    writeJson(recordFile, { backend: 'tensorflow', way, ...same, files: stampsOf(root, packageFolder) });
    return { did: true, summary: `native TensorFlow works (${way})` };
  };
  const reasons = [];
  if (fs.existsSync(bindingPath(packageFolder))) {
    log('  tensorflow: computing 1 + 1 with the native library that is there ...');
    if ((await whyNotLoading(context)) === undefined) return remember(record?.way ?? 'found');
  }
  const places = ways.map((way) => ({ ...way, place: placeOf(context, way.name, version) }));
  const isKept = ({ place }) => fs.existsSync(place);
  for (const way of [...places.filter(isKept), ...places.filter((way) => !isKept(way))]) {
    try {
      return await tryWay(context, way, { packageFolder, remember });
    } catch (error) {
      if (error.reason === 'interrupted') throw error;
      reasons.push(`${way.title}: ${error.message}`);
    }
  }
  writeJson(recordFile, { backend: 'wasm', ...same, reasons });
  const why = reasons.map((reason) => `\n    - ${reason.replaceAll('\n', '\n      ')}`).join('');
  if (env.LITTLE_DATA_BACKEND === 'tensorflow')
    throw new SetupError(
      `The native TensorFlow could not be set up, and LITTLE_DATA_BACKEND=tensorflow asks for it:${why}\n`,
      'Mend one of these, or unset the variable to work with WebAssembly.',
    );
  log(`  tensorflow: the native library could not be set up:${why}`);
  return {
    did: true,
    summary:
      'TensorFlow will run as WebAssembly, about seven times slower. The next `npm run setup` tries again.',
  };
}

async function tryWay(context, way, { packageFolder, remember }) {
  if (fs.existsSync(way.place)) {
    link(context, way.place, packageFolder);
    if ((await whyNotLoading(context)) === undefined) return remember(way.name);
    fs.rmSync(way.place, { recursive: true, force: true });
  }
  await withWorkFolder(context, async (work) => {
    const beside = path.join(work, way.name);
    await way.make(context, { packageFolder, beside });
    fs.renameSync(beside, way.place);
  });
  link(context, way.place, packageFolder);
  const reason = await whyNotLoading(context);
  if (reason === undefined) return remember(way.name);
  fs.rmSync(path.join(packageFolder, 'lib'), { recursive: true, force: true });
  fs.rmSync(way.place, { recursive: true, force: true });
  throw new Error(`it is there, but does not load: ${reason}`);
}

/** Makes `lib` of tfjs-node a link to the one in `place`; the binding finds its library relative to its real path. */
function link({ node }, place, packageFolder) {
  const lib = path.join(packageFolder, 'lib');
  const beside = `${lib}.part`;
  const target = path.join(place, 'lib');
  fs.rmSync(beside, { recursive: true, force: true });
  fs.symlinkSync(
    node.platform === 'win32' ? target : path.relative(packageFolder, target),
    beside,
    'junction',
  );
  fs.rmSync(lib, { recursive: true, force: true });
  fs.renameSync(beside, lib);
}

async function whyNotLoading({ root, env, node, run }) {
  try {
    const { stdout } = await run(node.execPath, ['-e', loadCheck], {
      cwd: root,
      env: { ...env, TF_CPP_MIN_LOG_LEVEL: '3' },
      timeout: 120_000,
    });
    return stdout.includes('1+1=2') ? undefined : `1 + 1 gave ${JSON.stringify(stdout)}`;
  } catch (error) {
    if (error.reason === 'interrupted') throw error;
    const said = error.output?.split('\n').find((line) => line.includes('Error')) ?? '';
    return `${error.message} ${said}`.trim();
  }
}

function isWorking(root, record, { tfjsNode, node }) {
  if (record?.backend !== 'tensorflow' || record.tfjsNode !== tfjsNode || record.node !== node) return false;
  if (!Array.isArray(record.files) || record.files.length === 0) return false;
  return record.files.every((entry) => {
    const { file, ...stamp } = Object(entry);
    return typeof file === 'string' && hasStamp(path.join(root, file), stamp);
  });
}

/** The binding and the libraries beside it, as they are reached from node_modules. */
function stampsOf(root, packageFolder) {
  const binding = bindingPath(packageFolder);
  const real = fs.realpathSync(binding);
  const deps = path.join(path.dirname(real), '..', '..', 'deps', 'lib');
  const libraries = fs.existsSync(deps) ? fs.readdirSync(deps).map((name) => path.join(deps, name)) : [];
  return [binding, ...libraries]
    .filter((file) => fs.existsSync(file))
    .map((file) => ({ file: path.relative(root, file), ...stampOf(file) }));
}

/** N-API 8 is the newest that tfjs-node 4 knows, and what it asks for on every Node from 16 on. */
function bindingPath(folder) {
  return path.join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
}

function placeOf({ cache, node }, way, version) {
  return path.join(cache, `tfjs-node-${version}-${way}-${node.platform}-${node.arch}`);
}

function majorOf({ node }) {
  return Number(node.version.split('.')[0]);
}
