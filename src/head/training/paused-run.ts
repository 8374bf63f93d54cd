/** Runs that were interrupted: kept in the kernel's memory, found again by what they were trained on and how. */
import { createHash } from 'node:crypto';
import { processState } from '../../state';
import type { History } from '../history';
import type { TrainerState } from './trainer';

/** Where a run stood when it was interrupted. */
export interface PausedRun {
  epoch: number;
  step: number;
  /** Over the epoch's batches so far. */
  loss: number;
  correct: number;
  history: History;
  state: TrainerState;
}

/** More would hold memory (25 MB each for the tutorial's head) for runs that nobody comes back to. */
const mostPaused = 4;

/** One digest of all that determines a run: data, labels, initial weights, settings. */
export function runKey(parts: readonly (ArrayLike<number> | object)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (ArrayBuffer.isView(part)) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    else hash.update(JSON.stringify(part));
  }
  return hash.digest('hex');
}

/** True where any run is paused: only then is it worth computing a key. */
export function anyPaused(): boolean {
  return paused().size > 0;
}

/** Keeps a run under its key. */
export function pauseRun(key: string, run: PausedRun): void {
  paused().set(key, run);
  for (const oldest of paused().keys()) if (paused().size > mostPaused) paused().delete(oldest);
}

/** Takes the run that was paused under a key, if there is one. */
export function takePaused(key: string): PausedRun | undefined {
  const run = paused().get(key);
  paused().delete(key);
  return run;
}

function paused(): Map<string, PausedRun> {
  return processState('paused', () => new Map<string, PausedRun>());
}
