import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { packWeights, type Weights } from '../../src/export/pack-weights';
import { fromHalf } from '../../src/formats/from-half';
import { tf } from '../../src/tensorflow';

/** One tensor after another. */
function weightsOf(tensors: Record<string, Float32Array | Int32Array | Uint8Array>): Weights {
  const weightSpecs = Object.entries(tensors).map(([name, values]) => {
    const dtype =
      values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
    return { name, shape: [values.length], dtype: dtype as 'float32' };
  });
  const bytes = Object.values(tensors).map((values) => Buffer.from(values.buffer));
  return { weightSpecs, weightData: new Uint8Array(Buffer.concat(bytes)).buffer };
}

/** What TensorFlow.js reads. */
async function read({ weightData, weightSpecs }: Weights): Promise<Record<string, number[]>> {
  const tensors = tf.io.decodeWeights(weightData, weightSpecs);
  const entries = Object.entries(tensors).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]);
  tf.dispose(Object.values(tensors));
  return Object.fromEntries(entries);
}

describe('packWeights()', () => {
  // Of odd lengths: what follows begins anywhere.
  const mixed = {
    halves: Float32Array.of(1, -0.5, 65504),
    flags: Uint8Array.of(1, 0, 1),
    thirds: Float32Array.of(1 / 3, -1 / 3, 0),
    counts: Int32Array.of(1, 70000, -3),
  };

  test('stores what is float16 already in half the bytes, and all the rest as it is', async () => {
    const packed = packWeights(weightsOf(mixed), 'float32');
    assert.deepEqual(
      packed.weightSpecs.map((spec) => spec.quantization?.dtype),
      ['float16', undefined, undefined, undefined],
    );
    assert.equal(packed.weightData.byteLength, 3 * 2 + 3 + 3 * 4 + 3 * 4);
    const wanted = Object.entries(mixed).map(([name, values]) => [name, Array.from(values)]);
    assert.deepEqual(await read(packed), Object.fromEntries(wanted));
  });

  test('rounds the other float32 to float16 where that is asked for, and no other type', async () => {
    const packed = packWeights(weightsOf(mixed), 'float16');
    assert.equal(packed.weightData.byteLength, 3 * 2 + 3 + 3 * 2 + 3 * 4);
    const { thirds, counts } = await read(packed);
    // NumPy 2.4.6: np.float16(1 / 3)
    assert.deepEqual(thirds, [0.333251953125, -0.333251953125, 0]);
    assert.deepEqual(counts, [1, 70000, -3]);
  });

  test('writes each float16 so that TensorFlow.js reads that number', async () => {
    const all = Array.from({ length: 2 ** 16 }, (_, bits) => fromHalf(bits)).filter(
      (value) => !Number.isNaN(value),
    );
    const packed = packWeights(weightsOf({ all: Float32Array.from(all) }), 'float32');
    assert.equal(packed.weightSpecs[0]!.quantization!.dtype, 'float16');
    assert.deepEqual((await read(packed)).all, all);
  });

  test('keeps numbers that are not finite, and refuses those that float16 lacks', async () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, 1 / 3];
    const kept = packWeights(weightsOf({ odd: Float32Array.from(odd) }), 'float32');
    assert.deepEqual((await read(kept)).odd, Array.from(Float32Array.from(odd)));
    const large = weightsOf({ 'dense/bias': Float32Array.of(1, -70000) });
    assert.deepEqual((await read(packWeights(large, 'float32')))['dense/bias'], [1, -70000]);
    assert.throws(
      () => packWeights(large, 'float16'),
      /the weights dense\/bias: expected numbers up to 65,504, .* found -70000\. .*float32/,
    );
  });
});
