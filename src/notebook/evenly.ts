/** At most `count` of a list, evenly chosen and in its order: lists of photos come class by class, and the first ones alone would be of one class. */
export function evenly<T>(all: readonly T[], count: number): T[] {
  const n = Math.min(count, all.length);
  return Array.from({ length: n }, (_, i) => all[Math.floor((i * all.length) / n)]!);
}
