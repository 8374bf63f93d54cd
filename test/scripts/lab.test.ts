import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { test } from 'node:test';
import { needs } from '../fixtures/skip';
import { script } from './project';

test('JupyterLab as `npm run lab` starts it listens on loopback alone and asks for its token', async (context) => {
  const { jupyterEnvironment, labArguments, venvPython } = await script('setup/jupyter.mjs');
  if (!needs(context, fs.existsSync(venvPython()), 'there is no .venv: npm run setup')) return;
  const lab = spawn(venvPython(), labArguments(['--no-browser', '--ServerApp.port_retries=50']), {
    env: jupyterEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const address = new URL(await addressOf(lab));
    assert.equal(address.hostname, '127.0.0.1');
    const token = address.searchParams.get('token')!;
    assert.match(token, /^[0-9a-f]{40,}$/);

    const contents = new URL('/api/contents', address);
    assert.equal((await fetch(contents)).status, 403);
    assert.equal((await fetch(contents, { headers: { Authorization: 'token wrong' } })).status, 403);
    assert.equal((await fetch(contents, { headers: { Authorization: `token ${token}` } })).status, 200);

    for (const other of outerAddresses())
      assert.equal(await answers(other, Number(address.port)), false, `it answers on ${other}`);
  } finally {
    lab.kill('SIGTERM');
    if (lab.exitCode === null) await new Promise((resolve) => lab.once('close', resolve));
  }
});

/** The address with the token, which JupyterLab prints for people. */
function addressOf(lab: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    lab.stderr!.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\S+/.exec(printed);
      if (found) resolve(found[0]);
    });
    lab.once('close', () => reject(new Error(`JupyterLab ended: ${printed}`)));
  });
}

/** This machine's addresses as others see them; none on a machine without a network. */
function outerAddresses(): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
