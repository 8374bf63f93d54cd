/** Keras' HDF5 weight files: named arrays in, named arrays out. */
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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
 * Reads a weights file that Keras saved (`model.save_weights('x.h5')`, or the weights of `model.save('x.h5')`).
 * @throws where the file is missing, is no HDF5 file, or holds no layers in Keras' layout.
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
    const root = opened.get('model_weights') ?? opened;
    const names = root instanceof h5.Group ? textsOf(root, 'layer_names') : undefined;
    if (!(root instanceof h5.Group) || !names)
      throw notKeras(file, `the entries ${opened.keys().join(', ')}`);
    const layers = names.map((name) => ({ name, weights: weightsOf(h5, root, name, file) }));
    return { layers: layers.filter((layer) => layer.weights.length > 0), attributes: attributesOf(opened) };
  } finally {
    opened.close();
  }
}

/** Writes a weights file in the layout of Keras' `save_weights('x.h5')`, whole or not at all. */
export async function writeH5(file: string, { layers, attributes }: H5Weights): Promise<void> {
  const h5 = await loadH5();
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const beside = `${file}.${process.pid}.part`;
  try {
    const opened = new h5.File(beside, 'w');
    try {
      setTexts(
        opened,
        'layer_names',
        layers.map((layer) => layer.name),
      );
      for (const [name, text] of Object.entries(attributes)) opened.create_attribute(name, text);
      for (const layer of layers) {
        const group = opened.create_group(layer.name);
        setTexts(
          group,
          'weight_names',
          layer.weights.map((weight) => weight.name),
        );
        for (const { name, shape, data } of layer.weights) {
          const folder = path.posix.dirname(name);
          if (folder !== '.' && !group.get(folder)) group.create_group(folder);
          group.create_dataset({ name, data, shape, dtype: '<f4' });
        }
      }
    } finally {
      opened.close();
    }
    await checkWritten(beside, { layers, attributes });
    fs.renameSync(beside, file);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

/** HDF5's library reports a failed write on stderr only: what stands in the file is read back and compared. */
async function checkWritten(file: string, { layers, attributes }: H5Weights): Promise<void> {
  const wanted = { layers: layers.filter((layer) => layer.weights.length > 0), attributes };
  if (isDeepStrictEqual(await readH5(file), wanted)) return;
  throw problem({
    where: shownPath(path.dirname(file)),
    expected: 'a disk that keeps what is written',
    found: 'other weights in the file than were written',
    next: 'See whether the disk is full; the earlier file is as it was. Then save again.',
  });
}

type H5Module = Awaited<ReturnType<typeof loadH5>>;
type H5Group = InstanceType<H5Module['Group']>;

async function loadH5() {
  const h5 = await import('h5wasm/node');
  await h5.ready;
  return h5;
}

function open(h5: H5Module, file: string): InstanceType<H5Module['File']> {
  try {
    return new h5.File(file, 'r');
  } catch (error) {
    throw notKeras(
      file,
      `${fs.statSync(file).size} bytes that are no HDF5 file (${(error as Error).message})`,
    );
  }
}

function weightsOf(h5: H5Module, root: H5Group, layer: string, file: string): H5Weight[] {
  const group = root.get(layer);
  if (!(group instanceof h5.Group)) throw notKeras(file, `no group for the layer ${layer}`);
  return (textsOf(group, 'weight_names') ?? []).map((name) => {
    const dataset = group.get(name);
    if (!(dataset instanceof h5.Dataset)) throw notKeras(file, `no data for ${layer}/${name}`);
    return { name, shape: dataset.shape ?? [], data: Float32Array.from(dataset.value as Float32Array) };
  });
}

function textsOf(group: H5Group, attribute: string): string[] | undefined {
  const value = group.attrs[attribute]?.value;
  return Array.isArray(value) ? value.map(String) : undefined;
}

function setTexts(group: H5Group, attribute: string, texts: string[]): void {
  const longest = Math.max(1, ...texts.map((text) => Buffer.byteLength(text)));
  group.create_attribute(attribute, texts, [texts.length], `S${longest}`);
}

function attributesOf(group: H5Group): Record<string, string> {
  const texts = Object.entries(group.attrs).filter(([, attribute]) => typeof attribute.value === 'string');
  return Object.fromEntries(texts.map(([name, attribute]) => [name, attribute.value as string]));
}

function notKeras(file: string, found: string): Error {
  return problem({
    where: shownPath(file),
    expected: "HDF5 weights in Keras' layout (the attribute `layer_names`, a group for each layer)",
    found,
    next: "Save the weights with Keras' `model.save_weights('name.h5')`, or take another file.",
  });
}
