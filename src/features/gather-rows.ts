/** Some rows of features, with what is known of them. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../tensorflow';
import { provenanceOf, setProvenance } from './provenance';

/** The rows `rows` of features `[n, ...]`, in this order; the provenance of each goes with it. The caller disposes it. */
export function gatherRows(features: Tensor, rows: Int32Array): Tensor {
  const gathered = tf.tidy(() => tf.gather(features, tf.tensor1d(rows, 'int32')));
  const provenance = provenanceOf(features);
  if (!provenance) return gathered;
  const pick = <T>(list: readonly T[]) => Array.from(rows, (row) => list[row]!);
  setProvenance(gathered, {
    recipe: provenance.recipe,
    classIndices: provenance.classIndices,
    filenames: pick(provenance.filenames),
    labels: pick(provenance.labels),
    hashes: provenance.hashes && pick(provenance.hashes),
  });
  return gathered;
}
