/** Weights as 16-bit numbers where that is asked for, or loses nothing. */
import type { io } from '@tensorflow/tfjs';
import { problem } from '../check';
import { fromHalf } from '../formats/from-half';
import { toHalf } from '../formats/to-half';
import { tf } from '../tensorflow';

/** How exact the weights of an export are. */
export type WeightPrecision = 'float32' | 'float16';

/** All of them, for checks. */
export const weightPrecisions: readonly WeightPrecision[] = ['float32', 'float16'];

/** Weights as `tf.io` describes them, all in one piece. */
export interface Weights {
  weightSpecs: io.WeightsManifestEntry[];
  weightData: ArrayBuffer;
}

/**
 * The same weights, each tensor in half the bytes where all its numbers are float16 as they are, which EfficientNet-Lite0's are;
 * with `precision: 'float16'` all others too, rounded to the nearest. Every TensorFlow.js turns them into float32 when it loads
 * them (`quantization` in the specifications).
 *
 * @throws LittleDataError where a number is beyond float16, which ends at 65,504.
 */
export function packWeights({ weightSpecs, weightData }: Weights, precision: WeightPrecision): Weights {
  const specs: io.WeightsManifestEntry[] = [];
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const spec of weightSpecs) {
    const bytes = tf.util.sizeFromShape(spec.shape) * tf.util.bytesPerElement(spec.dtype as 'float32');
    // A copy: float32 numbers may begin at multiples of four alone.
    const values = weightData.slice(at, at + bytes);
    at += bytes;
    const halves = spec.dtype === 'float32' ? halvesOf(spec.name, new Float32Array(values), precision) : null;
    specs.push(halves ? { ...spec, quantization } : spec);
    pieces.push(new Uint8Array(halves?.buffer ?? values));
  }
  return { weightSpecs: specs, weightData: new Uint8Array(Buffer.concat(pieces)).buffer };
}

/** As the converter of TensorFlow.js writes it. */
const quantization = { dtype: 'float16' as const, original_dtype: 'float32' };

/** The float16 bits of a tensor; null where they are not wanted. */
function halvesOf(name: string, values: Float32Array, precision: WeightPrecision): Uint16Array | null {
  const halves = toHalf(values);
  if (halves.every((bits, i) => fromHalf(bits) === values[i])) return halves;
  if (precision === 'float32') return null;
  const beyond = halves.findIndex(
    (bits, i) => !Number.isFinite(fromHalf(bits)) && Number.isFinite(values[i]),
  );
  if (beyond === -1) return halves;
  throw problem({
    where: `the weights ${name}`,
    expected: 'numbers up to 65,504, the largest float16',
    found: String(values[beyond]),
    next: "Export with `precision: 'float32'`.",
  });
}
