/** The seeded generator: randomness is always an argument, so that a run can be repeated. */

/** A function that gives numbers in [0, 1), as `Math.random` does. */
export type Random = () => number;

/**
 * A generator of numbers in [0, 1) that gives the same sequence for the same seed on every platform.
 * Source: sfc32 (Chris Doty-Humphrey, PractRand), seeded through splitmix32.
 */
export function seededRandom(...seeds: number[]): Random {
  let state = 0x9e3779b9;
  const split = () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  for (const seed of seeds) {
    state ^= seed | 0;
    state = split() ^ Math.trunc(seed / 2 ** 32);
  }
  let a = split();
  let b = split();
  let c = split();
  let d = 1;
  const next = () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A permutation of 0..n-1 (Fisher-Yates), int32. */
export function permutation(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
