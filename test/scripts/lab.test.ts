import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { needs } from '../fixtures/skip';
import { projectRoot, script } from './project';

/** What an administrator, or somebody with a variable, may have written for Jupyter servers. */
const hostile = {
  ServerApp: {
    ...{
      ip: '0.0.0.0',
      token: 'known',
      password: 'argon2:known',
      allow_origin: '*',
      allow_remote_access: true,
    },
    disable_check_xsrf: true,
  },
  IdentityProvider: { token: 'known' },
  PasswordIdentityProvider: { token: 'known', hashed_password: 'argon2:known' },
  OwnToken: { token: '' },
  KernelManager: { ip: '0.0.0.0' },
  ServerKernelManager: { ip: '0.0.0.0' },
};

test('JupyterLab as `npm run lab` starts it listens on loopback alone and asks for its token', async (context) => {
  const { jupyterEnvironment } = await script('setup/jupyter.mjs');
  await checkLab(context, jupyterEnvironment());
});

test('variables that name a configuration, a token or a gateway do not reach it', async (context) => {
  const { jupyterEnvironment } = await script('setup/jupyter.mjs');
  const folder = withHostile(context, ['jupyter_server_config', 'jupyter_config', 'jupyter_lab_config']);
  const env = {
    ...process.env,
    JUPYTER_CONFIG_PATH: folder,
    JUPYTER_TOKEN: 'known',
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_GATEWAY_URL: 'http://192.0.2.1',
    JUPYTER_DEFAULT_PROVISIONER_NAME: 'other',
    PYTHONPATH: folder,
  };
  await checkLab(context, jupyterEnvironment({ env }));
});

test('a configuration that does reach it, such as one in /etc/jupyter, opens nothing', async (context) => {
  const { jupyterEnvironment } = await script('setup/jupyter.mjs');
  const folder = withHostile(context, ['jupyter_server_config']);
  await checkLab(context, { ...jupyterEnvironment(), JUPYTER_CONFIG_PATH: folder });
});

/** A folder with the hostile configuration under each of the names. */
function withHostile(context: TestContext, names: string[]): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-lab-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  for (const name of names) fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(hostile));
  return folder;
}

/** Starts the server, and looks where it and a kernel of it listen, and whom it lets in. */
async function checkLab(context: TestContext, env: NodeJS.ProcessEnv): Promise<void> {
  const { labArguments, venvPython } = await script('setup/jupyter.mjs');
  if (!needs(context, fs.existsSync(venvPython()), 'there is no .venv: npm run setup')) return;
  const lab = spawn(venvPython(), labArguments(['--no-browser', '--ServerApp.port_retries=50']), {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const address = new URL(await addressOf(lab));
    assert.equal(address.hostname, '127.0.0.1');
    // It prints its address a moment before it listens.
    while (lab.exitCode === null && !(await answers(address.hostname, Number(address.port))))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const token = address.searchParams.get('token')!;
    assert.match(token, /^[0-9a-f]{40,}$/);
    const line = `/proc/${lab.pid}/cmdline`;
    if (fs.existsSync(line))
      assert(!fs.readFileSync(line, 'utf8').includes(token), 'the token is an argument');

    const contents = new URL('/api/contents', address);
    const status = async (headers: Record<string, string>) => (await fetch(contents, { headers })).status;
    assert.equal(await status({}), 403);
    for (const other of ['wrong', 'known', ''])
      assert.equal(await status({ Authorization: `token ${other}` }), 403);
    const own = { Authorization: `token ${token}` };
    assert.equal(await status(own), 200);
    const foreign = await fetch(contents, { headers: { ...own, Origin: 'http://other.example' } });
    assert.notEqual(foreign.headers.get('access-control-allow-origin'), '*');

    const body = JSON.stringify({ name: 'tslab' });
    const started = await fetch(new URL('/api/kernels', address), { method: 'POST', headers: own, body });
    assert.equal(started.status, 201);
    const { id } = (await started.json()) as { id: string };
    const connection = path.join(projectRoot, '.jupyter', 'runtime', `kernel-${id}.json`);
    assert.equal(JSON.parse(fs.readFileSync(connection, 'utf8')).ip, '127.0.0.1');

    for (const other of outerAddresses())
      assert.equal(await answers(other, Number(address.port)), false, `it answers on ${other}`);
  } finally {
    lab.kill('SIGTERM');
    // A stop that comes before it listens is lost.
    setTimeout(() => lab.kill('SIGKILL'), 10_000).unref();
    if (lab.exitCode === null) await new Promise((resolve) => lab.once('close', resolve));
  }
}

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
    setTimeout(
      () => reject(new Error(`JupyterLab shows no address with a token: ${printed}`)),
      60_000,
    ).unref();
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
