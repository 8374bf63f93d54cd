import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compile, type TopLevelSpec } from 'vega-lite';
import { emptyHistory, record } from '../../src/head/history';
import { type ChartSpec, chartSvg } from '../../src/plots/chart';
import { type PlottedHistory, plotHistory } from '../../src/plots/plot-history';
import { colourOf, contrast } from '../fixtures/contrast';

const run = { history: { loss: [0.7, 0.4], acc: [0.5, 0.75], val_loss: [0.6, 0.5], val_acc: [0.5, 0.625] } };
const other = { history: { loss: [0.3], acc: [0.9], val_loss: [0.2], val_acc: [0.95] } };

/** The parts of a specification that tests look at. */
interface Plot {
  title: string;
  description: string;
  width: number;
  params: { name: string }[];
  data: { values: unknown[] };
  encoding: Record<'x' | 'y', Channel & { axis: { values?: number[] } }>;
  crosshair: { data: { values: object[] }; encoding: { tooltip: { title?: string; format?: string }[] } };
  layer: {
    mark: { type: string };
    encoding: Record<'color' | 'strokeDash' | 'shape', Channel>;
    transform?: { filter: string }[];
  }[];
}
interface Channel {
  field: string;
  title: string;
  scale: { domain: unknown[]; range: unknown[] };
}
/** The whole chart, with what its layer of curves has. */
function plotOf(...args: Parameters<typeof plotHistory>): Plot {
  const spec = plotHistory(...args);
  const [curves, crosshair] = (spec.layer as object[]).slice(-2);
  return { ...spec, ...curves, crosshair } as unknown as Plot;
}
const wave = Array.from({ length: 12 }, (_, i) => 0.5 + 0.2 * (i % 2));

