/** A Dask cluster of this machine's own programs, reached through a connection that can be cut; and photos to compute. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { needs } from '../../fixtures/skip';
import { projectRoot } from '../../run-node';

const dask = path.join(projectRoot, 'scripts', 'cluster', '.venv', 'bin', 'dask');

/** Whether Dask is installed; skips the test, or fails it, where it isn't. */
export function hasDask(context: TestContext): boolean {
  return needs(context, fs.existsSync(dask), 'Dask is missing (npm run setup -- --cluster)');
}

/** The sample's photos, `count` of them with other bytes each, in a class folder. */
export function manyPhotos(dir: string, count: number): string {
  const sample = path.join(projectRoot, 'data', 'sample', 'train');
  const names = fs.readdirSync(sample).sort();
  fs.mkdirSync(path.join(dir, 'pets'), { recursive: true });
  for (let i = 0; i < count; i++) {
    const bytes = fs.readFileSync(path.join(sample, names[i % names.length]!));
    // What follows the end of a JPEG is no part of the picture.
    const file = path.join(dir, 'pets', `${String(i).padStart(5, '0')}.jpg`);
    fs.writeFileSync(file, Buffer.concat([bytes, Buffer.from(String(i))]));
  }
  return dir;
}

/** The processes that `pid` has started whose command holds `text`. */
export function childrenOf(pid: number, text: string): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const found = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
  return found.flatMap(([, own, parent, args]) =>
    Number(parent) === pid && args!.includes(text) ? [Number(own)] : [],
  );
}

/** A scheduler and its workers. */
export interface DaskCluster {
  /** The scheduler's address, behind a connection that `cut` cuts once. */
  address: string;
  cut: () => void;
  /** The process of each worker, below the one that watches over it. */
  workers: () => number[];
  stop: () => Promise<void>;
}

/** Starts a scheduler and a worker for each of `environments`. */
export async function startDask(environments: readonly Record<string, string>[]): Promise<DaskCluster> {
  const started: ChildProcess[] = [];
  const start = (args: string[], env: Record<string, string> = {}) => {
    // No pipes: a frozen worker would hold them open.
    const child = spawn(dask, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
    started.push(child);
    return child;
  };
  const port = await freePort();
  start(['scheduler', '--host', '127.0.0.1', '--port', String(port), '--no-dashboard']);
  const common = ['--host', '127.0.0.1', '--nthreads', '1', '--no-dashboard'];
  const watchers = environments.map((env) => start(['worker', `tcp://127.0.0.1:${port}`, ...common], env));
  const proxy = await startProxy(port);
  return {
    address: `tcp://127.0.0.1:${proxy.port}`,
    cut: proxy.cut,
    workers: () => watchers.flatMap(({ pid }) => childrenOf(pid!, 'spawn_main')),
    async stop() {
      proxy.close();
      const workers = watchers.flatMap(({ pid }) => childrenOf(pid!, 'spawn_main'));
      for (const child of started) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      // A frozen one does not see that the others are gone.
      for (const pid of workers) if (fs.existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
    },
  };
}

async function startProxy(target: number) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = () => {
    server.close();
    cut();
  };
  return { port: (server.address() as net.AddressInfo).port, cut, close };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
