/** The processes that `npm run bench` measures in: each makes ready once, and measures once whenever it is asked. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { makeContext } from '../scripts/setup/context.mjs';
import { pythonIn } from '../scripts/setup/interpreter.mjs';
import { nodeOptions } from '../scripts/setup/kernelspec.mjs';
import { withLock } from '../scripts/setup/lock.mjs';
import { isVenvCurrent, makeVenv } from '../scripts/setup/venv.mjs';

const bench = import.meta.dirname;
const root = path.dirname(bench);
const python = pythonIn(path.join(bench, '.venv'));

/** Makes `bench/.venv` where it is missing, or was made from other requirements. */
export async function makePython() {
  const context = makeContext();
  const venv = { name: path.join('bench', '.venv'), requirements: path.join(bench, 'requirements.txt') };
  if (isVenvCurrent(context, venv)) return;
  console.log('Installing the Python packages of the comparison in bench/.venv ...');
  await withLock(context, () => makeVenv(context, venv));
}

/** The versions of the peers. */
export function peerVersions() {
  return JSON.parse(check(spawnSync(python, [path.join(bench, 'peers.py'), 'versions'])).stdout);
}

/** Runs `ours.ts` once to its end; what it said last, if anything. */
export function runOurs(what, job, env = {}) {
  const [command, ...args] = commandOf('ours', what, job);
  const { stdout } = check(
    spawnSync(command, args, { env: environment(env), cwd: root, maxBuffer: 2 ** 26 }),
  );
  const said = String(stdout)
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return said.length > 0 ? JSON.parse(said.at(-1)) : undefined;
}

/** A process that is ready to measure: `measure()` gives what it measured, `stop()` ends it. */
export async function startChild(side, what, { job, env = {} }) {
  const [command, ...args] = commandOf(side, what, job);
  const child = spawn(command, args, { env: environment(env), cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors = (errors + text).slice(-4000);
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const lines = readline.createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${side} ${what} ended with ${await ended}:\n${errors}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  };
  await next();
  return {
    measure() {
      child.stdin.write('again\n');
      return next();
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

function commandOf(side, what, job) {
  const json = JSON.stringify(job);
  if (side === 'peers') return [python, path.join(bench, 'peers.py'), what, json];
  const preload = path.join(root, 'src/kernel/preload.cjs');
  const ours = path.join(bench, 'ours.ts');
  return [process.execPath, ...nodeOptions, '--require', preload, ours, what, json];
}

/** Without settings that would hold one side's threads back. */
function environment(more) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OPENBLAS|OMP|MKL|ONEDNN|TF|KMP)_/.test(name),
  );
  return { ...Object.fromEntries(kept), TF_CPP_MIN_LOG_LEVEL: '2', KERAS_BACKEND: 'tensorflow', ...more };
}

function check(result) {
  if (result.error) throw result.error;
  if (result.status !== 0)
    throw new Error(`A program of the comparison ended with ${result.status}:\n${result.stderr ?? ''}`);
  return result;
}
