/** `model.summary()` as Keras prints it. */
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node';

const columns = [29, 27];
const lineLength = 65;

/** Gives a model a `summary()` that prints Keras' table; returns the same model. */
export function withKerasSummary<T extends LayersModel>(model: T): T {
  model.summary = (
    _lineLength?: number,
    _positions?: number[],
    print: (line: string) => void = console.log,
  ) => {
    print(summaryText(model));
  };
  return model;
}

/** Keras' table of a model: one line per layer with output shape (`None` for any) and parameters, then the totals. */
export function summaryText(model: LayersModel): string {
  const rows = model.layers.map((layer) => [
    `${layer.name} (${layer.getClassName()})`,
    shapeText(layer.output, layer.getClassName() === 'InputLayer'),
    String(layer.countParams()),
  ]);
  const total = model.countParams();
  const trainable = model.trainableWeights.reduce(
    (sum, weight) => sum + weight.shape.reduce((a, b) => a! * b!, 1)!,
    0,
  );
  const line = '_'.repeat(lineLength);
  return [
    `Model: "${model.name}"`,
    line,
    row(['Layer (type)', 'Output Shape', 'Param #']),
    '='.repeat(lineLength),
    rows.map(row).join('\n\n'),
    '='.repeat(lineLength),
    `Total params: ${total.toLocaleString('en')}`,
    `Trainable params: ${trainable.toLocaleString('en')}`,
    `Non-trainable params: ${(total - trainable).toLocaleString('en')}`,
    line,
  ].join('\n');
}

/** Text that is too long for its column is cut, as Keras does. */
function row(texts: string[]): string {
  const cells = columns.map((width, i) => texts[i]!.slice(0, width - 1).padEnd(width));
  return `${cells.join('')}${texts[2]}`;
}

function shapeText(output: SymbolicTensor | SymbolicTensor[], bracketed: boolean): string {
  const shape = (Array.isArray(output) ? output[0]! : output).shape.map((size) => size ?? 'None').join(', ');
  return bracketed ? `[(${shape})]` : `(${shape})`;
}
