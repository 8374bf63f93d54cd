/** What every step of the set-up is given: where, with which environment, how to speak, how to start a program. */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The place that an environment variable names, absolute. `~/` is the home folder, as in `src/paths.ts`: not every shell
 * puts that in itself, and none within quotes.
 * @param {string} named
 * @param {string} from the folder that a relative one is taken from
 */
export function placeOf(named, from) {
  return path.resolve(
    from,
    named.replace(/^~(?=[/\\]|$)/, () => os.homedir()),
  );
}

/** What happened, and what to do: the text of every failure of the set-up. */
export class SetupError extends Error {
  /**
   * @param {string} happened one or more whole sentences
   * @param {string} next what the reader can do now, in whole sentences
   */
  constructor(happened, next) {
    super(`${happened} ${next}`);
    this.name = 'SetupError';
    this.happened = happened;
    this.next = next;
  }
}

/** A program that could not be started, failed, or was stopped. */
export class RunError extends Error {
  /**
   * @param {string} command
   * @param {{ reason: 'missing' | 'exit' | 'timeout' | 'stalled' | 'interrupted', detail: string, output: string }} how
   */
  constructor(command, { reason, detail, output }) {
    super(`${path.basename(command)} ${detail}`);
    this.name = 'RunError';
    this.reason = reason;
    /** The last lines that it printed. */
    this.output = lastLines(output);
  }
}

/**
 * The context of a set-up; tests replace any part of it.
 * @param {object} [options]
 * @param {string} [options.root] the project's folder
 * @param {NodeJS.ProcessEnv} [options.env] as the steps and the programs that they start see it
 * @param {(line: string) => void} [options.log] takes one line for the reader
 * @param {typeof runProgram} [options.run] starts a program
 * @param {{ version: string, platform: string, arch: string, execPath: string }} [options.node]
 */
export function makeContext({
  root = projectRoot,
  env = process.env,
  log = (line) => console.log(line),
  run = runProgram,
  node = {
    version: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    execPath: process.execPath,
  },
} = {}) {
  return { root, env, log, run, node, cache: path.join(root, '.cache') };
}

const running = new Set();
let interrupted = false;

/** Stops every program that the set-up has started and lets none start after it. */
export function interruptPrograms() {
  interrupted = true;
  for (const stop of running) stop('interrupted');
}

/**
 * Runs a program to its end and gives what it printed; throws a `RunError` otherwise.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {number} [options.timeout] milliseconds after which it is stopped; 0 is never
 * @param {number} [options.stall] milliseconds without a change of `progress` after which it is stopped; 0 is never
 * @param {() => number} [options.progress] asked every half second when `stall` is given
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export function runProgram(
  command,
  args,
  { cwd, env = process.env, timeout = 0, stall = 0, progress = () => 0 } = {},
) {
  const windows = process.platform === 'win32';
  return new Promise((resolve, reject) => {
    const fail = (reason, detail) => reject(new RunError(command, { reason, detail, output: out + err }));
    let [out, err, stopped] = ['', '', ''];
    if (interrupted) return fail('interrupted', 'was not started: the set-up is being stopped');
    // A group of its own, so that stopping it also stops what it has started.
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      shell: windows && command === 'npm',
    });
    const stop = (reason) => {
      stopped ||= reason;
      signal(child, 'SIGTERM');
      timers.push(setTimeout(() => signal(child, 'SIGKILL'), 5000));
    };
    const timers = [];
    if (timeout > 0) timers.push(setTimeout(() => stop('timeout'), timeout));
    if (stall > 0) timers.push(watchProgress(progress, stall, () => stop('stalled')));
    running.add(stop);
    const done = () => {
      running.delete(stop);
      for (const timer of timers) clearTimeout(timer);
    };
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('error', (error) => {
      done();
      fail('missing', `could not be started (${error.code ?? error.message})`);
    });
    child.on('close', (code, signalName) => {
      done();
      if (stopped === 'timeout') fail('timeout', `took longer than ${Math.round(timeout / 1000)} s`);
      else if (stopped === 'stalled') fail('stalled', `received nothing for ${Math.round(stall / 1000)} s`);
      else if (stopped) fail('interrupted', 'was interrupted');
      else if (code !== 0) fail('exit', `ended with ${code === null ? signalName : `exit status ${code}`}`);
      else resolve({ stdout: out, stderr: err });
    });
  });
}

function signal(child, name) {
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // It has ended already.
  }
}

function watchProgress(progress, stall, stop) {
  let [last, since] = [progress(), Date.now()];
  return setInterval(() => {
    const now = progress();
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > stall) stop();
  }, 500);
}

function lastLines(text, lines = 30) {
  return text.trimEnd().split(/\r?\n/).slice(-lines).join('\n');
}
