import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot, runNode } from '../run-node';

const kernel = path.join(projectRoot, 'src', 'kernel');

/** Runs `code`, which has `server`, a handler that counts, and `talk(...)`: a shell that sends messages and gives their answers. */
function withServer(code: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-server-'));
  const connection = path.join(folder, 'connection.json');
  try {
    const { status, stdout, stderr } = runNode(
      `
      const fs = require('node:fs');
      const net = require('node:net');
      const zmq = require('zeromq');
      const { Server } = require(${JSON.stringify(path.join(kernel, 'server.cjs'))});
      const { messageFrames, parseMessage } = require(${JSON.stringify(path.join(kernel, 'wire.cjs'))});
      const key = 'k';
      const freePort = () => new Promise((resolve) => {
        const probe = net.createServer().listen(0, '127.0.0.1', () => {
          const { port } = probe.address();
          probe.close(() => resolve(port));
        });
      });
      (async () => {
        const names = ['shell', 'control', 'stdin', 'hb', 'iopub'];
        const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name + '_port', await freePort()])));
        fs.writeFileSync(${JSON.stringify(connection)}, JSON.stringify({ transport: 'tcp', ip: '127.0.0.1', key, ...ports }));
        const server = new Server({ handleKernel: () => ({ banner: 'b' }), close() {} }, ${JSON.stringify(connection)});
        const address = (name) => 'tcp://127.0.0.1:' + ports[name + '_port'];
        const dealer = new zmq.Dealer();
        const front = { identity: [], header: { session: 's', username: 'u' } };
        const send = (type, content = {}, buffers = []) => dealer.send(messageFrames(key, front, type, { content, buffers }));
        const receive = async () => parseMessage(key, await dealer.receive());
        ${code}
        process.exit(0);
      })();
      `,
    );
    assert.equal(status, 0, stderr);
    return stdout;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('a message that comes before all sockets are bound is answered once they are', () => {
  const answered = withServer(`
    dealer.connect(address('shell'));
    send('kernel_info_request');
    server.init();
    const { header, content } = await receive();
    console.log(header.msg_type, content.banner);`);
  assert.equal(answered, 'kernel_info_reply b\n');
});

test('thousands of messages in one go are all published', () => {
  const read = withServer(`
    await server.init();
    const reader = new zmq.Subscriber({ receiveHighWaterMark: 0 });
    reader.connect(address('iopub'));
    reader.subscribe();
    const count = 5000;
    // The first ones may come before the reader is known.
    while (!reader.readable) {
      server.iopub.send('known?');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (let i = 1; i <= count; i++) server.iopub.send(String(i));
    let read = 0;
    for await (const [message] of reader) {
      if (String(message) !== 'known?') read++;
      if (String(message) === String(count)) break;
    }
    console.log(read);`);
  assert.equal(read, '5000\n');
});

test('what is asked beside cells is answered by its own name, and what is unknown is ignored', () => {
  const answered = withServer(`
    await server.init();
    dealer.connect(address('shell'));
    send('nobody_knows_request');
    send('history_request');
    const comms = globalThis[Symbol.for('little-data.comms')];
    const comm = comms.open('jupyter.widget', {});
    comms.open('another', {});
    send('comm_info_request', { target_name: 'jupyter.widget' });
    const answers = [await receive(), await receive()];
    console.log(JSON.stringify(answers.map(({ header, content }) => [header.msg_type, content])).replace(comm.id, 'ID'));`);
  assert.deepEqual(JSON.parse(answered), [
    ['history_reply', { status: 'ok', history: [] }],
    ['comm_info_reply', { status: 'ok', comms: { ID: { target_name: 'jupyter.widget' } } }],
  ]);
});

test('bytes that go with the messages of a comm arrive in both directions', () => {
  const seen = withServer(`
    await server.init();
    const reader = new zmq.Subscriber();
    reader.connect(address('iopub'));
    reader.subscribe();
    dealer.connect(address('shell'));
    while (!reader.readable) {
      server.iopub.send('known?');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const got = new Promise((resolve) => {
      const comm = globalThis[Symbol.for('little-data.comms')].open('t', {
        id: 'one',
        onMessage: (data, buffers) => { comm.send({ back: data }, { buffers }); resolve([data, [...buffers[0]]]); },
      });
    });
    send('comm_msg', { comm_id: 'one', data: { x: 1 } }, [Buffer.from([0, 255, 7])]);
    const here = await got;
    for await (const frames of reader) {
      if (frames.length < 6) continue;
      const { header, content, buffers } = parseMessage(key, frames);
      if (header.msg_type !== 'comm_msg') continue;
      console.log(JSON.stringify([here, content, [...buffers[0]]]));
      break;
    }`);
  assert.deepEqual(JSON.parse(seen), [
    [{ x: 1 }, [0, 255, 7]],
    { comm_id: 'one', data: { back: { x: 1 } } },
    [0, 255, 7],
  ]);
});

test('a comm of a kind that the kernel does not know is closed at once', () => {
  const closed = withServer(`
    await server.init();
    const { Comms } = require(${JSON.stringify(path.join(kernel, 'comms.cjs'))});
    const sent = [];
    const comms = new Comms((type, { content }) => sent.push([type, content.comm_id]));
    comms.receive('comm_open', { comm_id: 'x', target_name: 'unknown', data: {} }, []);
    console.log(JSON.stringify(sent), JSON.stringify(comms.info()));`);
  assert.equal(closed, '[["comm_close","x"]] {}\n');
});
