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
  /** The weights at the beginning of the run. */
  initial: Float32Array[];
  /** The weights of the best epoch, where the run is to end with these. */
  best: Float32Array[] | undefined;
  /** The epochs of runs before this one. */
  earlier: History['history'] | undefined;
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

/** Keeps a run under each of its keys. */
export function pauseRun(keys: readonly string[], run: PausedRun): void {
  for (const key of keys) paused().set(key, run);
  for (const oldest of paused().values()) if (new Set(paused().values()).size > mostPaused) forget(oldest);
}

/** Takes the run that was paused under a key, if there is one. */
export function takePaused(key: string): PausedRun | undefined {
  const run = paused().get(key);
  if (run) forget(run);
  return run;
}

function forget(run: PausedRun): void {
  for (const [key, other] of paused()) if (other === run) paused().delete(key);
}

function paused(): Map<string, PausedRun> {
  return processState('paused', () => new Map<string, PausedRun>());
}
