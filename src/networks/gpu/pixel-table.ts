/** How photos are prepared, as a table that the graphics card looks up. */
import { type Preparation, preparePixels } from '../../datasets/batches/prepare-pixels';
import { seededRandom } from '../../random';
import { valuesOf } from '../../tensorflow';

/** What makes a network's input of pixels. */
export type PixelPreparation = Pick<Preparation, 'rescale' | 'preprocessingFunction'> & {
  /** `[height, width]`. */
  targetSize: readonly [number, number];
};

/** Levels of a channel. */
const levels = 256;

/**
 * What `preparation` makes of each level of each channel: for each channel of the output the channel that it is made of, then its 256
 * values. Rescaling, another order of the channels and numbers for each channel fit into it, bit by bit.
 *
 * @returns undefined where a pixel's value depends on other pixels or on two channels, found by trying it on a picture of noise.
 */
export function pixelTable(preparation: PixelPreparation): Float32Array | undefined {
  try {
    return tableOf(preparation);
  } catch {
    // A function for one size of photos only. Where it fails on the photos too, that error is seen.
    return undefined;
  }
}

function tableOf(preparation: PixelPreparation): Float32Array | undefined {
  const sources = sourcesOf(preparation);
  if (!sources) return undefined;
  const grey = prepared(
    Uint8Array.from({ length: levels * 3 }, (_, i) => Math.floor(i / 3)),
    { ...preparation, targetSize: [1, levels] },
  );
  const table = new Float32Array(3 + 3 * levels);
  table.set(sources);
  for (let channel = 0; channel < 3; channel++)
    for (let level = 0; level < levels; level++)
      table[3 + channel * levels + level] = grey[level * 3 + channel]!;
  return fits(table, preparation) ? table : undefined;
}

/** The input channel that each output channel changes with; undefined where there are several, or none. */
function sourcesOf(preparation: PixelPreparation): number[] | undefined {
  const size = { ...preparation, targetSize: [1, 1] as const };
  const black = prepared(new Uint8Array(3), size);
  const changed = [0, 1, 2].map((source) => {
    const values = prepared(
      Uint8Array.from([0, 1, 2], (channel) => (channel === source ? 200 : 0)),
      size,
    );
    return [0, 1, 2].filter((channel) => values[channel] !== black[channel]);
  });
  const sources = [0, 1, 2].map((channel) => changed.findIndex((list) => list.includes(channel)));
  const isOneToOne = changed.every((list) => list.length === 1) && !sources.includes(-1);
  return isOneToOne ? sources : undefined;
}

/** Whether the table gives what the preparation gives of noise of the photos' size. */
function fits(table: Float32Array, preparation: PixelPreparation): boolean {
  const [height, width] = preparation.targetSize;
  const random = seededRandom(1);
  const noise = Uint8Array.from({ length: height * width * 3 }, () => Math.floor(random() * levels));
  const wanted = prepared(noise, preparation);
  return wanted.every((value, i) => {
    const channel = i % 3;
    const level = noise[i - channel + table[channel]!]!;
    return value === table[3 + channel * levels + level];
  });
}

function prepared(pixels: Uint8Array, preparation: PixelPreparation): Float32Array {
  return valuesOf(() => preparePixels([pixels], preparation));
}
