/** Keras' HDF5 weight files, read: named arrays by layer. The layouts of Keras 2 and Keras 3. */
import fs from 'node:fs';
import { problem } from '../check';
import { shownPath } from '../paths';

/** One weight as Keras keeps it: `name` such as `block1_conv1/kernel:0`, values float32 in C order. */
export interface H5Weight {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** The weights of one layer in the layer's own order (kernel, then bias). */
export interface H5Layer {
  name: string;
  weights: H5Weight[];
}

/** A file of weights: layers in the model's order, and text attributes of the root. */
export interface H5Weights {
  layers: H5Layer[];
  attributes: Record<string, string>;
}

/**
 * Reads a weights file that Keras saved: `model.save_weights('x.h5')` of Keras 2, `model.save_weights('x.weights.h5')` of
 * Keras 3, or the weights of `model.save('x.h5')` of both.
 * Source of the layouts: keras/src/legacy/saving/legacy_h5_format.py, keras/src/saving/saving_lib.py.
 *
 * @throws where the file is missing, is no HDF5 file (a `.keras` archive is none), or holds no layers in Keras' layouts.
 */
export async function readH5(file: string): Promise<H5Weights> {
  if (!fs.existsSync(file)) {
    throw problem({
      where: shownPath(file),
      expected: 'a weights file that Keras saved (.h5)',
      found: 'no such file',
      next: 'Correct the path.',
    });
  }
  const h5 = await loadH5();
  const opened = open(h5, file);
  try {
    const layers = namedLayers(h5, opened, file) ?? numberedLayers(h5, opened, file);
    if (!layers) throw notKeras(file, `the entries ${opened.keys().join(', ') || '(none)'}`);
    return { layers: layers.filter((layer) => layer.weights.length > 0), attributes: attributesOf(opened) };
  } finally {
    opened.close();
  }
}

type H5Module = Awaited<ReturnType<typeof loadH5>>;
type H5Group = InstanceType<H5Module['Group']>;

/** HDF5's library, compiled to WebAssembly; it is ESM only. */
export async function loadH5() {
  const h5 = await import('h5wasm/node');
  await h5.ready;
  return h5;
}

function open(h5: H5Module, file: string): InstanceType<H5Module['File']> {
  try {
    return new h5.File(file, 'r');
  } catch (error) {
    if (isZip(file)) throw kerasArchive(file);
    throw notKeras(
      file,
      `${fs.statSync(file).size} bytes that are no HDF5 file (${(error as Error).message})`,
    );
  }
}

function isZip(file: string): boolean {
  const start = Buffer.alloc(4);
  const descriptor = fs.openSync(file, 'r');
  try {
    fs.readSync(descriptor, start);
  } finally {
    fs.closeSync(descriptor);
  }
  return start.toString('latin1') === 'PK\x03\x04';
}

function kerasArchive(file: string): Error {
  return problem({
    where: shownPath(file),
    expected: 'an HDF5 file of weights (.h5 or .weights.h5)',
    found: 'a zip archive, as Keras 3 writes for `.keras`',
    next: "In Keras: `keras.models.load_model('name.keras').save_weights('name.weights.h5')`. Then pass that file.",
  });
}

/** The layout of `.h5`: the attribute `layer_names`, a group for each, `weight_names` within. */
function namedLayers(h5: H5Module, opened: H5Group, file: string): H5Layer[] | undefined {
  const root = opened.get('model_weights') ?? opened;
  if (!(root instanceof h5.Group)) return undefined;
  return textsOf(root, 'layer_names')?.map((name) => ({ name, weights: weightsOf(h5, root, name, file) }));
}

/** The layout of Keras 3's `.weights.h5`: `layers/dense_1/vars/0`, where `vars` may note the layer's own name. */
function numberedLayers(h5: H5Module, opened: H5Group, file: string): H5Layer[] | undefined {
  // Keras 2.12 to 2.15 wrote the same under a longer name.
  const layers = opened.get('layers') ?? opened.get('_layer_checkpoint_dependencies');
  if (!(layers instanceof h5.Group)) return undefined;
  // Layers of one kind are numbered in the model's order: dense, dense_1, ... dense_10.
  const groups = layers.keys().sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return groups.map((group) => {
    const vars = layers.get(`${group}/vars`);
    if (!(vars instanceof h5.Group)) throw notKeras(file, `no group layers/${group}/vars`);
    const noted = vars.attrs.name?.value;
    const name = typeof noted === 'string' ? noted : group;
    const numbers = vars.keys().sort((a, b) => Number(a) - Number(b));
    return { name, weights: numbers.map((number) => weightOf(h5, vars, number, { name, file })) };
  });
}

function weightsOf(h5: H5Module, root: H5Group, layer: string, file: string): H5Weight[] {
  const group = root.get(layer);
  if (!(group instanceof h5.Group)) throw notKeras(file, `no group for the layer ${layer}`);
  const names = textsOf(group, 'weight_names') ?? [];
  return names.map((name) => weightOf(h5, group, name, { name: layer, file }));
}

function weightOf(h5: H5Module, group: H5Group, name: string, of: { name: string; file: string }): H5Weight {
  const dataset = group.get(name);
  if (!(dataset instanceof h5.Dataset)) throw notKeras(of.file, `no data for ${of.name}/${name}`);
  return { name, shape: dataset.shape ?? [], data: Float32Array.from(dataset.value as Float32Array) };
}

function textsOf(group: H5Group, attribute: string): string[] | undefined {
  const value = group.attrs[attribute]?.value;
  return Array.isArray(value) ? value.map(String) : undefined;
}

function attributesOf(group: H5Group): Record<string, string> {
  const texts = Object.entries(group.attrs).filter(([, attribute]) => typeof attribute.value === 'string');
  return Object.fromEntries(texts.map(([name, attribute]) => [name, attribute.value as string]));
}

function notKeras(file: string, found: string): Error {
  return problem({
    where: shownPath(file),
    expected: "HDF5 weights in Keras' layout (a group for each layer, or `layers` with numbered weights)",
    found,
    next: "Save the weights with Keras' `model.save_weights('name.weights.h5')`, or take another file.",
  });
}
