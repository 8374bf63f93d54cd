/** Training by hand: sliders for the settings, buttons, and a chart that grows. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import sharp from 'sharp';
import { checkInteger, checkKeys } from '../check';
import { gatherRows } from '../features/gather-rows';
import { provenanceOf } from '../features/provenance';
import { buildHead } from '../head/build-head';
import type { History } from '../head/history';
import { type Labels, labelValues } from '../head/labels';
import { closingLine } from '../head/runs/closing-line';
import { readRuns } from '../head/runs/run-files';
import { trainHead } from '../head/training/train-head';
import { TrainingInterrupted } from '../head/training/training-interrupted';
import { escapeHtml } from '../notebook/escape-html';
import { evenly } from '../notebook/evenly';
import { clock } from '../notebook/progress-bar';
import { hbox, vbox } from '../notebook/widgets/boxes';
import { button } from '../notebook/widgets/button';
import { dropdown } from '../notebook/widgets/dropdown';
import { htmlView } from '../notebook/widgets/html-view';
import { imageView } from '../notebook/widgets/image-view';
import { slider } from '../notebook/widgets/slider';
import type { AnyWidget } from '../notebook/widgets/widget';
import { chartSvg } from '../plots/chart';
import { panelChart } from '../plots/panel-chart';

/** The chart is drawn no more often than this (ms). */
const redrawEvery = 500;

/** The options of `trainingPanel`. */
export interface TrainingPanelOptions {
  /** The features of the train split, float32 `[n, ...]`. */
  trainData: Tensor;
  /** Their labels: one integer per row. */
  trainLabels: Labels;
  /** `[features, labels]` of the validation split. @default none */
  validationData?: readonly [Tensor, Labels];
  /** How often a run goes through all rows, at first. @default 50 */
  epochs?: number;
  /** The seed at first. @default 1 */
  seed?: number;
}

/** The panel, as a cell keeps it. */
export interface TrainingPanel {
  /** The head of the last run; undefined before the first. The panel disposes it when the next run begins. */
  readonly model: LayersModel | undefined;
  /** The history of the last run. */
  readonly history: History | undefined;
  /** Trains with the settings as they are, as the button does; resolves when the run has ended. */
  train(): Promise<void>;
  /** Ends the run within a batch. The head keeps what it has learned. */
  stop(): void;
  /** Removes the panel. */
  close(): void;
}

/**
 * Shows a panel that trains heads by hand: epochs, learning rate, dropout, units (0: logistic regression), batch size,
 * optimizer, weight decay, number of train photos and seed as sliders; the buttons Train, Stop and Reset. A learning rate
 * that is moved while it trains holds from the next batches on. The chart has accuracy and loss, and earlier runs on the
 * same validation photos in grey. Each run leaves a record, which `runs()` lists.
 *
 * @param options `trainData`, `trainLabels`, `validationData`, `epochs` (50), `seed` (1).
 * @returns the panel, with the `model` and `history` of the last run.
 * @throws LittleDataError for an unknown option.
 * @example
 * ```ts
 * import { labelsOf, np, trainingPanel } from 'little-data';
 * const trainData = await np.load('features.npy');
 * const panel = trainingPanel({ trainData, trainLabels: labelsOf(trainData) });
 * console.log(panel.history);
 * ```
 */
