/** Amounts of bytes as people read them. */

/** `bytes` in kB, MB or GB (powers of 1000, as download pages give them): `shownBytes(68606236)` is `'68.6 MB'`. */
export function shownBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}
