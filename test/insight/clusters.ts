/** Made-up features: one cluster per class, closer together than their spread, so that some rows lie with the wrong ones. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { type Random, seededRandom } from '../../src/random';
import { tf } from '../../src/tensorflow';

/** A number of the normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Features `[rows, size]` and their labels, class after class: `distance` standard deviations from the centre, each class in its own direction. */
export function clusters({
  rows = 200,
  size = 16,
  classes = 2,
  distance = 3,
  seed = 1,
}: {
  rows?: number;
  size?: number;
  classes?: number;
  distance?: number;
  seed?: number;
} = {}): { features: Tensor; labels: number[] } {
  const random = seededRandom(seed);
  const labels = Array.from({ length: rows }, (_, i) => Math.floor((i * classes) / rows));
  const values = labels.flatMap((label) =>
    Array.from({ length: size }, (_, k) => normal(random) + (k % classes === label ? distance / 2 : 0)),
  );
  return { features: tf.tensor2d(values, [rows, size]), labels };
}