export function trainingPanel(options: TrainingPanelOptions): TrainingPanel {
  checkKeys('trainingPanel', options, ['trainData', 'trainLabels', 'validationData', 'epochs', 'seed']);
  const { trainData, validationData, epochs = 50, seed = 1 } = options;
  checkInteger('epochs', epochs, { min: 1, max: 500 });
  checkInteger('seed', seed, { min: 0, max: 9999 });
  const labels = Int32Array.from(labelValues(options.trainLabels));
  const controls = controlsOf({ photos: labels.length, epochs, seed });
  const first = valuesOf(controls);
  const [train, stop, reset] = [button('Train', { look: 'primary' }), button('Stop'), button('Reset')];
  const line = htmlView('Ready.');
  const picture = imageView(new Uint8Array(), { width: 720, alt: 'accuracy and loss per epoch' });
  const panelBox = vbox([
    hbox([controls.epochs, controls.learningRate, controls.dropout, controls.units]),
    hbox([controls.batchSize, controls.weightDecay, controls.photos, controls.seed, controls.optimizer]),
    hbox([train, stop, reset]),
    line,
    picture,
  ]);
  let model: LayersModel | undefined;
  let history: History | undefined;
  let abort: AbortController | undefined;

  const draw = async (curves: Readonly<Record<string, readonly number[]>>, ghosts = earlierCurves()) => {
    const svg = await chartSvg(panelChart(curves, { ghosts, epochs: controls.epochs.value }));
    picture.value = await sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
  };
  const earlierCurves = () =>
    readRuns()
      .slice(-10)
      .map((record) => record.history);

  const panel: TrainingPanel = {
    get model() {
      return model;
    },
    get history() {
      return history;
    },
    async train() {
      if (abort) return;
      abort = new AbortController();
      const own = valuesOf(controls);
      const rows = rowsOf(labels, own.photos);
      const features = rows.length === labels.length ? trainData : gatherRows(trainData, rows);
      model?.dispose();
      model = buildHead({
        inputShape: trainData.shape.slice(1),
        ...{ seed: own.seed, units: own.units, dropout: own.dropout, classes: classCount(trainData, labels) },
      });
      const ghosts = earlierCurves();
      const began = performance.now();
      let drawn = 0;
      const curves: Record<string, number[]> = {};
      line.value = 'Training ...';
      try {
        ({ history } = await trainHead(
          features,
          rows.map((row) => labels[row]!),
          {
            ...{ model, epochs: own.epochs, batchSize: own.batchSize, optimizer: own.optimizer },
            ...{ weightDecay: own.weightDecay, seed: own.seed, verbose: 0, signal: abort.signal },
            learningRate: () => controls.learningRate.value,
            ...(validationData && { validationData }),
            callbacks: {
              async onEpochEnd(epoch, logs) {
                for (const [name, value] of Object.entries(logs)) {
                  curves[name] ??= [];
                  curves[name].push(value);
                }
                const left = ((performance.now() - began) / (epoch + 1)) * (own.epochs - epoch - 1);
                line.value = escapeHtml(epochText(epoch + 1, own.epochs, { ...logs, left }));
                if (performance.now() - drawn < redrawEvery) return;
                drawn = performance.now();
                await draw(curves, ghosts);
              },
            },
          },
        ));
        await draw(curves, ghosts);
        line.value = escapeHtml(resultText());
      } catch (error) {
        await draw(curves, ghosts);
        if (error instanceof TrainingInterrupted) {
          history = error.history;
          line.value = escapeHtml(`Stopped after ${history.epoch.length} epochs. ${resultText()}`);
        } else line.value = `<b>${escapeHtml((error as Error).message)}</b>`;
      } finally {
        abort = undefined;
        if (features !== trainData) features.dispose();
      }
    },
    stop: () => abort?.abort(),
    close() {
      abort?.abort();
      panelBox.close();
    },
  };
  train.onChange(() => panel.train());
  stop.onChange(() => panel.stop());
  reset.onChange(() => {
    for (const [name, value] of Object.entries(first))
      (controls[name as keyof typeof controls] as { value: unknown }).value = value;
  });
  panelBox.show();
  // Earlier runs are there from the start.
  draw({}).catch((error: unknown) => console.error(error));
  return panel;
}

type Controls = ReturnType<typeof controlsOf>;

function controlsOf({ photos, epochs, seed }: { photos: number; epochs: number; seed: number }) {
  return {
    epochs: slider('epochs', { min: 1, max: 500, value: epochs, scale: 'int' }),
    learningRate: slider('learning rate', { scale: 'log', min: 1e-5, max: 1, value: 0.001 }),
    dropout: slider('dropout', { min: 0, max: 0.9, value: 0.5 }),
    units: slider('units', { min: 0, max: 1024, value: 256, step: 8 }),
    batchSize: slider('batch size', { min: 1, max: 256, value: 16 }),
    weightDecay: slider('weight decay', { min: 0, max: 0.2, value: 0, step: 0.001 }),
    photos: slider('train photos', {
      min: Math.min(4, photos - 1),
      max: photos,
      value: photos,
      scale: 'int',
    }),
    seed: slider('seed', { min: 0, max: 9999, value: seed, scale: 'int' }),
    optimizer: dropdown<'adam' | 'sgd' | 'rmsprop'>('optimizer', { choices: ['adam', 'sgd', 'rmsprop'] }),
  } satisfies Record<string, AnyWidget>;
}

function valuesOf(controls: Controls): { [Name in keyof Controls]: Controls[Name]['value'] } {
  const pairs = Object.entries(controls).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(pairs);
}

/** At least `count` rows in all, the same fraction of each class, spread over its rows. */
function rowsOf(labels: Int32Array, count: number): Int32Array {
  if (count >= labels.length) return Int32Array.from(labels.keys());
  const classes = new Map<number, number[]>();
  for (const [row, label] of labels.entries()) classes.set(label, [...(classes.get(label) ?? []), row]);
  const chosen = [...classes.values()].flatMap((rows) =>
    evenly(rows, Math.max(1, Math.round((rows.length * count) / labels.length))),
  );
  return Int32Array.from(chosen).sort();
}

function classCount(features: Tensor, labels: Int32Array): number {
  const named = Object.keys(provenanceOf(features)?.classIndices ?? {}).length;
  return Math.max(2, named || labels.reduce((a, b) => Math.max(a, b), 0) + 1);
}

function epochText(
  epoch: number,
  epochs: number,
  { acc, val_acc, left }: { acc: number; val_acc?: number; left: number },
): string {
  const held = val_acc === undefined ? '' : `, validation ${val_acc.toFixed(4)}`;
  return `Epoch ${epoch} of ${epochs}: accuracy ${acc.toFixed(4)}${held} - ${clock(left / 1000)} left`;
}

/** What the newest record says. */
function resultText(): string {
  const all = readRuns();
  const newest = all.at(-1);
  return (newest && closingLine(newest, all.at(-2))) ?? 'Trained.';
}
