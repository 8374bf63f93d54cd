/** Work on a list that runs ahead of who takes its results, but never far. */

/**
 * The results of `work` on each of `items`, in their order. Up to `limit` are under way or wait to be taken, so that
 * neither side waits for the other for long, and no more than `limit` results are in memory. With `ready`, a result is
 * given only once those of so many items after it are there too: for who then keeps the thread to itself.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  { limit, ready = 0, work }: { limit: number; ready?: number; work: (item: T) => Promise<R> },
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  let next = 0;
  while (next < items.length || underWay.length > 0) {
    while (next < items.length && underWay.length < limit) {
      const result = work(items[next++]!);
      // An error is seen by who takes it, and by nobody where the taker has stopped before.
      result.catch(() => {});
      underWay.push(result);
    }
    await Promise.allSettled(underWay.slice(1, 1 + ready));
    yield underWay.shift()!;
  }
}
