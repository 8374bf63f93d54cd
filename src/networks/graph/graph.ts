/** A TensorFlow graph as plain data: nodes that are added one after the other, and the signatures it is called by. */

/** The element types that the graphs of this package use. */
export type DataType = 'float32' | 'int32' | 'bool' | 'bfloat16' | 'resource';

/** One output of a node: what the next node takes as an input. */
export interface Output {
  /** The node's name. */
  name: string;
  type: DataType;
}

/** A node's attribute; its kind is the one that the op's definition asks for. */
export type Attribute =
  | { type: DataType }
  | { shape: readonly number[] }
  | { int: number }
  | { ints: readonly number[] }
  | { bool: boolean }
  | { text: string }
  | { tensor: { type: DataType; shape: readonly number[]; values: readonly number[] } };

/** One operation of the graph; control inputs stand among the inputs with a `^` before their name. */
export interface Node {
  name: string;
  op: string;
  inputs: string[];
  attributes: Record<string, Attribute>;
}

/** What a call feeds and what it gives, by name. */
export interface Signature {
  inputs: Record<string, Output>;
  outputs: Record<string, Output>;
}

/** Sizes of a shape that are known only when the graph runs. */
export const anySize = -1;

/** A graph that is being written. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly signatures: Record<string, Signature> = {};

  /**
   * Adds a node and returns its first output.
   * @param options `inputs`; `attributes`, beside `T`, the type of the first input, which nearly every op has;
   *   `type`: of the output, default that of the first input; `after`: nodes that must have run before; `name`.
   */
  add(
    op: string,
    {
      inputs = [],
      attributes,
      type = inputs[0]?.type ?? 'float32',
      after = [],
      name = `${op}_${this.nodes.length}`,
    }: {
      inputs?: readonly Output[];
      attributes?: Record<string, Attribute>;
      type?: DataType;
      after?: readonly Output[];
      name?: string;
    },
  ): Output {
    this.nodes.push({
      name,
      op,
      inputs: [...inputs.map((input) => input.name), ...after.map((node) => `^${node.name}`)],
      attributes: attributes ?? { T: { type: inputs[0]!.type } },
    });
    return { name, type };
  }

  /** What a call feeds. */
  placeholder(name: string, shape: readonly number[], type: DataType = 'float32'): Output {
    return this.add('Placeholder', { name, type, attributes: { dtype: { type }, shape: { shape } } });
  }

  /** Numbers that stand in the graph: a scalar, or a vector. */
  constant(values: number | readonly number[], type: DataType = 'float32'): Output {
    const [list, shape] = typeof values === 'number' ? [[values], []] : [values, [values.length]];
    const tensor = { type, shape, values: list };
    return this.add('Const', { type, attributes: { dtype: { type }, value: { tensor } } });
  }
}
