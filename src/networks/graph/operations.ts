/** TensorFlow's operations that the graphs of this package are made of, in short. */
import type { Attribute, Graph, Output } from './graph';

/** Short forms of TensorFlow's operations on one graph. */
export type Operations = ReturnType<typeof operations>;

/** Rows and columns. */
export type Sides = readonly [number, number];

/** What a convolution needs to know beside its kernel. */
export interface Convolution {
  strides: Sides;
  dilations: Sides;
  padding: 'SAME' | 'VALID';
}

/** What pooling over windows needs to know. */
export interface Pooling {
  size: Sides;
  strides: Sides;
  padding: 'SAME' | 'VALID';
}

const channelsLast: Attribute = { text: 'NHWC' };

/** Sides as TensorFlow takes them: rows, height, width, channels. */
const window = ([height, width]: Sides): Attribute => ({ ints: [1, height, width, 1] });

/** Functions that add nodes to `graph`; they do what the TensorFlow operation of that name does. */
export function operations(graph: Graph) {
  const plain =
    (op: string) =>
    (...inputs: Output[]): Output =>
      graph.add(op, { inputs });
  const biased = (op: string, inputs: Output[]) =>
    graph.add(op, { inputs, attributes: { T: { type: inputs[0]!.type }, data_format: channelsLast } });
  const comparison = (op: string) => (a: Output, b: Output) =>
    graph.add(op, { inputs: [a, b], type: 'bool' });
  const convolution =
    (op: string) =>
    (x: Output, kernel: Output, { strides, dilations, padding }: Convolution): Output =>
      graph.add(op, {
        inputs: [x, kernel],
        attributes: {
          T: { type: x.type },
          strides: window(strides),
          dilations: window(dilations),
          padding: { text: padding },
          data_format: channelsLast,
        },
      });
  const cast = (x: Output, type: Output['type']): Output =>
    graph.add('Cast', { inputs: [x], type, attributes: { SrcT: { type: x.type }, DstT: { type } } });
  return {
    constant: (values: number | readonly number[], type?: Output['type']) => graph.constant(values, type),
    add: plain('AddV2'),
    subtract: plain('Sub'),
    multiply: plain('Mul'),
    negative: plain('Neg'),
    linear: (x: Output): Output => x,
    relu: plain('Relu'),
    relu6: plain('Relu6'),
    sigmoid: plain('Sigmoid'),
    tanh: plain('Tanh'),
    softmax: plain('Softmax'),
    logSoftmax: plain('LogSoftmax'),
    softplus: plain('Softplus'),
    /** Gradients by the function's own output. */
    linearGradient: (gradient: Output, _y: Output): Output => gradient,
    reluGradient: (gradient: Output, y: Output) => graph.add('ReluGrad', { inputs: [gradient, y] }),
    sigmoidGradient: (gradient: Output, y: Output) => graph.add('SigmoidGrad', { inputs: [y, gradient] }),
    tanhGradient: (gradient: Output, y: Output) => graph.add('TanhGrad', { inputs: [y, gradient] }),
    greater: comparison('Greater'),
    greaterEqual: comparison('GreaterEqual'),
    equal: comparison('Equal'),
    cast,
    biasAdd: (x: Output, bias: Output) => biased('BiasAdd', [x, bias]),
    biasGradient: (gradient: Output) => biased('BiasAddGrad', [gradient]),
    shapeOf: (x: Output): Output =>
      graph.add('Shape', {
        inputs: [x],
        type: 'int32',
        attributes: { T: { type: x.type }, out_type: { type: 'int32' } },
      }),
    matMul: (a: Output, b: Output, { transposeA = false, transposeB = false } = {}): Output =>
      graph.add('MatMul', {
        inputs: [a, b],
        attributes: {
          T: { type: a.type },
          transpose_a: { bool: transposeA },
          transpose_b: { bool: transposeB },
        },
      }),
    conv2d: convolution('Conv2D'),
    depthwiseConv2d: convolution('DepthwiseConv2dNative'),
    mean: (x: Output, axes: readonly number[]): Output =>
      graph.add('Mean', {
        inputs: [x, graph.constant(axes, 'int32')],
        attributes: { T: { type: x.type }, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
      }),
    maxPool: (x: Output, { size, strides, padding }: Pooling): Output =>
      graph.add('MaxPool', {
        inputs: [x],
        attributes: {
          T: { type: x.type },
          ksize: window(size),
          strides: window(strides),
          padding: { text: padding },
          data_format: channelsLast,
        },
      }),
    /** Entries of the first axis. */
    gather: (x: Output, indices: Output): Output =>
      graph.add('GatherV2', {
        inputs: [x, indices, graph.constant(0, 'int32')],
        attributes: { Tparams: { type: x.type }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' } },
      }),
    sum: (x: Output, axes: readonly number[]): Output =>
      graph.add('Sum', {
        inputs: [x, graph.constant(axes, 'int32')],
        attributes: { T: { type: x.type }, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
      }),
    argMax: (x: Output, axis: number): Output =>
      graph.add('ArgMax', {
        inputs: [x, graph.constant(axis, 'int32')],
        type: 'int32',
        attributes: { T: { type: x.type }, Tidx: { type: 'int32' }, output_type: { type: 'int32' } },
      }),
    /** Scalars as one vector. */
    stack: (inputs: readonly Output[]): Output =>
      graph.add('Pack', {
        inputs,
        attributes: { T: { type: inputs[0]!.type }, N: { int: inputs.length }, axis: { int: 0 } },
      }),
    addAll: (inputs: readonly Output[]): Output =>
      graph.add('AddN', { inputs, attributes: { T: { type: inputs[0]!.type }, N: { int: inputs.length } } }),
    /** `x`, once `after` has run. */
    identity: (x: Output, after: readonly Output[] = []): Output =>
      graph.add('Identity', { inputs: [x], after, attributes: { T: { type: x.type } } }),
    /** Uniform numbers in [0, 1), the same for the same seed (two integers). */
    uniform: (shape: Output, seed: Output): Output =>
      graph.add('StatelessRandomUniform', {
        inputs: [shape, seed],
        type: 'float32',
        attributes: { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
      }),
    /** A float32 variable of the session. */
    variable: (name: string, shape: readonly number[]): Output =>
      graph.add('VarHandleOp', {
        type: 'resource',
        attributes: {
          dtype: { type: 'float32' },
          shape: { shape },
          container: { text: '' },
          shared_name: { text: name },
        },
      }),
    read: (variable: Output, after: readonly Output[] = []): Output =>
      graph.add('ReadVariableOp', {
        inputs: [variable],
        after,
        type: 'float32',
        attributes: { dtype: { type: 'float32' } },
      }),
    assign: (variable: Output, value: Output): Output =>
      graph.add('AssignVariableOp', {
        inputs: [variable, value],
        attributes: { dtype: { type: 'float32' } },
      }),
    /** Takes `value` off a variable. */
    assignSubtract: (variable: Output, value: Output): Output =>
      graph.add('AssignSubVariableOp', {
        inputs: [variable, value],
        attributes: { dtype: { type: 'float32' } },
      }),
    /** One step with momentum on a variable and the step before: `accum = accum * momentum - rate * gradient`. */
    applyMomentum: (inputs: readonly Output[], after: readonly Output[] = []): Output =>
      graph.add('ResourceApplyKerasMomentum', {
        inputs,
        after,
        attributes: { T: { type: 'float32' }, use_locking: { bool: false }, use_nesterov: { bool: false } },
      }),
    /** One step of RMSprop on a variable, its mean of squares, and a momentum that stays unused. */
    applyRmsprop: (inputs: readonly Output[], after: readonly Output[] = []): Output =>
      graph.add('ResourceApplyRMSProp', {
        inputs,
        after,
        attributes: { T: { type: 'float32' }, use_locking: { bool: false } },
      }),
    /** One step of Adam on a variable and its moments, with Keras' bias correction and epsilon. */
    applyAdam: (inputs: readonly Output[], after: readonly Output[] = []): Output =>
      graph.add('ResourceApplyAdam', {
        inputs,
        after,
        attributes: {
          T: { type: 'float32' },
          use_locking: { bool: false },
          use_nesterov: { bool: false },
        },
      }),
  };
}
