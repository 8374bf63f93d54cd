'use strict';
/** The kernel's sockets and what it answers, in place of tslab's own server: also comms, interrupts and unknown messages. */
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { Comms } = require('./comms.cjs');
const { count, places, sharedCounts } = require('./shared-counts.cjs');
const { Shown } = require('./shown.cjs');
const { messageFrames, parseMessage } = require('./wire.cjs');

/** How often the main thread shows that it gives way, in milliseconds. */
const beatEvery = 100;

/** How long the end of the process waits for the control socket to be closed, in milliseconds. */
const mostWait = 1000;

class Server {
  #handler;
  #configPath;
  #key = '';
  #bound = Promise.resolve();
  /** The newest message: what is published outside of any cell comes of it. */
  #newest = { identity: [], header: { session: '', username: '' } };
  /** The cell under way, and the message of a comm that is being handled. */
  #running;
  #handled;
  #cells = 0;
  /** Front ends, by the session in their messages; those that came while the newest cell ran, and what it has shown. */
  #sessions = new Set();
  #late = new Set();
  #shown = new Shown();
  #comms = new Comms((type, parts) =>
    this.#publish(this.#handled ?? this.#running ?? this.#newest, type, parts),
  );

  constructor(handler, configPath) {
    this.#handler = handler;
    this.#configPath = configPath;
    globalThis[Symbol.for('little-data.comms')] = this.#comms;
    process.on('SIGINT', () => count('beats', 1));
  }

  async init() {
    const zmq = require('zeromq');
    const { key, transport, ip, ...ports } = JSON.parse(fs.readFileSync(this.#configPath, 'utf8'));
    this.#key = key;
    const address = (name) => `${transport}://${ip}:${ports[`${name}_port`]}`;
    // A publisher never has to wait: without a timeout it takes all messages at once, without a limit it drops none.
    this.iopub = new zmq.Publisher({ sendTimeout: 0, sendHighWaterMark: 0 });
    this.shell = new zmq.Router({ sendTimeout: 0, sendHighWaterMark: 0 });
    this.stdin = new zmq.Router();
    this.hb = new zmq.Reply();
    this.control = this.#startControl(address('control'));
    // An answer through a socket that is still being bound would be an error.
    this.#bound = Promise.all([
      ...['iopub', 'shell', 'stdin', 'hb'].map((name) => this[name].bind(address(name))),
      this.control.bound,
    ]);
    await this.#bound;
    this.beats = setInterval(() => count('beats', 1), beatEvery).unref();
    this.#echo();
    this.#listen();
  }

  /** Answers a message that came through `socket`. */
  async receive(socket, frames) {
    await this.#bound;
    const message = parseMessage(this.#key, frames);
    const { msg_type: type } = message.header;
    this.#newest = message;
    this.#meet(message.header.session);
    this.#publish(message, 'status', { content: { execution_state: 'busy' } });
    try {
      const content = await this.#answer(type, message);
      if (content)
        socket.send(messageFrames(this.#key, message, type.replace('_request', '_reply'), { content }));
    } finally {
      this.#publish(message, 'status', { content: { execution_state: 'idle' } });
      // Front ends show the newest state: a cell is still under way.
      if (this.#running) this.#publish(this.#running, 'status', { content: { execution_state: 'busy' } });
    }
    if (type === 'shutdown_request') this.close();
  }

  close() {
    this.#handler.close();
    clearInterval(this.beats);
    for (const socket of [this.iopub, this.shell, this.control, this.stdin, this.hb]) socket.close();
  }

  /** The content of the answer; undefined where there is none. */
  #answer(type, message) {
    const { content, buffers } = message;
    switch (type) {
      case 'kernel_info_request':
        return { status: 'ok', ...this.#handler.handleKernel() };
      case 'execute_request':
        return this.#execute(message);
      case 'is_complete_request':
        return this.#handler.handleIsComplete(content);
      case 'inspect_request':
        return this.#handler.handleInspect(content);
      case 'complete_request':
        return this.#handler.handleComplete(content);
      case 'history_request':
        return { status: 'ok', history: [] };
      case 'comm_info_request':
        return { status: 'ok', comms: this.#comms.info(content.target_name) };
      case 'comm_open':
      case 'comm_msg':
      case 'comm_close':
        // What is sent meanwhile comes of this message: widgets look for that.
        this.#handled = message;
        try {
          this.#comms.receive(type, content, buffers);
        } finally {
          this.#handled = undefined;
        }
        return undefined;
      case 'shutdown_request':
        return { status: 'ok', restart: content.restart ?? false };
      default:
        // Newer front ends ask for more: what is not answered, they do without.
        return undefined;
    }
  }

  /** A session that comes while a cell runs is a tab that was closed and opened again, or another one. */
  #meet(session) {
    if (this.#running && !this.#sessions.has(session)) this.#late.add(session);
    this.#sessions.add(session);
  }

  #execute(message) {
    const shown = new Shown();
    const publish = {
      write: (name, text) => this.#publish(message, 'stream', { content: { name, text } }),
      display: (content, update) =>
        this.#publish(message, update ? 'update_display_data' : 'display_data', { content }),
    };
    return this.#handler.handleExecute(message.content, {
      begin: () => {
        this.#running = message;
        const id = message.metadata.cellId ?? message.content.code;
        this.#comms.cell = { id, run: ++this.#cells };
        if (this.#late.delete(message.header.session)) this.#shown.showIn(publish);
        this.#late.clear();
        this.#shown = shown;
      },
      end: () => {
        this.#running = undefined;
      },
      write(name, text) {
        shown.write(name, text);
        publish.write(name, text);
      },
      display(content, update) {
        shown.display(content, update);
        publish.display(content, update);
      },
    });
  }

  #publish(parent, type, parts) {
    this.iopub.send(messageFrames(this.#key, { ...parent, identity: [] }, type, parts));
  }

  async #listen() {
    for await (const frames of this.shell) this.receive(this.shell, frames);
  }

  /** Answers the heartbeat. */
  async #echo() {
    for await (const frames of this.hb) await this.hb.send(frames);
  }

  /** The control socket lies in a thread, where interrupts arrive also while the main thread computes. */
  #startControl(address) {
    const worker = new Worker(path.join(__dirname, 'control.cjs'), {
      workerData: { address, key: this.#key, shared: sharedCounts },
      // Not those of this process: the thread needs none of the package.
      execArgv: [],
    });
    worker.unref();
    const socket = {
      send: (frames) => worker.postMessage(frames),
      close: () => worker.postMessage(undefined),
      bound: undefined,
    };
    // The process would be aborted if it ended while another thread has a socket.
    process.once('exit', () => {
      socket.close();
      Atomics.wait(sharedCounts, places.closed, 0, mostWait);
    });
    socket.bound = new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.on('message', (said) => {
        if (said === 'bound') resolve();
        else if (said === 'interrupt') process.emit('SIGINT');
        else
          this.receive(
            socket,
            said.map((frame) => Buffer.from(frame)),
          );
      });
    });
    return socket;
  }
}

module.exports = { Server };
