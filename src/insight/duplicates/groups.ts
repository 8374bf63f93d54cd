/** Puts together what belongs together by pairs. */

/** The groups of two and more among `n` things that pairs connect, each in order. */
export function groupsOf(n: number, pairs: readonly { a: number; b: number }[]): number[][] {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const { a, b } of pairs) {
    const [one, other] = [root(a), root(b)];
    parent[Math.max(one, other)] = Math.min(one, other);
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const own = groups.get(root(i));
    if (own) own.push(i);
    else groups.set(root(i), [i]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}
