/** Rows of features with their labels, as the numerics take them. */

/** Rows of features, row by row, and their labels. */
export interface Rows {
  x: Float32Array;
  labels: Int32Array;
  /** Features per row. */
  size: number;
}

/** Mean and standard deviation of each feature. */
export interface Spread {
  means: Float64Array;
  /** 1 for a feature that never differs. */
  spreads: Float64Array;
}

/** The rows `chosen`, in this order. */
export function selectRows({ x, labels, size }: Rows, chosen: ArrayLike<number>): Rows {
  const own = new Float32Array(chosen.length * size);
  for (let to = 0; to < chosen.length; to++)
    own.set(x.subarray(chosen[to]! * size, (chosen[to]! + 1) * size), to * size);
  return { x: own, labels: Int32Array.from(chosen, (row) => labels[row]!), size };
}

/** The rows for which `wanted` is true. */
export function rowsWhere(rows: Rows, wanted: (row: number) => boolean): Rows {
  return selectRows(rows, Array.from(rows.labels.keys()).filter(wanted));
}

/** The spread of the features over these rows. */
export function spreadOf({ x, labels, size }: Rows): Spread {
  const [means, spreads] = [new Float64Array(size), new Float64Array(size)];
  const n = labels.length;
  for (let at = 0; at < x.length; at++) means[at % size]! += x[at]! / n;
  for (let at = 0; at < x.length; at++) spreads[at % size]! += (x[at]! - means[at % size]!) ** 2 / n;
  for (let k = 0; k < size; k++) spreads[k] = Math.sqrt(spreads[k]!) || 1;
  return { means, spreads };
}

/** The rows less the means, divided by the standard deviations. */
export function standardize({ x, labels, size }: Rows, { means, spreads }: Spread): Rows {
  const own = new Float32Array(x.length);
  for (let at = 0; at < x.length; at++) own[at] = (x[at]! - means[at % size]!) / spreads[at % size]!;
  return { x: own, labels, size };
}
