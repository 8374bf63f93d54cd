/** What a cell shows: one message that holds several MIME types, updated in place if wanted. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { processState } from '../state';

/** One output in several forms, by MIME type: text and base64 as strings, JSON types as objects. */
export type MimeBundle = Record<string, unknown>;

/** A value's method of this name gives the bundle that a cell shows that ends in the value; Deno's kernel knows it too. */
export const displayName: unique symbol = Symbol.for('Jupyter.display');

interface TslabJupyter {
  lastWriteDisplayData:
    | ((
        content: { data: MimeBundle; metadata: object; transient: { display_id?: string } },
        update: boolean,
      ) => void)
    | null;
}

/** True where this process is a tslab kernel, so that pictures and charts can be shown. */
export function inKernel(): boolean {
  return kernel() !== undefined;
}

/**
 * Shows `data` below the running cell as one output; the front end draws the richest form it knows.
 * Outside a kernel the form `text/plain` is printed.
 */
export function displayBundle(
  data: MimeBundle,
  { id, update = false }: { id?: string; update?: boolean } = {},
): void {
  const write = kernel()?.lastWriteDisplayData;
  if (write) write({ data, metadata: {}, transient: id ? { display_id: id } : {} }, update);
  else if (!update && data['text/plain']) console.log(data['text/plain']);
}

/** An output that is shown once and then replaced in place, also after its cell has ended. */
export class LiveDisplay {
  private readonly id = `little-data-${process.pid}-${counter().next++}`;
  private shown = false;

  /**
   * Shows `data`, or puts it in the place of what this display showed before.
   * @param data one output in several forms; the front end draws the richest one it knows.
   * @example
   * ```ts
   * import { LiveDisplay } from 'little-data';
   * new LiveDisplay().show({ 'text/plain': 'epoch 1' });
   * ```
   */
  show(data: MimeBundle): void {
    displayBundle(data, { id: this.id, update: this.shown });
    this.shown = true;
  }
}

function counter(): { next: number } {
  return processState('displays', () => ({ next: Date.now() }));
}

/** The module of the running tslab that knows the cell under way; its export is read at each call, as tslab sets it anew. */
function kernel(): TslabJupyter | undefined {
  const cache = createRequire(__filename).cache;
  const suffix = path.join('tslab', 'dist', 'jupyter.js');
  const found = processState<{ module?: NodeModule }>('tslab', () => ({}));
  found.module ??= Object.values(cache).find((module) => module?.filename.endsWith(suffix));
  const jupyter = found.module?.exports as TslabJupyter | undefined;
  return jupyter?.lastWriteDisplayData ? jupyter : undefined;
}
