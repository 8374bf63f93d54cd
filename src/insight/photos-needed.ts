/** How many photos an accuracy needs, and how sure that is. */
import { fitPowerLaw, type PowerLaw, photosFor } from '../numerics/power-law';
import { quantile } from '../numerics/quantile';
import { type Random, seededRandom } from '../random';

/** Which validation photos were predicted right with so many train photos per class: for each seed 1 or 0 per photo. */
export interface TriedSize {
  photosPerClass: number;
  right: readonly Uint8Array[];
}

/** Photos per class; `Infinity` where no number is enough. */
export interface NeededPhotos {
  /** What the fitted law needs. */
  photosPerClass: number;
  /** Its 95% interval, by a bootstrap over seeds and validation photos. */
  interval: [number, number];
}

/** What the sizes that were tried say of an accuracy. */
export interface PhotosNeeded {
  /** Undefined where fewer than four sizes were tried: three numbers fit any three errors. */
  law?: PowerLaw;
  needed?: NeededPhotos;
  /** The answer in words. */
  sentence: string;
}

/** How often seeds and validation photos are drawn again. */
const draws = 400;

/** An interval whose ends differ by more than this factor tells nothing. */
const widest = 10;

/**
 * Fits `error = a * n ** -b + c`, and asks it for the photos that `target` needs. The interval is that of a bootstrap over seeds and
 * validation photos: both are drawn again, the same ones for all sizes, and the law is fitted to what they give.
 */
export function photosNeeded(
  tried: readonly TriedSize[],
  { target, seed }: { target: number; seed: number },
): PhotosNeeded {
  if (tried.length < 4)
    return { sentence: cannotTell(target, `${tried.length} sizes were tried, and it takes four`) };
  const sizes = tried.map(({ photosPerClass }) => photosPerClass);
  const photos = tried[0]!.right[0]!.length;
  const seeds = tried[0]!.right.length;
  const all = tried.map(({ right }) =>
    right.map((own) => own.reduce((sum, value) => sum + value, 0) / photos),
  );
  const sigmas = all.map((accs) => sigmaOf(accs, photos));
  const lawOf = (errors: readonly number[]) =>
    fitPowerLaw(errors.map((error, i) => ({ n: sizes[i]!, error, sigma: sigmas[i]! })));
  const law = lawOf(all.map((accs) => 1 - mean(accs)));
  const random = seededRandom(seed);
  const drawn = Array.from({ length: draws }, () => {
    const [ownSeeds, ownPhotos] = [draw(seeds, random), draw(photos, random)];
    const errors = tried.map(({ right }) => 1 - meanOver(right, ownSeeds, ownPhotos));
    return photosFor(lawOf(errors), 1 - target);
  });
  const photosPerClass = photosFor(law, 1 - target);
  const interval: [number, number] = [quantile(drawn, 0.025), quantile(drawn, 0.975)];
  const sentence = sentenceOf({ target, photosPerClass, interval, law, smallest: Math.min(...sizes) });
  return { law, needed: { photosPerClass, interval }, sentence };
}

/** The standard deviation of a mean error: over the seeds, and over validation photos. */
function sigmaOf(accs: readonly number[], photos: number): number {
  const center = mean(accs);
  const between = accs.reduce((sum, acc) => sum + (acc - center) ** 2, 0) / Math.max(1, accs.length - 1);
  // One right and one wrong photo are added: without them no error would be sure to stay none.
  const p = (center * photos + 1) / (photos + 2);
  return Math.sqrt(between / accs.length + (p * (1 - p)) / photos);
}

function sentenceOf({
  target,
  photosPerClass,
  interval: [low, high],
  law,
  smallest,
}: {
  target: number;
  photosPerClass: number;
  interval: [number, number];
  law: PowerLaw;
  smallest: number;
}): string {
  if (high < smallest)
    return `${percent(target)} needs fewer than ${smallest} photos per class, the fewest that were tried.`;
  // Below what was tried the law is a guess.
  const [least, about] = [Math.max(low, smallest), Math.max(photosPerClass, smallest)];
  if (about === Number.POSITIVE_INFINITY)
    return cannotTell(target, `the curve levels off at ${percent(1 - law.c)}`);
  if (high > widest * least)
    return cannotTell(
      target,
      `about ${rounded(about)} photos per class fit best, but anything from ${rounded(least)} to ${
        Number.isFinite(high) ? rounded(high) : 'no number at all'
      } fits as well`,
    );
  return `${percent(target)} needs about ${rounded(about)} photos per class (${rounded(least)} to ${rounded(high)}).`;
}

function cannotTell(target: number, reason: string): string {
  return `What ${percent(target)} needs can't be told from this: ${reason}.`;
}

function percent(fraction: number): string {
  return `${Number((100 * fraction).toFixed(1))}%`;
}

/** Two digits, as the rest is not known: `1,400`. */
function rounded(n: number): string {
  return Math.max(1, Number(n.toPrecision(2))).toLocaleString('en', { maximumFractionDigits: 0 });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOver(right: readonly Uint8Array[], seeds: Int32Array, photos: Int32Array): number {
  let sum = 0;
  for (const own of seeds) for (const photo of photos) sum += right[own]![photo]!;
  return sum / (seeds.length * photos.length);
}

/** `n` of 0 to `n - 1`, each as often as chance has it. */
function draw(n: number, random: Random): Int32Array {
  return Int32Array.from({ length: n }, () => Math.floor(random() * n));
}
