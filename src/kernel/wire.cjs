'use strict';
/** Messages of the Jupyter protocol as they go over a socket: https://jupyter-client.readthedocs.io/en/stable/messaging.html */
const { createHmac, randomUUID, timingSafeEqual } = require('node:crypto');

const delimiter = '<IDS|MSG>';

/**
 * The message in the frames of a socket.
 * @param {string} key signs all messages of a kernel; empty: they are not signed
 * @param {readonly Buffer[]} frames
 * @throws where they are no signed message
 */
function parseMessage(key, frames) {
  const at = frames.findIndex((frame) => frame.toString('latin1') === delimiter);
  if (at < 0 || frames.length < at + 6) throw new Error('A message of the Jupyter protocol was expected.');
  const parts = frames.slice(at + 2, at + 6);
  const signature = Buffer.from(sign(key, parts));
  if (key && (frames[at + 1].length !== signature.length || !timingSafeEqual(frames[at + 1], signature)))
    throw new Error('A message with another signature than that of this kernel came.');
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
  return { identity: frames.slice(0, at), header, parent, metadata, content, buffers: frames.slice(at + 6) };
}

/**
 * The frames of a message that answers `parent`, or comes of it.
 * @param {string} key
 * @param {{ identity: Buffer[], header: object }} parent
 * @param {string} type
 * @param {{ content: object, metadata?: object, buffers?: readonly Uint8Array[] }} parts
 */
function messageFrames(key, parent, type, { content, metadata = {}, buffers = [] }) {
  const { session, username } = parent.header;
  const header = {
    ...{ msg_id: randomUUID(), msg_type: type, version: '5.3' },
    ...{ session, username, date: new Date().toISOString() },
  };
  const parts = [header, parent.header, metadata, content].map((part) => JSON.stringify(part));
  return [...parent.identity, delimiter, sign(key, parts), ...parts, ...buffers];
}

function sign(key, parts) {
  if (!key) return '';
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

module.exports = { parseMessage, messageFrames };
