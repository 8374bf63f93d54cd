import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import { test } from 'node:test';
import { anySize, Graph } from '../../../src/networks/graph/graph';
import { operations } from '../../../src/networks/graph/operations';
import { loadGraph, savedModel } from '../../../src/networks/graph/saved-model';
import { backend, tf } from '../../../src/tensorflow';

const skip = backend === 'tensorflow' ? false : 'needs the native TensorFlow';

/** `y = x * w + 1` with a variable `w`, which `set` gives a value. */
function scaling(): Graph {
  const graph = new Graph();
  const ops = operations(graph);
  const x = graph.placeholder('x', [anySize]);
  const value = graph.placeholder('value', []);
  const w = ops.variable('w', []);
  const done = ops.identity(graph.constant(1), [ops.assign(w, value)]);
  const y = ops.add(ops.multiply(x, ops.read(w)), graph.constant(1));
  graph.signatures.set = { inputs: { value }, outputs: { done } };
  graph.signatures.scale = { inputs: { x }, outputs: { y } };
  return graph;
}

test('savedModel() gives the same bytes for the same graph', { skip }, () => {
  const bytes = savedModel(scaling());
  assert.ok(bytes.length > 100);
  assert.deepEqual(bytes, savedModel(scaling()));
});

test('loadGraph() runs signatures that share a variable', { skip }, async () => {
  const graph = await loadGraph(scaling());
  const before = tf.memory().numTensors;
  const set = (value: number) => {
    tf.tidy(() => {
      graph.run('set', { value: tf.scalar(value) });
    });
  };
  const run = (x: number[]) =>
    tf.tidy(() => [...graph.run('scale', { x: tf.tensor1d(x) }).y!.dataSync()] as number[]);
  set(3);
  assert.deepEqual(run([0, 1, 2]), [1, 4, 7]);
  set(-1);
  assert.deepEqual(run([5]), [-4]);
  assert.equal(tf.memory().numTensors, before);
  graph.dispose();
});

test('loadGraph() keeps the variables of two graphs apart', { skip }, async () => {
  const graphs = [await loadGraph(scaling()), await loadGraph(scaling())];
  tf.tidy(() => {
    for (const [i, graph] of graphs.entries()) graph.run('set', { value: tf.scalar(i) });
    const values = graphs.map((graph) => graph.run('scale', { x: tf.tensor1d([10]) }).y!.dataSync()[0]);
    assert.deepEqual(values, [1, 11]);
  });
  for (const graph of graphs) graph.dispose();
});

test('loadGraph() leaves no folder and no session behind', { skip }, async () => {
  const folders = () =>
    fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(`little-data-graph-${process.pid}-`));
  const sessions = tf.node.getNumOfSavedModels();
  const graph = await loadGraph(scaling());
  assert.deepEqual(folders(), []);
  assert.equal(tf.node.getNumOfSavedModels(), sessions + 1);
  graph.dispose();
  assert.equal(tf.node.getNumOfSavedModels(), sessions);
  const wrong = new Graph();
  wrong.signatures.run = { inputs: {}, outputs: { y: wrong.add('NoSuchOp', { attributes: {} }) } };
  await assert.rejects(loadGraph(wrong), /NoSuchOp/);
  assert.deepEqual(folders(), []);
});
