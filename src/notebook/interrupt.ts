/** Kernel > Interrupt (Ctrl-C in a terminal): long work looks at a flag and stops between two batches. */
import { inspect } from 'node:util';
import { LittleDataError } from '../check';
import { processState } from '../state';
import { inKernel } from './display';

/** Thrown by long work that was interrupted; its message says what is kept and how to resume. */
export class InterruptedError extends LittleDataError {
  /** `'InterruptedError'`. */
  override name = 'InterruptedError';

  /**
   * Nothing is wrong in the code: below the cell a stack trace would only bury the message.
   * @internal
   */
  [inspect.custom](): string {
    return `${this.name}: ${this.message}`;
  }
}

/**
 * Runs `work` with a function that tells whether an interrupt has come since it began.
 * `work` decides where it can stop; it must give way to the event loop (see `breathe`), or the signal can't arrive.
 *
 * tslab by itself ends an interrupted cell at once and leaves what the cell awaits running in the background: a second
 * run would meet the first one, and no one would read what is kept. So the first interrupt is the work's alone, and the
 * cell ends with the work; the next ones reach tslab too.
 */
export async function interruptible<T>(work: (interrupted: () => boolean) => Promise<T>): Promise<T> {
  let interrupted = false;
  const stop = () => {
    interrupted = true;
  };
  listen(stop);
  try {
    return await work(() => interrupted);
  } finally {
    unlisten(stop);
  }
}

/** Gives way to the event loop once, so that signals, messages and displays get their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Interrupts {
  /** What is under way: several, where one piece of work calls another. */
  running: Set<() => void>;
  /** The listeners that wait until the work has ended. */
  waiting: NodeJS.SignalsListener[];
  onSignal?: NodeJS.SignalsListener;
}

function listen(stop: () => void): void {
  const interrupts = state();
  interrupts.running.add(stop);
  countCooperating(1);
  if (interrupts.onSignal) return;
  interrupts.onSignal = () => {
    for (const each of interrupts.running) each();
    putBack(interrupts);
  };
  if (inKernel()) {
    interrupts.waiting = process.listeners('SIGINT');
    for (const listener of interrupts.waiting) process.off('SIGINT', listener);
  }
  process.on('SIGINT', interrupts.onSignal);
}

function unlisten(stop: () => void): void {
  const interrupts = state();
  interrupts.running.delete(stop);
  countCooperating(-1);
  if (interrupts.running.size > 0 || !interrupts.onSignal) return;
  // First the others: without any listener a signal would end the process.
  putBack(interrupts);
  process.off('SIGINT', interrupts.onSignal);
  interrupts.onSignal = undefined;
}

function putBack({ waiting }: Interrupts): void {
  for (const listener of waiting.splice(0)) process.on('SIGINT', listener);
}

/** The kernel ends a cell that does not give way after an interrupt, but not work that stops by itself. */
function countCooperating(by: number): void {
  const key = Symbol.for('little-data.cooperating');
  (globalThis as unknown as Record<symbol, ((by: number) => void) | undefined>)[key]?.(by);
}

function state(): Interrupts {
  return processState<Interrupts>('interrupts', () => ({ running: new Set(), waiting: [] }));
}
