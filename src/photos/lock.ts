/** One writer of a folder at a time, also among processes. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../check';
import { shownPath } from '../paths';
import { processState } from '../state';
import { isRunning } from './part';

interface Holder {
  pid: number;
  host: string;
}

/**
 * Runs `work` while no other process writes into `dir` (which is made); a lock that a killed process left is taken over.
 * @param options `wait`: milliseconds until another one that is at work there is given up on, default 10 seconds.
 * @throws LittleDataError where another one is at work there for longer.
 */
export async function withLock<T>(
  dir: string,
  work: () => Promise<T>,
  { wait = 10_000 }: { wait?: number } = {},
): Promise<T> {
  const file = path.join(path.resolve(dir), '.little-data-lock.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const end = Date.now() + wait;
  while (!take(file)) {
    if (Date.now() >= end) throw busy(dir, file);
    await sleep(50);
  }
  held().add(file);
  try {
    return await work();
  } finally {
    held().delete(file);
    fs.rmSync(file, { force: true });
  }
}

/** Whether the lock is ours now. */
function take(file: string): boolean {
  const own: Holder = { pid: process.pid, host: os.hostname() };
  try {
    fs.writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = readHolder(file);
  if (holder ? !isAtWork(holder, file) : !isNew(file)) fs.rmSync(file, { force: true });
  return false;
}

/** Processes of another computer can't be asked: they count as running. */
function isAtWork({ pid, host }: Holder, file: string): boolean {
  if (host !== os.hostname()) return true;
  return pid === process.pid ? held().has(file) : isRunning(pid);
}

/** Whether a lock whose text can't be read may still be being written. */
function isNew(file: string): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs < 5000;
}

function busy(dir: string, file: string): Error {
  const holder = readHolder(file);
  return problem({
    where: shownPath(dir),
    expected: 'one run at a time that writes there',
    found: `another one at work${holder ? ` (process ${holder.pid} on ${holder.host})` : ''}`,
    next: `Wait until it is done, and run this again. If there is none, delete ${shownPath(file)}.`,
  });
}

function readHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof holder?.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function held(): Set<string> {
  return processState('locks', () => new Set<string>());
}
