/** Ordered async map with bounded look-ahead. */

/**
 * Yields the result of `work` on each of `items`, in their order. Up to `limit` calls run or wait to be taken, so memory stays
 * bounded. With `ready`, a result is yielded only once the results of that many items after it are there: for a consumer that
 * then blocks the thread.
 */
export async function* orderedMap<T, R>(
  items: readonly T[],
  { limit, ready = 0, work }: { limit: number; ready?: number; work: (item: T) => Promise<R> },
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  let next = 0;
  while (next < items.length || underWay.length > 0) {
    while (next < items.length && underWay.length < limit) {
      const result = work(items[next++]!);
      // The consumer sees the error when it takes the result. If it stops before, nobody needs to.
      result.catch(() => {});
      underWay.push(result);
    }
    await Promise.allSettled(underWay.slice(1, 1 + ready));
    yield underWay.shift()!;
  }
}
