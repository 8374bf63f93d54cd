'use strict';
/**
 * Comms: what a notebook's front end and this kernel say to each other beside cells
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages). Widgets are made of them.
 */
const { randomUUID } = require('node:crypto');
const { keepOutput } = require('./output.cjs');

/** All comms of a kernel. `publish(type, parts)` sends a message to all front ends. */
class Comms {
  #open = new Map();
  #targets = new Map();
  #publish;
  /** The cell that runs or ran last: what it is known by, and which of all runs this is. */
  cell;

  constructor(publish) {
    this.#publish = publish;
  }

  /** A function that runs work whose output goes below the cell that runs now. */
  keepOutput() {
    return keepOutput();
  }

  /**
   * Opens a comm to the front ends.
   * @param {string} target its kind, such as `jupyter.widget`
   * @param {{ id?: string, data?: object, metadata?: object, buffers?: Uint8Array[], onMessage?: (data: object, buffers: Buffer[]) => void, onClose?: () => void }} [options]
   */
  open(target, { id = randomUUID(), data = {}, metadata, buffers, ...handlers } = {}) {
    this.#publish('comm_open', { content: { comm_id: id, target_name: target, data }, metadata, buffers });
    return this.#add(target, id, handlers);
  }

  /** Says what becomes of comms that a front end opens: `opened(comm, data)` returns `{ onMessage, onClose }`. */
  registerTarget(target, opened) {
    this.#targets.set(target, opened);
  }

  /** The comms that are open, by id: the content of `comm_info_reply`. */
  info(target) {
    const wanted = [...this.#open].filter(([, comm]) => target === undefined || comm.target === target);
    return Object.fromEntries(wanted.map(([id, comm]) => [id, { target_name: comm.target }]));
  }

  /** A message of a front end. */
  receive(type, { comm_id: id, target_name: target, data }, buffers) {
    if (type === 'comm_open') {
      const opened = this.#targets.get(target);
      if (!opened) return this.#publish('comm_close', { content: { comm_id: id, data: {} } });
      const comm = this.#add(target, id, {});
      comm.handlers = opened(comm, data, buffers) ?? {};
      return;
    }
    const comm = this.#open.get(id);
    if (type === 'comm_close') this.#open.delete(id);
    comm?.inItsCell(() => {
      if (type === 'comm_msg') comm.handlers.onMessage?.(data, buffers);
      else comm.handlers.onClose?.();
    });
  }

  #add(target, id, handlers) {
    const comm = {
      ...{ id, target, handlers, inItsCell: keepOutput() },
      send: (data, { metadata, buffers } = {}) => {
        if (this.#open.has(id))
          this.#publish('comm_msg', { content: { comm_id: id, data }, metadata, buffers });
      },
      close: (data = {}) => {
        if (this.#open.delete(id)) this.#publish('comm_close', { content: { comm_id: id, data } });
      },
    };
    this.#open.set(id, comm);
    return comm;
  }
}

module.exports = { Comms };
