'use strict';
/**
 * The kernel's control socket, in a thread of its own: an interrupt arrives while a cell computes without a pause. Other
 * messages are handed to the main thread.
 *
 * A cell that does not give way for a second after an interrupt is ended. Work that stops by itself has half a minute:
 * ended in the middle, it could not say what it has kept.
 */
const inspector = require('node:inspector');
const { parentPort, workerData } = require('node:worker_threads');
const zmq = require('zeromq');
const { places } = require('./shared-counts.cjs');
const { messageFrames, parseMessage } = require('./wire.cjs');

/** Milliseconds that a cell, and work that stops by itself, has after an interrupt. */
const [patience, longPatience] = [1000, 30_000];

const { address, key, shared } = workerData;
const socket = new zmq.Router({ sendTimeout: 0, sendHighWaterMark: 0, linger: 0 });
parentPort.on('message', (frames) => {
  if (frames)
    return socket.send(frames.map((frame) => (typeof frame === 'string' ? frame : Buffer.from(frame))));
  socket.close();
});

async function serve() {
  await socket.bind(address);
  parentPort.postMessage('bound');
  for await (const frames of socket) {
    const message = attempt(() => parseMessage(key, frames));
    if (message?.header.msg_type !== 'interrupt_request') {
      parentPort.postMessage(frames);
      continue;
    }
    await socket.send(messageFrames(key, message, 'interrupt_reply', { content: { status: 'ok' } }));
    interrupt();
  }
  Atomics.store(shared, places.closed, 1);
  Atomics.notify(shared, places.closed);
}

function interrupt() {
  const signal = () => {
    // On Windows that would be the end of the kernel.
    if (process.platform === 'win32') parentPort.postMessage('interrupt');
    else process.kill(process.pid, 'SIGINT');
  };
  const now = (name) => Atomics.load(shared, places[name]);
  const beats = now('beats');
  const began = Date.now();
  signal();
  const timer = setInterval(() => {
    if (now('beats') !== beats || now('waiting') === 0) return clearInterval(timer);
    if (Date.now() - began < (now('cooperating') > 0 ? longPatience : patience)) return;
    clearInterval(timer);
    endWhatRuns(signal);
  }, 50);
}

function endWhatRuns(then) {
  const session = new inspector.Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    // The first signal may have been taken by work that is no more.
    then();
  });
}

function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

serve();