describe('plotHistory()', () => {
  test('has the title, axes and legend of the original', () => {
    const { title, encoding, layer, description } = plotOf(run);
    const { color } = layer[0]!.encoding;
    assert.equal(title, 'model accuracy');
    assert.equal(encoding.x.title, 'epoch');
    assert.equal(encoding.y.title, 'accuracy');
    assert.equal(color.field, 'split');
    assert.deepEqual(color.scale.domain, ['train', 'validation']);
    assert.equal(
      description,
      'model accuracy: accuracy per epoch. train: 0.7500 at epoch 2. validation: 0.6250 at epoch 2.',
    );
  });

  test('holds the values of train and validation per epoch', () => {
    assert.deepEqual(plotOf(run).data.values, [
      { run: '', split: 'train', epoch: 1, value: 0.5 },
      { run: '', split: 'train', epoch: 2, value: 0.75 },
      { run: '', split: 'validation', epoch: 1, value: 0.5 },
      { run: '', split: 'validation', epoch: 2, value: 0.625 },
    ]);
  });

  test('draws the loss as well', () => {
    const { title, encoding, data } = plotOf(run, { metric: 'loss' });
    assert.deepEqual([title, encoding.y.title], ['model loss', 'loss']);
    assert.deepEqual(data.values[0], { run: '', split: 'train', epoch: 1, value: 0.7 });
  });

  test('takes its options', () => {
    const { title, width, encoding } = plotOf(run, { title: 'mine', epochs: 50, width: 300 });
    assert.deepEqual([title, width, encoding.x.scale.domain], ['mine', 300, [1, 50]]);
  });

  test("knows Keras' newer names too", () => {
    const { history } = run;
    const newer = { history: { accuracy: history.acc, val_accuracy: history.val_acc } };
    assert.deepEqual(plotOf(newer, { metric: 'accuracy' }), plotOf(run));
  });

  test('draws a run without validation, or without an epoch so far', () => {
    assert.equal(plotOf({ history: { acc: [0.5, 0.6] } }).data.values.length, 2);
    const empty = plotOf(emptyHistory({ params: {}, validation: true }));
    assert.deepEqual([empty.data.values, empty.encoding.x.scale.domain], [[], [1, 2]]);
  });

  test('tells several runs apart by colour and marks, train from validation by dashes', () => {
    const { layer, data, description } = plotOf({ 'RGB / 255': run, VGG16: other });
    const [lines, marks] = layer;
    assert.deepEqual([lines!.mark.type, marks!.mark.type], ['line', 'point']);
    assert.equal(lines!.encoding.strokeDash.field, 'split');
    for (const channel of [lines!.encoding.color, marks!.encoding.color, marks!.encoding.shape]) {
      assert.equal(channel.field, 'run');
      assert.deepEqual(channel.scale.domain, ['RGB / 255', 'VGG16']);
      assert.equal(new Set(channel.scale.range).size, 6);
    }
    assert.deepEqual(data.values.at(-1), { run: 'VGG16', split: 'validation', epoch: 1, value: 0.95 });
    assert.match(
      description,
      /RGB \/ 255 validation: 0\.6250 at epoch 2\. VGG16 train: 0\.9000 at epoch 1\./,
    );
  });

  test('dashes validation, and nothing else, in every chart', async () => {
    for (const history of [run, { 'RGB / 255': run }, [run, other]]) {
      const svg = await chartSvg(plotHistory(history));
      const lines = [...svg.matchAll(/<path [^>]*"line mark"[^>]*>/g)].map(([path]) => path);
      assert.equal(lines.length, Array.isArray(history) ? 4 : 2);
      for (const line of lines)
        assert.equal(line.includes('stroke-dasharray="6,3"'), line.includes('split: validation'), line);
    }
  });

  test('takes a list of runs, and tells those of one name apart', () => {
    const list = [{ name: 'same', ...run }, { name: 'same', ...other }, run];
    assert.match(plotOf(list).description, /same train: .* same \(2\) train: .* run 3 train: /);
    assert.deepEqual(
      plotOf(list).data.values,
      plotOf({ same: run, 'same (2)': other, 'run 3': run }).data.values,
    );
  });

  test('tells the values of all curves at an epoch, with four digits', () => {
    const { crosshair } = plotOf({ a: run, 'b "c"': other });
    assert.deepEqual(crosshair.data.values, [
      { epoch: 1, curve0: 0.5, curve1: 0.5, curve2: 0.9, curve3: 0.95 },
      { epoch: 2, curve0: 0.75, curve1: 0.625, curve2: null, curve3: null },
    ]);
    const [epoch, ...curves] = crosshair.encoding.tooltip;
    assert.equal(epoch!.format, undefined);
    assert.deepEqual([...new Set(curves.map(({ format }) => format))], ['.4f']);
    // A straight quotation mark ends the text where JupyterLab writes it into an expression.
    assert.deepEqual(
      curves.map(({ title }) => title),
      ['a train', 'a validation', 'b ”c” train', 'b ”c” validation'],
    );
  });

  test('has a slider that draws the mean of the neighbours, once a run of more than ten epochs has ended', async () => {
    const names = (plot: Plot) => plot.params.map(({ name }) => name);
    const history = { acc: wave };
    assert.deepEqual(names(plotOf({ history })), ['width', 'smoothing']);
    assert.deepEqual(names(plotOf({ history }, { epochs: 50 })), ['width']);
    assert.deepEqual(names(plotOf({ history }, { width: 300 })), ['smoothing']);
    const { params, ...spec } = plotHistory({ history });
    const heights = async (value: number) => {
      const moved = (params as { name: string }[]).map((param) =>
        param.name === 'smoothing' ? { ...param, value } : param,
      );
      const svg = await chartSvg({ ...spec, params: moved });
      const [, path] = /"line mark" d="M([^"]*)"/.exec(svg)!;
      return path!.split('L').map((point) => Number(point.split(',')[1]));
    };
    const [raw, smooth] = [await heights(0), await heights(1)];
    assert.equal(raw.length, wave.length);
    for (let i = 1; i < wave.length - 1; i++)
      assert.ok(Math.abs(smooth[i]! - (raw[i - 1]! + raw[i]! + raw[i + 1]!) / 3) < 0.01, `epoch ${i + 1}`);
  });

  test('has an axis that stays while curves grow', () => {
    const domain = (history: object, metric = 'acc') =>
      plotOf({ history } as PlottedHistory, { metric }).encoding.y.scale.domain;
    assert.deepEqual(domain({ acc: [0.62] }), domain({ acc: [0.62, 0.97, 1] }));
    assert.deepEqual(domain({ acc: [0.62] }), [0.6, 1]);
    assert.deepEqual(domain({ loss: [1.05] }, 'loss'), domain({ loss: [1.05, 0.01, Number.NaN] }, 'loss'));
    assert.deepEqual(domain({ loss: [0.7] }, 'loss'), [0, 0.7]);
    assert.deepEqual(domain({ loss: [123] }, 'loss'), [0, 140]);
    assert.deepEqual(domain({ acc: [] }), [0.9, 1]);
  });

  test('marks ten epochs of many, and the last one, so that a single epoch is seen too', async () => {
    const marksIn = async (epochs: number) => {
      const acc = Array.from({ length: epochs }, (_, i) => i / epochs);
      const svg = await chartSvg(plotHistory({ history: { acc } }));
      return svg.match(/aria-roledescription="point"/g)?.length;
    };
    assert.deepEqual(
      [await marksIn(1), await marksIn(3), await marksIn(50), await marksIn(55)],
      [1, 3, 10, 10],
    );
  });

  test('has colours with a contrast of 3 with a white and with a dark page', () => {
    const { layer } = plotOf(run);
    for (const colour of layer[0]!.encoding.color.scale.range as string[])
      for (const page of ['#ffffff', '#333333'])
        assert.ok(contrast(colourOf(colour), colourOf(page)) >= 3, `${colour} on ${page}`);
  });

  test('has whole epochs on its axis', () => {
    const values = (epochs: number) => plotOf(run, { epochs }).encoding.x.axis.values;
    assert.deepEqual([values(1), values(3), values(50)], [[1, 2], [1, 2, 3], undefined]);
  });

  test('is plain JSON that vega-lite compiles without a warning', () => {
    for (const spec of [
      plotHistory(run),
      plotHistory({ run, other }),
      plotHistory(run, { metric: 'loss' }),
    ]) {
      assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
      assert.deepEqual(warningsOf(spec), []);
    }
  });

  test('does not grow with the run that it was made of', () => {
    const history = emptyHistory({ params: {}, validation: false });
    record(history, { loss: 1, acc: 0.5 });
    const plot = plotOf(history);
    record(history, { loss: 1, acc: 0.6 });
    assert.equal(plot.data.values.length, 1);
  });

  test('says what it was given instead of a run', () => {
    const wrong: [unknown, RegExp][] = [
      [
        undefined,
        /^the history given to plotHistory: expected a run, or several by name, found undefined\. Pass/,
      ],
      [{}, /found an object \(Object\)\. Pass/],
      [run.history, /^the history "loss" given to plotHistory: expected .*, found \[0\.7, 0\.4\]\. Pass/],
      [{ history: { loss: [1] } }, /expected an object with `history\.acc`.*, found the names loss\. Pass/],
    ];
    for (const [value, message] of wrong)
      assert.throws(() => plotHistory(value as PlottedHistory), { name: 'LittleDataError', message });
    assert.throws(
      () => plotHistory(run, { metric: 'auc' }),
      /`metric`: expected one of "acc", "loss", found "auc"/,
    );
  });
});

function warningsOf(spec: ChartSpec): unknown[] {
  const said: unknown[] = [];
  const say = (...words: unknown[]) => {
    said.push(words);
    return logger;
  };
  const logger = { level: () => logger, warn: say, error: say, info: say, debug: () => logger };
  compile(spec as unknown as TopLevelSpec, { logger: logger as never });
  return said;
}
