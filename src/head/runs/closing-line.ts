/** The line below a run: what came out, how sure that is, and how it compares with the run before. */
import { wilsonInterval } from '../../numerics/wilson-interval';
import { type RunRecord, samePhotos } from './run-record';

/** Over so many epochs the accuracy is averaged: that of the last one alone depends on its last batches. */
const averaged = 10;

/** The mean validation accuracy of the last ten epochs; undefined without validation. */
export function lastEpochs({
  history,
}: Pick<RunRecord, 'history'>): { mean: number; epochs: number } | undefined {
  const values = (history.val_acc ?? []).slice(-averaged);
  if (values.length === 0) return undefined;
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, epochs: values.length };
}

/** The line; undefined for a run without validation. The run before counts where it had the same validation photos. */
export function closingLine(record: RunRecord, previous?: RunRecord): string | undefined {
  const own = lastEpochs(record);
  if (!own) return undefined;
  const n = record.photos.validation;
  const [low, high] = wilsonInterval(Math.round(own.mean * n), n);
  const epochs = own.epochs === 1 ? 'after 1 epoch' : `mean of the last ${own.epochs} epochs`;
  const sure = `95% interval ${low.toFixed(3)} to ${high.toFixed(3)} with ${n} photos`;
  const result = `${record.name}: validation accuracy ${own.mean.toFixed(4)} (${epochs}; ${sure})`;
  const earlier = previous && samePhotos(previous, record) ? lastEpochs(previous) : undefined;
  if (!earlier || !previous) return `${result}.`;
  const points = 100 * (own.mean - earlier.mean);
  return `${result}, ${points >= 0 ? '+' : ''}${points.toFixed(1)} points against ${previous.name}.`;
}
