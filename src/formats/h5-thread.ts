/** Reads a weights file in a thread of its own, which is ended where it takes too long: HDF5's library has no time limit. */
import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** One weight as Keras keeps it: `name` such as `block1_conv1/kernel:0`, values float32 in C order. */
export interface H5Weight {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** The weights of one layer in the layer's own order (kernel, then bias). */
export interface H5Layer {
  name: string;
  weights: H5Weight[];
}

/** A file of weights: layers in the model's order, and text attributes of the root. */
export interface H5Weights {
  layers: H5Layer[];
  attributes: Record<string, string>;
}

/** What the thread is to do. */
export interface ThreadTask {
  /** Absolute path. */
  file: string;
  /** The most that the values may take, and the most that HDF5's library may take besides. */
  mostBytes: number;
}

/** What the thread read, or what it found instead: a noun phrase. */
export type ThreadAnswer = { weights: H5Weights } | { fault: string };

/** Values of at most 1 GiB are read, and HDF5's library may take another. */
const mostBytes = 2 ** 30;

/** A file has 10 seconds, and another for each 10 MB: a good one of 59 MB takes a fifth of a second from a local disk. */
const secondsFor = (bytes: number) => 10 + bytes / 1e7;

/**
 * Reads the weights of `file`, whatever is in it: the thread and its memory are gone afterwards.
 * @param options `seconds`: how long that may take; default 10 and what the file's length asks for.
 */
export async function readInThread(
  file: string,
  { seconds = secondsFor(fs.statSync(file).size) }: { seconds?: number } = {},
): Promise<ThreadAnswer> {
  const workerData: ThreadTask = { file: path.resolve(file), mostBytes };
  const worker = new Worker(path.join(__dirname, 'h5-worker.mjs'), {
    workerData,
    // Neither the flags that load TypeScript nor HDF5's own variables: one of them names folders of plugins.
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ThreadAnswer>((resolve) => {
      const damaged = () => resolve({ fault: 'a damaged file, or not the whole of one' });
      worker.once('message', resolve);
      worker.once('error', damaged);
      worker.once('exit', damaged);
      const late = () =>
        resolve({ fault: `a file that gives no answer within ${Math.round(seconds)} seconds` });
      // An answer that waits behind this timer, as this thread was busy, comes before `setImmediate`.
      timer = setTimeout(() => setImmediate(late), seconds * 1000);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
