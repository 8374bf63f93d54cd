/** Pixels as a network takes them: prepared on the card from the photos' bytes, a quarter of what float32 would be to upload. */

/** @import * as TensorFlow from '@tensorflow/tfjs' */
/** @import * as WebGPU from '@tensorflow/tfjs-backend-webgpu' */
/** @import { GpuPixels } from './gpu-thread.js' */

/**
 * float32 pixels `[n, height, width, 3]`; the caller disposes them.
 * @param {{ tf: typeof TensorFlow, webgpu: typeof WebGPU }} libraries
 * @param {{ shape: readonly number[], pixels: GpuPixels }} batch bytes come with a table of `pixelTable`
 * @returns {TensorFlow.Tensor}
 */
export function preparedPixels({ tf, webgpu }, { shape, pixels }) {
  if ('values' in pixels) return tf.tensor(pixels.values, [...shape], 'float32');
  const { bytes, table } = pixels;
  return tf.tidy(() => {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const inputs = [tf.tensor1d(words, 'int32'), tf.tensor1d(table)];
    const backend = /** @type {WebGPU.WebGPUBackend} */ (tf.backend());
    // Two copies of TensorFlow's types, one of the package and one of this project.
    const prepared = backend.runWebGPUProgram(lookUp(webgpu, shape), /** @type {any} */ (inputs), 'float32');
    return tf.engine().makeTensorFromTensorInfo(/** @type {any} */ (prepared));
  });
}

/**
 * The program that looks each byte up in the table.
 * @param {typeof WebGPU} webgpu
 * @param {readonly number[]} shape
 * @returns {WebGPU.WebGPUProgram}
 */
function lookUp({ webgpu_util: util }, shape) {
  const outputShape = [...shape];
  const dispatchLayout = util.flatDispatchLayout(outputShape);
  /** @type {[number, number, number]} */
  const workgroupSize = [64, 1, 1];
  return {
    variableNames: ['words', 'levels'],
    outputShape,
    workgroupSize,
    dispatchLayout,
    dispatch: util.computeDispatch(dispatchLayout, outputShape, workgroupSize),
    size: true,
    shaderKey: 'littleDataPixels',
    getUserCode: () => `
      fn main(index: i32) {
        if (index < uniforms.size) {
          let channel = index % 3;
          let at = index - channel + i32(levels[channel]);
          let level = (words[at / 4] >> u32(8 * (at % 4))) & 255;
          setOutputAtIndex(index, levels[3 + channel * 256 + level]);
        }
      }
    `,
  };
}
