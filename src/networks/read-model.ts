/** A model with its weights from a file of Keras or TensorFlow.js. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { io } from '@tensorflow/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { extractZip } from '../files/extract-zip';
import { startOfFile } from '../files/start-of-file';
import { readH5 } from '../formats/h5';
import { shownPath } from '../paths';
import { tf } from '../tensorflow';
import { modelOfKerasConfig } from './keras-config';
import { setKerasWeights } from './keras-weights';

/**
 * Reads a model.
 *
 * @param file a `.keras` archive, an `.h5` file with the structure, or a `model.json` with its weights beside it.
 * @returns the model. The caller disposes it.
 * @throws LittleDataError where it is missing, damaged, of another kind, or TensorFlow.js does not compute it as Keras does.
 */
export async function readModel(file: string): Promise<LayersModel> {
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile())
    throw notAModel(file, fs.existsSync(file) ? 'a folder' : 'no such file');
  if (startOfFile(file, 2) === 'PK') return readArchive(file);
  if (file.endsWith('.json')) return readTensorflowjs(file);
  const { attributes } = await readH5(file);
  if (attributes.model_config === undefined) throw notAModel(file, 'weights without a structure');
  return readKeras(file, { config: attributes.model_config, weights: file });
}

/** Keras 3's archive: `config.json`, and the weights as HDF5. */
async function readArchive(file: string): Promise<LayersModel> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-keras-'));
  const folder = path.join(temporary, 'archive');
  const names = ['config.json', 'model.weights.h5'];
  try {
    await extractZip(file, folder, { filter: (entry) => names.includes(entry) });
    const [config, weights] = names.map((name) => path.join(folder, name)) as [string, string];
    const missing = names.find((name) => !fs.existsSync(path.join(folder, name)));
    if (missing) throw notAModel(file, `a zip without ${missing}`);
    return await readKeras(file, { config: fs.readFileSync(config, 'utf8'), weights });
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

async function readKeras(
  file: string,
  { config, weights }: { config: string; weights: string },
): Promise<LayersModel> {
  const model = await modelOfKerasConfig(jsonOf(config, file), shownPath(file));
  try {
    setKerasWeights(model, { layers: (await readH5(weights)).layers, where: shownPath(file) });
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** The files of TensorFlow.js' `model.save`, which a browser would fetch one by one. */
async function readTensorflowjs(file: string): Promise<LayersModel> {
  const { modelTopology, weightsManifest, format } = jsonOf(
    fs.readFileSync(file, 'utf8'),
    file,
  ) as io.ModelJSON;
  if (format === 'graph-model') throw notAModel(file, 'a graph model, which has no layers');
  if (!modelTopology || !Array.isArray(weightsManifest)) throw notAModel(file, 'other JSON');
  const shards = weightsManifest.flatMap(({ paths }) =>
    paths.map((name) => path.join(path.dirname(file), name)),
  );
  const missing = shards.find((shard) => !fs.existsSync(shard));
  if (missing) throw notAModel(file, `no ${path.basename(missing)} beside it`);
  const weightData = Uint8Array.from(Buffer.concat(shards.map((shard) => fs.readFileSync(shard)))).buffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  try {
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (error) {
    throw notAModel(file, `one that TensorFlow.js refuses (${(error as Error).message})`);
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAModel(file, 'text that is no JSON');
  }
}

function notAModel(file: string, found: string): Error {
  return problem({
    where: shownPath(file),
    expected:
      'a model with its structure and weights: `.keras` or `.h5` of Keras, or `model.json` of TensorFlow.js',
    found,
    next: "Correct the path, or save the whole model: in Keras `model.save('name.keras')`, in TensorFlow.js `model.save('file://name')`.",
  });
}
