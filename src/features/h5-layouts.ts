/** Where Keras keeps weights within an HDF5 file: the layouts of Keras 2 and Keras 3. */
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

export type H5Module = Awaited<ReturnType<typeof loadH5>>;
export type H5Group = InstanceType<H5Module['Group']>;

/** HDF5's library, compiled to WebAssembly; it is ESM only. */
export async function loadH5() {
  const h5 = await import('h5wasm/node');
  await h5.ready;
  return h5;
}

/**
 * The layers of an opened file, in either layout; throws where it has neither.
 * Sources: keras/src/legacy/saving/legacy_h5_format.py, keras/src/saving/saving_lib.py.
 */
export function layersIn(h5: H5Module, opened: H5Group, file: string): H5Layer[] {
  const layers = namedLayers(h5, opened, file) ?? numberedLayers(h5, opened, file);
  if (!layers) throw notKeras(file, `the entries ${opened.keys().join(', ') || '(none)'}`);
  return layers;
}

/** The error for a file that is not laid out as Keras does. */
export function notKeras(file: string, found: string): Error {
  return problem({
    where: shownPath(file),
    expected: "HDF5 weights in Keras' layout (the attribute `layer_names`, or the group `layers`)",
    found,
    next: "Save the weights with Keras' `model.save_weights('name.weights.h5')`, or take another file.",
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
  // Float32 comes as an array of its own: copying 59 MB once more takes memory and a quarter of a second.
  const value = dataset.value as ArrayLike<number>;
  const data = value instanceof Float32Array ? value : Float32Array.from(value);
  return { name, shape: dataset.shape ?? [], data };
}

function textsOf(group: H5Group, attribute: string): string[] | undefined {
  const { attrs } = group;
  if (attrs[attribute]) return textsIn(attrs[attribute].value);
  // Keras cuts a list that HDF5's header has no room for into `layer_names0`, `layer_names1`, ...
  const parts: string[][] = [];
  for (let part = attrs[`${attribute}0`]; part; part = attrs[`${attribute}${parts.length}`])
    parts.push(textsIn(part.value) ?? []);
  return parts.length > 0 ? parts.flat() : undefined;
}

function textsIn(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
