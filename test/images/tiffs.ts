/** TIFF files for tests, written by the specification: one strip, little-endian. */
export interface TiffParts {
  width: number;
  height: number;
  bits?: number;
  samples?: number;
  compression?: number;
  photometric?: number;
  orientation?: number;
  data?: Uint8Array;
}

export function tiffOf({
  width,
  height,
  bits = 8,
  samples = 1,
  compression = 1,
  photometric = 1,
  orientation,
  data = new Uint8Array(16),
}: TiffParts): Buffer {
  const entries: [tag: number, type: 3 | 4, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, bits],
    [259, 3, compression],
    [262, 3, photometric],
    [273, 4, 8],
    ...(orientation === undefined ? [] : ([[274, 3, orientation]] as [number, 3, number][])),
    [277, 3, samples],
    [278, 4, height],
    [279, 4, data.length],
  ];
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length, 0);
  for (const [i, [tag, type, value]] of entries.entries()) {
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    if (type === 3) directory.writeUInt16LE(value, at + 8);
    else directory.writeUInt32LE(value, at + 8);
  }
  const start = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  start.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([start, data, directory]);
}
