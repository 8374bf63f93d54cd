/** A training run as it goes: one line per epoch, and curves that grow. */

import { inKernel, LiveDisplay } from '../notebook/display';
import { progressText } from '../notebook/progress-text';
import { chartBundle } from './chart';
import { type PlottedHistory, plotHistory } from './plot-history';

/** The chart is drawn no more often than this (ms): an epoch may take a few milliseconds. */
const redrawEvery = 500;

/** Shows a run while it trains. */
export interface TrainingView {
  /** Shows one epoch's line and the curves so far. */
  epoch(line: string, history: PlottedHistory): Promise<void>;
  /** Draws the curves a last time, also for viewers without Vega. */
  end(history: PlottedHistory): Promise<void>;
}

/**
 * Starts the view of a run of `epochs` epochs. `verbose`: 0 shows nothing; 1 the curves and one line that is updated in
 * place; 2 the curves and one line per epoch, as Keras prints it.
 */
export function trainingView({ epochs, verbose }: { epochs: number; verbose: number }): TrainingView {
  const display = new LiveDisplay();
  const line = progressText();
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = async (history: PlottedHistory) => {
    drawn = performance.now();
    const shown = Math.max(epochs, ...Object.values(history.history).map(({ length }) => length));
    const spec = plotHistory(history, { title: 'accuracy while training', epochs: shown, height: 180 });
    display.show(await chartBundle(spec));
  };
  return {
    async epoch(text, history) {
      if (!verbose) return;
      if (inKernel() && performance.now() - drawn >= redrawEvery) await draw(history);
      if (verbose >= 2) console.log(text);
      else line.show(text);
    },
    async end(history) {
      if (!verbose) return;
      if (inKernel()) await draw(history);
      line.end();
    },
  };
}
