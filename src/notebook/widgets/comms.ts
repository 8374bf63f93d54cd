/** The kernel's comms, through which widgets talk with front ends; see `src/kernel/comms.cjs`. */
import { processState } from '../../state';

/** An open comm. */
export interface Comm {
  readonly id: string;
  send(data: object, options?: { buffers?: readonly Uint8Array[] }): void;
  close(): void;
}

/** What becomes of a comm's messages. */
export interface CommHandlers {
  onMessage?(data: Record<string, unknown>, buffers: readonly Uint8Array[]): void;
  onClose?(): void;
}

/** The kernel's comms. */
export interface Comms {
  /** The cell that runs or ran last: what it is known by, and which of all runs of cells this is. */
  readonly cell?: { id: string; run: number };
  /** A function that runs work whose output goes below the cell that runs now. */
  keepOutput(): <T>(work: () => T) => T;
  open(
    target: string,
    options: { id: string; data: object; metadata: object; buffers?: readonly Uint8Array[] } & CommHandlers,
  ): Comm;
  registerTarget(target: string, opened: (comm: Comm) => CommHandlers): void;
}

/** The comms of the kernel that this process is; undefined in a program. */
export function comms(): Comms | undefined {
  return (globalThis as unknown as Record<symbol, Comms | undefined>)[Symbol.for('little-data.comms')];
}

/** A function that runs work whose output goes below the cell that runs now; without a kernel it only runs it. */
export function keepOutput(): <T>(work: () => T) => T {
  return comms()?.keepOutput() ?? ((work) => work());
}

/** Runs `work` once in this process, although the modules may be loaded anew. */
export function onceInKernel(name: string, work: () => void): void {
  const done = processState(`once.${name}`, () => ({ yet: false }));
  if (done.yet) return;
  done.yet = true;
  work();
}
