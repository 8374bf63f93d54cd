/** The network as extraction runs it: one call for a batch, in the wanted precision. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkOneOf, problem } from '../check';
import { tf } from '../tensorflow';
import type { Precision } from './provenance';

/** Computes batches. */
export interface Network {
  /** The output for a batch of pixels, as `generator.prepare` gives them; the caller disposes both. */
  run(x: Tensor): Promise<Tensor>;
  /** Frees what the network holds; the model itself stays. */
  dispose(): void;
}

/** A network for `model`. @throws where the precision can't be had. */
export function networkFor(model: LayersModel, { precision }: { precision: Precision }): Network {
  checkOneOf('precision', precision, ['float32', 'bfloat16']);
  if (precision === 'float32')
    return { run: async (x) => tf.tidy(() => model.predictOnBatch(x) as Tensor), dispose: () => {} };
  throw problem({
    where: '`precision`',
    expected: "'float32'",
    found: `'${precision}', which can't be had for this network here`,
    next: "Leave `precision` out, or pass 'float32'.",
  });
}
