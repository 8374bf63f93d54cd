/** Saves a head: structure and weights as Keras' `model.save('head.h5')` does, with the head's metadata. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkModel, problem } from '../check';
import { checkReplaceable } from '../files/replaceable';
import { type H5Layer, signature, writeH5 } from '../formats/h5';
import { kerasConfigOf, modelOfKerasConfig } from '../networks/keras-config';
import { layerWeightsOf, setLayerWeights, weightsDigest } from '../networks/layer-weights';
import { resolvePath } from '../paths';
import { seededRandom } from '../random';
import { tf } from '../tensorflow';
import { checkIndices, classesOf } from './classes';
import { type HeadMetadata, headMetadata, metadataAttribute } from './head-metadata';

const where = 'the head';

/**
 * Saves a head as Keras' `model.save('head.h5')` does: Keras' `load_model` and `load_weights` read the file. The attribute
 * `little_data` holds the class names, how the features were made, the temperature of `calibrate`, what `flagUnlike` keeps, and a digest of the
 * rest. The file is written whole or
 * not at all.
 *
 * @param head from `buildHead` or `trainHead`, or a model of your own.
 * @param file path of the `.h5` file. An earlier `.h5` file is replaced.
 * @throws LittleDataError where the head holds a layer that Keras does not compute in the same way, or a weight that is
 *   not a finite number; where the file cannot be written, or another kind of file has this name. That file is not
 *   changed.
 * @example
 * ```ts
 * import { loadHead, saveHead } from 'little-data';
 * const head = await loadHead('head.h5');
 * await saveHead(head, 'copy.h5');
 * ```
 */
export async function saveHead(head: LayersModel, file: string): Promise<void> {
  checkModel('head', head);
  const place = resolvePath(file);
  checkReplaceable(place, { kind: '.h5', signature });
  const known = headMetadata(head);
  checkIndices(known.classIndices, classesOf(head), where);
  const layers = layerWeightsOf(head);
  const structure = kerasConfigOf(head, where);
  await checkSamePredictions(head, { structure, layers });
  const config = JSON.stringify(structure);
  const metadata: HeadMetadata & { digest: string } = {
    ...known,
    digest: weightsDigest(layers, config),
  };
  await writeH5(place, {
    layers,
    attributes: {
      backend: 'tensorflow',
      // The layout of the file is that of Keras 2's last version, which Keras 3 reads too.
      keras_version: '2.15.0',
      model_config: config,
      [metadataAttribute]: JSON.stringify(metadata),
    },
  });
}

/**
 * Builds the head again from what is to be saved, and compares its predictions for two rows of random numbers.
 * `setLayerWeights` refuses weights that are not finite.
 */
async function checkSamePredictions(
  head: LayersModel,
  { structure, layers }: { structure: unknown; layers: readonly H5Layer[] },
): Promise<void> {
  const again = await modelOfKerasConfig(structure, where);
  try {
    setLayerWeights(again, layers, where);
    const same = tf.tidy(() => {
      const shape = [2, ...(head.inputs[0]!.shape.slice(1) as number[])];
      const random = seededRandom(0);
      const x = tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random), shape);
      const [wanted, found] = [head, again].map((model) => (model.predict(x) as Tensor).dataSync());
      return wanted!.length === found!.length && wanted!.every((value, i) => value === found![i]);
    });
    if (same) return;
  } finally {
    again.dispose();
  }
  throw problem({
    where,
    expected: 'a model whose predictions its structure and weights determine',
    found: 'other predictions after saving and loading',
    next: 'Build the head from the layers of TensorFlow.js alone, without code of its own.',
  });
}
