/** How many photos a task has: few at first, then as many as take about half a minute. */

/** So long a task should take, in seconds: long beside what a task costs, short beside what is lost when one is. */
export const taskSeconds = 30;

/** So long even the last tasks take, in seconds: a thousand workers would ask for more of them than a scheduler can give out. */
const leastSeconds = 2;

/** The first tasks have so many batches: enough to measure a rate. */
const firstBatches = 4;

/** The size of tasks, from how long the ones before took. */
export class TaskSizes {
  private secondsPerPhoto: number | undefined;

  /** @param batchSize photos per batch: tasks have whole batches. */
  constructor(private readonly batchSize: number) {}

  /** A task of `photos` photos took `seconds`. What was mostly in the store already tells nothing: pass only what was computed. */
  measured({ photos, seconds }: { photos: number; seconds: number }): void {
    if (photos < this.batchSize || seconds <= 0) return;
    const rate = seconds / photos;
    // The last ones count for more: a machine may become slower.
    this.secondsPerPhoto =
      this.secondsPerPhoto === undefined ? rate : 0.7 * this.secondsPerPhoto + 0.3 * rate;
  }

  /**
   * How many photos the next task has.
   * @param options `left`: how many photos are in no task yet; `workers`: how many work at once. The last tasks are smaller, so that
   *   all workers end at about the same time.
   */
  next({ left, workers }: { left: number; workers: number }): number {
    const wanted =
      this.secondsPerPhoto === undefined
        ? firstBatches * this.batchSize
        : Math.max(
            Math.min(taskSeconds / this.secondsPerPhoto, left / (2 * Math.max(1, workers))),
            leastSeconds / this.secondsPerPhoto,
          );
    const batches = Math.max(1, Math.round(wanted / this.batchSize));
    return Math.min(left, batches * this.batchSize);
  }

  /** How long a task of so many photos should take, in seconds; `undefined` before one was measured. */
  expected(photos: number): number | undefined {
    return this.secondsPerPhoto === undefined ? undefined : photos * this.secondsPerPhoto;
  }
}
