/** Keras' HDF5 weight files: named arrays in, named arrays out. */
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { problem } from '../check';
import { besideOf, putInPlace } from '../files/atomic';
import { entryAt } from '../files/entry-at';
import { checkRoom } from '../files/room';
import { startOfFile } from '../files/start-of-file';
import { diskFault, shownPath } from '../paths';
import { type H5Weights, readInThread } from './h5-thread';

export type { H5Layer, H5Weight, H5Weights } from './h5-thread';

/**
 * Reads a weights file that Keras saved: `model.save_weights('x.h5')` of Keras 2, `model.save_weights('x.weights.h5')` of
 * Keras 3, or the weights of `model.save('x.h5')` of both.
 *
 * The file may come from anywhere: what it takes in time and memory is bounded (see `h5-thread.ts`), and nothing but this
 * file is read, also where it refers to others.
 *
 * @throws where the file is missing, is no HDF5 file (a `.keras` archive is none), is damaged, holds no layers in Keras'
 * layouts, or refers to other files.
 */
export async function readH5(file: string): Promise<H5Weights> {
  const stat = entryAt(file);
  if (!stat?.isFile()) {
    throw problem({
      where: shownPath(file),
      expected: 'a weights file that Keras saved (.h5)',
      found: stat ? 'a folder' : 'no such file',
      next: 'Correct the path.',
    });
  }
  const start = startOfFile(file, signature.length);
  if (start.startsWith('PK\x03\x04')) throw kerasArchive(file);
  if (start !== signature)
    throw notKeras(file, `${stat.size} bytes that are no HDF5 file, or not the whole of one`);
  const answer = await readInThread(file);
  if ('fault' in answer) throw notKeras(file, answer.fault);
  return answer.weights;
}

/** More than structure and names take in a file (bytes). */
const overhead = 2 ** 14;

const next = 'Then save it again. An earlier file is unchanged.';

/**
 * Writes a file of weights, whole or not at all: with the attribute `model_config` in the layout of Keras' `save('x.h5')`,
 * else in that of `save_weights('x.h5')`.
 */
export async function writeH5(file: string, { layers, attributes }: H5Weights): Promise<void> {
  const h5 = await loadH5();
  let beside: string | undefined;
  try {
    beside = besideOf(file);
    // HDF5's library only prints why it can't make a file, and keeps a file open that it can't end.
    fs.closeSync(fs.openSync(beside, 'wx'));
    const values = layers.flatMap(({ weights }) => weights.map(({ data }) => data.byteLength));
    checkRoom(
      file,
      values.reduce((a, b) => a + b, overhead),
      next,
    );
    const opened = new h5.File(beside, 'w');
    try {
      for (const [name, text] of Object.entries(attributes)) opened.create_attribute(name, text);
      const root = attributes.model_config === undefined ? opened : opened.create_group('model_weights');
      setTexts(
        root,
        'layer_names',
        layers.map((layer) => layer.name),
      );
      // Keras looks for these two beside the names.
      for (const name of root === opened ? [] : ['backend', 'keras_version'])
        if (attributes[name] !== undefined) root.create_attribute(name, attributes[name]);
      for (const layer of layers) {
        const group = root.create_group(layer.name);
        setTexts(
          group,
          'weight_names',
          layer.weights.map((weight) => weight.name),
        );
        for (const { name, shape, data } of layer.weights) {
          makeGroups(group, name);
          group.create_dataset({ name, data, shape, dtype: '<f4' });
        }
      }
    } finally {
      opened.close();
    }
    await checkWritten(beside, { layers, attributes });
    putInPlace(beside, file);
  } catch (error) {
    if (beside) fs.rmSync(beside, { force: true });
    throw diskFault(systemError(error), {
      place: file,
      what: 'the file',
      next,
    });
  }
}

/** What stands in the file is read back and compared. */
async function checkWritten(file: string, { layers, attributes }: H5Weights): Promise<void> {
  const wanted = { layers: layers.filter((layer) => layer.weights.length > 0), attributes };
  const found = await readH5(file).catch(() => undefined);
  if (isDeepStrictEqual(found, wanted)) return;
  throw problem({
    where: shownPath(path.dirname(file)),
    expected: 'a disk that keeps what is written',
    found: 'other bytes in the file than were written',
    next: 'Check whether the disk is full, then save again. The earlier file is unchanged.',
  });
}

/** The error of the file system in what HDF5's library tells of a failed write, or the error as it is. */
function systemError(error: unknown): unknown {
  const text = error instanceof Error && error.message.startsWith('HDF5-DIAG') ? error.message : undefined;
  if (text === undefined) return error;
  const full = /No space left|quota exceeded/i.test(text);
  return Object.assign(new Error('failed to write'), { code: full ? 'ENOSPC' : 'EIO', syscall: 'write' });
}

type H5Module = Awaited<ReturnType<typeof loadH5>>;
type H5Group = InstanceType<H5Module['Group']>;

/** HDF5's library, compiled to WebAssembly; it is ESM only. */
async function loadH5() {
  const h5 = await import('h5wasm/node');
  await h5.ready;
  // Else it prints pages about what fails and goes on.
  h5.Module.activate_throwing_error_handler();
  return h5;
}

/** The groups that a name with slashes goes through; HDF5 makes one at a time. */
function makeGroups(group: H5Group, name: string): void {
  const steps = name.split('/').slice(0, -1);
  for (let n = 1; n <= steps.length; n++) {
    const folder = steps.slice(0, n).join('/');
    if (!group.get(folder)) group.create_group(folder);
  }
}

/** How each HDF5 file begins. */
export const signature = '\x89HDF\r\n\x1a\n';

/** The error for a file that holds no weights as Keras lays them out, or that can't be read. */
function notKeras(file: string, found: string): Error {
  return problem({
    where: shownPath(file),
    expected: "HDF5 weights in Keras' layout (the attribute `layer_names`, or the group `layers`)",
    found,
    next: "Save the weights with Keras' `model.save_weights('name.weights.h5')`, or take another file.",
  });
}

function kerasArchive(file: string): Error {
  return problem({
    where: shownPath(file),
    expected: 'an HDF5 file of weights (.h5 or .weights.h5)',
    found: 'a zip archive, as Keras 3 writes for `.keras`',
    next: "In Keras: `keras.models.load_model('name.keras').save_weights('name.weights.h5')`. Then pass that file.",
  });
}

function setTexts(group: H5Group, attribute: string, texts: string[]): void {
  const longest = Math.max(1, ...texts.map((text) => Buffer.byteLength(text)));
  group.create_attribute(attribute, texts, [texts.length], `S${longest}`);
}
