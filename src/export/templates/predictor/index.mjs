/** Predicts the class of photos: needs the packages of package.json alone. The model runs in a thread of its own (worker.mjs). */
import { Worker } from 'node:worker_threads';

let worker;
let next = 0;
const waiting = new Map();

/**
 * Predicts the class of a photo: a path, or the bytes of a picture file.
 * Gives `{ className, probability, probabilities }`, and `unsure` and `unlike` where that is known of the head; the first call loads the model.
 */
export function predict(photo) {
  worker ??= start();
  return new Promise((resolve, reject) => {
    waiting.set(next, { resolve, reject });
    // While it is waited for, the program does not end.
    worker.ref();
    worker.postMessage({ id: next++, photo });
  });
}

function start() {
  const started = new Worker(new URL('./worker.mjs', import.meta.url));
  started.on('message', ({ id, prediction, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) started.unref();
    if (error === undefined) resolve(prediction);
    else reject(new Error(error));
  });
  started.on('error', (error) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return started;
}
