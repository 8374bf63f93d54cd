/** What has to be known of a JPEG file besides its pixels. Source: ITU-T T.81, annex B; JFIF 1.02; libjpeg's `jerror.h`. */

/** The size of a JPEG picture and its colour components, from its frame header. */
export interface JpegFrame {
  height: number;
  width: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  components: number;
}

/** Finds the frame header; `undefined` where there is none before the first scan, or where it is cut. */
export function jpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at++;
    else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9 || marker === 0xda) return undefined;
    else if (marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { height: u16(bytes, at + 5), width: u16(bytes, at + 7), components: bytes[at + 9]! };
    else at += 2 + u16(bytes, at + 2);
  }
  return undefined;
}

/**
 * How many scans a file has, up to one more than `most`. Progressive photos have about 10; each goes over the whole picture
 * again, however few bytes it has.
 */
export function jpegScans(bytes: Uint8Array, { most }: { most: number }): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && scans <= most; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0xd9;
    if (marker === 0xd9) break;
    if (marker === 0xda) scans++;
    // Zeros and restarts stand within a scan, 0xff is filling; all other segments have a length.
    const isBare = marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8);
    at += marker === 0xff ? 1 : isBare ? 2 : 2 + u16(bytes, at + 2);
  }
  return scans;
}

/**
 * The same file with a JFIF revision that decoders know; `bytes` itself where that is so already.
 * Old cameras wrote 0.00, which a strict decoder would otherwise take for damage.
 */
export function withKnownRevision(bytes: Uint8Array): Uint8Array {
  const isJfif = bytes[3] === 0xe0 && Buffer.from(bytes.subarray(6, 11)).toString('latin1') === 'JFIF\0';
  if (!isJfif || bytes[11] === 1 || bytes[11] === 2) return bytes;
  const patched = Uint8Array.from(bytes);
  patched[11] = 1;
  return patched;
}

/**
 * Whether a decoder's complaint concerns bytes that are no part of the picture. Only one complaint may have been
 * counted: the decoder prints the first and counts the rest, and the rest may be damage.
 */
export function isHarmless(complaints: readonly string[]): boolean {
  const lines = complaints.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.every((line) => harmless.some((pattern) => pattern.test(line)));
}

const harmless = [
  /^read gave 1 warnings$/,
  /^error in tile \d+ x \d+$/,
  /Corrupt JPEG data: \d+ extraneous bytes before marker 0x[0-9a-f]{2}$/,
  /Invalid SOS parameters for sequential JPEG$/,
  /Unknown Adobe color transform code \d+$/,
];

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
