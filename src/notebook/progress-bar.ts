/** A progress bar in Keras' form, updated in place, with rate and time left. */
import { progressText } from './progress-text';

/** Redrawing more often than this (ms) costs without being seen. */
const redrawEvery = 200;

/** The rate is that of the last so many milliseconds: what an earlier run kept goes by faster than what is computed. */
const rateOver = 10_000;

/** Shows how far a piece of work is. */
export interface Progress {
  /** Says that `done` of the total are done; `note` stands at the end of the line. */
  update(done: number, note?: string): void;
}

/**
 * Starts a progress bar over `total` things called `unit` ('photos').
 * In a notebook it is one output updated in place; in a terminal one line; elsewhere a line at the end.
 */
export function progressBar(total: number, { unit = 'photos' }: { unit?: string } = {}): Progress {
  const text = progressText();
  const start = performance.now();
  const recent: { at: number; done: number }[] = [];
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(done, note) {
      const now = performance.now();
      if (done < total && now - last < redrawEvery) return;
      last = now;
      recent.push({ at: now, done });
      while (recent[1] && recent[1].at <= now - rateOver) recent.shift();
      const [oldest] = recent;
      const rate = now > oldest!.at ? ((done - oldest!.done) * 1000) / (now - oldest!.at) : 0;
      const line = progressLine(done, total, { seconds: (now - start) / 1000, rate, unit, note });
      text.show(line);
      if (done >= total) text.end();
    },
  };
}

/**
 * The text of a bar: `1360/2000 [===>...] - 16.9 photos/s - 0:38 left`.
 * `seconds` since the start; `rate` in things a second, 0 where it isn't known yet.
 */
export function progressLine(
  done: number,
  total: number,
  { seconds, rate, unit, note }: { seconds: number; rate: number; unit: string; note?: string },
): string {
  const width = 30;
  const filled = Math.floor((width * done) / Math.max(total, 1));
  const bar = done >= total ? '='.repeat(width) : `${'='.repeat(filled)}>${'.'.repeat(width - 1 - filled)}`;
  const parts = [`${String(done).padStart(String(total).length)}/${total} [${bar}]`];
  if (done >= total) parts.push(clock(seconds));
  if (rate > 0) parts.push(`${rate < 100 ? rate.toFixed(1) : Math.round(rate)} ${unit}/s`);
  if (rate > 0 && done < total) parts.push(`${clock((total - done) / rate)} left`);
  if (note) parts.push(note);
  return parts.join(' - ');
}

/** Seconds as `m:ss`, or `h:mm:ss` from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
