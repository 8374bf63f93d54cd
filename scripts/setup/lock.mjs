/** One set-up at a time in a project's folder. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SetupError } from './context.mjs';
import { readJson } from './files.mjs';

const beatEvery = 5_000;
const staleAfter = 60_000;

/**
 * Runs `work` while no other process runs a set-up in the same folder; waits for the other one where there is.
 * The lock of a process that has died, or that gives no sign of life for a minute, is taken over.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {() => Promise<T>} work
 * @param {{ wait?: number, poll?: number }} [options] milliseconds to wait at most, and between two looks
 * @returns {Promise<T>}
 * @template T
 */
export async function withLock({ cache, log }, work, { wait = 30 * 60_000, poll = 300 } = {}) {
  const file = path.join(cache, 'setup.lock');
  const token = `${os.hostname()} ${process.pid} ${Date.now()} ${Math.random()}`;
  fs.mkdirSync(cache, { recursive: true });
  const until = Date.now() + wait;
  let isTold = false;
  while (!take(file, token)) {
    const holder = readJson(file);
    if (isStale(file, holder)) {
      breakLock(file, holder);
      continue;
    }
    if (!isTold) log(`Set-up: waiting for the one that runs already (process ${holder?.pid ?? 'unknown'}).`);
    isTold = true;
    if (Date.now() > until)
      throw new SetupError(
        `Another set-up (process ${holder?.pid}) has held ${file} for ${Math.round(wait / 60_000)} minutes.`,
        'Wait for it to end, or end it, and start again.',
      );
    await new Promise((resolve) => setTimeout(resolve, poll));
  }
  const beat = setInterval(() => touch(file), beatEvery);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (readJson(file)?.token === token) fs.rmSync(file, { force: true });
  }
}

function take(file, token) {
  try {
    fs.writeFileSync(file, JSON.stringify({ token, host: os.hostname(), pid: process.pid }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(file, holder) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return false;
  if (Date.now() - stat.mtimeMs > staleAfter) return true;
  return holder?.host === os.hostname() && !isAlive(holder.pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes a stale lock away, unless it has become another process' lock since it was looked at. */
function breakLock(file, holder) {
  const away = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, away);
  } catch {
    return;
  }
  const taken = readJson(away);
  if (taken?.token !== holder?.token && !fs.existsSync(file)) fs.renameSync(away, file);
  fs.rmSync(away, { force: true });
}

function touch(file) {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // The next look of another process finds the lock gone or old, and takes it.
  }
}
