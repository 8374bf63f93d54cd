/** Kernel > Interrupt (Ctrl-C in a terminal): long work looks at a flag and stops between two batches. */
import { LittleDataError } from '../check';

/** Thrown by long work that was interrupted; its message says what is kept and how to go on. */
export class InterruptedError extends LittleDataError {
  override name = 'InterruptedError';
}

/**
 * Runs `work` with a function that tells whether an interrupt has come since it began.
 * `work` decides where it can stop; it must give way to the event loop (see `breathe`), or the signal can't arrive.
 */
export async function interruptible<T>(work: (interrupted: () => boolean) => Promise<T>): Promise<T> {
  let interrupted = false;
  const onSignal = () => {
    interrupted = true;
  };
  process.on('SIGINT', onSignal);
  try {
    return await work(() => interrupted);
  } finally {
    process.off('SIGINT', onSignal);
  }
}

/** Gives way to the event loop once, so that signals, messages and displays get their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
