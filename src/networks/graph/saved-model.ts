/** Runs a graph in TensorFlow: written as a SavedModel into a temporary folder, and loaded from there. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../tensorflow';
import type { Attribute, DataType, Graph, Node, Output, Signature } from './graph';

/** A graph that TensorFlow holds. Its variables live as long as it does. */
export interface LoadedGraph {
  /** Calls a signature; the caller disposes the outputs. */
  run(signature: string, inputs: Record<string, Tensor>): Record<string, Tensor>;
  /** Frees the graph and its variables. */
  dispose(): void;
}

/** The version of TensorFlow's graph format that these graphs are written in (`versions.producer` of a GraphDef). */
const producer = 1395;

/** `DataType` of TensorFlow's types.proto. */
const typeNumbers: Record<DataType, number> = { float32: 1, int32: 3, bool: 10, bfloat16: 14, resource: 20 };

const tag = 'serve';

/** Hands a graph over to TensorFlow. Only where the native library runs (`backend === 'tensorflow'`). */
export async function loadGraph(graph: Graph): Promise<LoadedGraph> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `little-data-graph-${process.pid}-`));
  try {
    fs.writeFileSync(path.join(folder, 'saved_model.pb'), savedModel(graph));
    const names = Object.keys(graph.signatures);
    const models = new Map<string, Awaited<ReturnType<typeof tf.node.loadSavedModel>>>();
    for (const name of names) models.set(name, await tf.node.loadSavedModel(folder, [tag], name));
    return {
      run: (signature, inputs) => models.get(signature)!.predict(inputs) as NamedTensorMap,
      dispose() {
        for (const model of models.values()) model.dispose();
      },
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The bytes of `saved_model.pb`. */
export function savedModel(graph: Graph): Uint8Array {
  const pb = messages();
  const definition = new pb.GraphDef();
  const versions = new pb.VersionDef();
  versions.setProducer(producer);
  definition.setVersions(versions);
  for (const node of graph.nodes) definition.addNode(nodeMessage(node));
  const info = new pb.MetaGraphDef.MetaInfoDef();
  info.setTagsList([tag]);
  const meta = new pb.MetaGraphDef();
  meta.setMetaInfoDef(info);
  meta.setGraphDef(definition);
  for (const [name, signature] of Object.entries(graph.signatures))
    meta.getSignatureDefMap().set(name, signatureMessage(signature));
  const model = new pb.SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(meta);
  return model.serializeBinary();
}

function nodeMessage({ name, op, inputs, attributes }: Node): Message {
  const message = new (messages().NodeDef)();
  message.setName(name);
  message.setOp(op);
  message.setInputList(inputs);
  for (const [key, attribute] of Object.entries(attributes))
    message.getAttrMap().set(key, attributeMessage(attribute));
  return message;
}

function attributeMessage(attribute: Attribute): Message {
  const pb = messages();
  const message = new pb.AttrValue();
  if ('type' in attribute) message.setType(typeNumbers[attribute.type]);
  else if ('shape' in attribute) message.setShape(shapeMessage(attribute.shape));
  else if ('int' in attribute) message.setI(attribute.int);
  else if ('bool' in attribute) message.setB(attribute.bool);
  else if ('text' in attribute) message.setS(Buffer.from(attribute.text));
  else if ('ints' in attribute) {
    const list = new pb.AttrValue.ListValue();
    list.setIList(attribute.ints);
    message.setList(list);
  } else {
    const { type, shape, values } = attribute.tensor;
    const tensor = new pb.Tensor();
    tensor.setDtype(typeNumbers[type]);
    tensor.setTensorShape(shapeMessage(shape));
    if (type === 'int32') tensor.setIntValList(values);
    else tensor.setFloatValList(values);
    message.setTensor(tensor);
  }
  return message;
}

function signatureMessage({ inputs, outputs }: Signature): Message {
  const message = new (messages().SignatureDef)();
  message.setMethodName('tensorflow/serving/predict');
  for (const [name, output] of Object.entries(inputs)) message.getInputsMap().set(name, infoMessage(output));
  for (const [name, output] of Object.entries(outputs))
    message.getOutputsMap().set(name, infoMessage(output));
  return message;
}

/** TensorFlow reads only the name; tfjs-node also wants a type and some shape. */
function infoMessage({ name, type }: Output): Message {
  const message = new (messages().TensorInfo)();
  message.setName(`${name}:0`);
  message.setDtype(typeNumbers[type]);
  message.setTensorShape(shapeMessage([]));
  return message;
}

function shapeMessage(shape: readonly number[]): Message {
  const pb = messages();
  const message = new pb.TensorShape();
  for (const size of shape) {
    const dimension = new pb.TensorShape.Dim();
    dimension.setSize(size);
    message.addDim(dimension);
  }
  return message;
}

/** A protocol buffer message; tfjs-node's generated classes come without types. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Message = any;

/** tfjs-node's message classes. Loaded when a graph is written, as a package without its native library never writes one. */
function messages() {
  return require('@tensorflow/tfjs-node/dist/proto/api_pb.js') as Record<string, Message>;
}
