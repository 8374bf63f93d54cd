/** Where Keras keeps weights within an HDF5 file: the layouts of Keras 2 and Keras 3. Runs in the thread of `h5-worker.mjs`. */
import * as h5 from 'h5wasm/node';
import { Fault } from './h5-values.mjs';

/**
 * @typedef {{ name: string, dataset: h5.Dataset }} FoundWeight
 * @typedef {{ name: string, weights: FoundWeight[] }} FoundLayer
 */

/**
 * The layers of an opened file, in either layout; throws where it has neither. No values are read.
 * Sources: keras/src/legacy/saving/legacy_h5_format.py, keras/src/saving/saving_lib.py.
 * @param {h5.Group} opened
 * @returns {FoundLayer[]}
 */
export function layersIn(opened) {
  const layers = namedLayers(opened) ?? numberedLayers(opened);
  if (!layers) throw new Fault(`the entries ${opened.keys().slice(0, 20).join(', ') || '(none)'}`);
  return layers;
}

/**
 * The attributes of a group that are one text each.
 * @param {h5.Group} group
 * @returns {Record<string, string>}
 */
export function attributesOf(group) {
  const names = h5.Module.get_attribute_names(group.file_id, group.path);
  const texts = names.map((name) => [name, textIn(group, name)]);
  return Object.fromEntries(texts.filter(([, text]) => typeof text === 'string'));
}

/**
 * The layout of `.h5`: the attribute `layer_names`, a group for each, `weight_names` within.
 * @param {h5.Group} opened
 */
function namedLayers(opened) {
  const root = entry(opened, 'model_weights') ?? opened;
  if (!(root instanceof h5.Group)) return undefined;
  return textsOf(root, 'layer_names')?.map((name) => ({ name, weights: weightsOf(root, name) }));
}

/**
 * The layout of Keras 3's `.weights.h5`: `layers/dense_1/vars/0`, where `vars` may hold the layer's own name.
 * @param {h5.Group} opened
 */
function numberedLayers(opened) {
  // Keras 2.12 to 2.15 wrote the same under a longer name.
  const layers = entry(opened, 'layers') ?? entry(opened, '_layer_checkpoint_dependencies');
  if (!(layers instanceof h5.Group)) return undefined;
  // Layers of one kind are numbered in the model's order: dense, dense_1, ... dense_10.
  const groups = layers.keys().sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return groups.map((group) => {
    const vars = entry(layers, `${group}/vars`);
    if (!(vars instanceof h5.Group)) throw new Fault(`no group layers/${group}/vars`);
    const name = attributesOf(vars).name ?? group;
    const numbers = vars.keys().sort((a, b) => Number(a) - Number(b));
    return { name, weights: numbers.map((number) => weightOf(vars, number, name)) };
  });
}

/**
 * @param {h5.Group} root
 * @param {string} layer
 */
function weightsOf(root, layer) {
  const group = entry(root, layer);
  if (!(group instanceof h5.Group)) throw new Fault(`no group for the layer ${layer}`);
  const names = textsOf(group, 'weight_names') ?? noTexts(group, 'weight_names');
  if (!names) throw new Fault(`no list of the weights of the layer ${layer}`);
  return names.map((name) => weightOf(group, name, layer));
}

/**
 * @param {h5.Group} group
 * @param {string} name
 * @param {string} layer
 * @returns {FoundWeight}
 */
function weightOf(group, name, layer) {
  const dataset = entry(group, name);
  if (!(dataset instanceof h5.Dataset)) throw new Fault(`no data for ${layer}/${name}`);
  return { name, dataset };
}

/**
 * What stands under a name. On the way there no link may lead out of the file: HDF5 would follow it without a word.
 * @param {h5.Group} group
 * @param {string} name
 */
function entry(group, name) {
  let place = group.path === '/' ? '' : group.path;
  for (const step of name.split('/').filter((part) => part !== '')) {
    place += `/${step}`;
    if (group.get_type(place) < 0) return null;
    const link = group.get_external_link(place);
    if (link.filename !== undefined) throw new Fault(`a link to another file, ${link.filename}, at ${place}`);
  }
  return group.get(name);
}

/**
 * The texts of an attribute that is a list.
 * @param {h5.Group} group
 * @param {string} attribute
 * @returns {string[] | undefined}
 */
function textsOf(group, attribute) {
  const names = new Set(h5.Module.get_attribute_names(group.file_id, group.path));
  const listIn = (/** @type {string} */ name) => {
    const texts = textIn(group, name);
    return Array.isArray(texts) ? texts : undefined;
  };
  if (names.has(attribute)) return listIn(attribute);
  // Keras cuts a list that HDF5's header has no room for into `layer_names0`, `layer_names1`, ...
  const parts = [];
  while (names.has(`${attribute}${parts.length}`)) parts.push(listIn(`${attribute}${parts.length}`) ?? []);
  return parts.length > 0 ? parts.flat() : undefined;
}

/**
 * An empty list where the attribute is one: Keras writes that as numbers, of which there are none.
 * @param {h5.Group} group
 * @param {string} attribute
 * @returns {[] | undefined}
 */
function noTexts(group, attribute) {
  if (!h5.Module.get_attribute_names(group.file_id, group.path).includes(attribute)) return undefined;
  const { total_size } = h5.Module.get_attribute_metadata(group.file_id, group.path, attribute);
  return total_size === 0 ? [] : undefined;
}

/**
 * @param {h5.Group} group
 * @param {string} attribute
 * @returns {unknown} one text, a list of them, or undefined where the attribute is no text
 */
function textIn(group, attribute) {
  const { size, total_size, type } = h5.Module.get_attribute_metadata(group.file_id, group.path, attribute);
  if (type !== h5.Module.H5T_class_t.H5T_STRING.value) return undefined;
  if (!(size * total_size <= mostText)) throw new Fault(`an attribute of over 16 MiB, ${attribute}`);
  return group.get_attribute(attribute, false);
}

/** Names and records take a few kilobytes, the description of a large model less than a megabyte. */
const mostText = 2 ** 24;
