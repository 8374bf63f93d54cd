/** The EXIF data of a PNG, which may stand behind the pixels. Source: PNG 1.5 extensions, eXIf; PNG (W3C 2003), chunk layout. */

const signatureBytes = 8;

/** The same file with its `eXIf` chunk before the pixels, where decoders look for it; `bytes` itself where it is so, or has none. */
export function withExifFirst(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let pixels: number | undefined;
  for (let at = signatureBytes; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    const name = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    if (name === 'IDAT') pixels ??= at;
    if (name === 'eXIf') {
      if (pixels === undefined || end > bytes.length) return bytes;
      return Buffer.concat([
        bytes.subarray(0, pixels),
        bytes.subarray(at, end),
        bytes.subarray(pixels, at),
        bytes.subarray(end),
      ]);
    }
    at = end;
  }
  return bytes;
}
