/**
 * One set-up at a time in a project's folder.
 *
 * Each process that wants it writes a claim, a file whose name is never used again, and holds the lock while no other
 * claim is live. So nobody removes a claim that has changed hands, and two can't both think that they were alone.
 */
import fs from 'node:fs';
import path from 'node:path';
import { isRunning, newToken, pidOf } from '../../src/files/owner.cjs';
import { interruptPrograms, SetupError } from './context.mjs';

const beatEvery = 5_000;
const staleAfter = 60_000;

/**
 * Runs `work` while no other process runs a set-up in the same folder; waits for the other one where there is.
 * A claim counts while its process lives; where that can't be known for certain, while it was renewed within a minute.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {() => Promise<T>} work
 * @param {{ wait?: number, poll?: number }} [options] milliseconds to wait at most, and between two looks
 * @returns {Promise<T>}
 * @template T
 */
export async function withLock({ cache, log }, work, { wait = 30 * 60_000, poll = 300 } = {}) {
  const folder = path.join(cache, 'claims');
  const until = Date.now() + wait;
  let isTold = false;
  let claim;
  for (;;) {
    const other = liveClaim(folder) ?? claimAlone();
    if (!other) break;
    const holder = pidOf(path.basename(other)) || 'unknown';
    if (!isTold) log(`Set-up: waiting for the one that runs already (process ${holder}).`);
    isTold = true;
    if (Date.now() > until)
      throw new SetupError(
        `Another set-up (process ${holder}) has held ${other} for ${Math.round(wait / 60_000)} minutes.`,
        'Wait for it to end, or end it, and start again.',
      );
    // Two that withdraw from each other must not meet again.
    await new Promise((resolve) => setTimeout(resolve, poll * (0.5 + Math.random())));
  }
  const beat = setInterval(() => renew(claim), beatEvery);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    fs.rmSync(claim, { force: true });
  }

  /** Makes the claim, or gives the other live one for which it was withdrawn. */
  function claimAlone() {
    fs.mkdirSync(folder, { recursive: true });
    claim = path.join(folder, newToken());
    fs.writeFileSync(claim, '', { flag: 'wx' });
    const other = liveClaim(folder, claim);
    if (other) fs.rmSync(claim, { force: true });
    return other;
  }
}

/** A live claim beside `own`; removes those of the dead. */
function liveClaim(folder, own) {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return names
    .map((name) => path.join(folder, name))
    .find((claim) => {
      if (claim === own) return false;
      if (isLive(folder, claim)) return true;
      fs.rmSync(claim, { force: true });
      return false;
    });
}

function isLive(folder, claim) {
  const isAlive = isRunning(path.basename(claim));
  if (isAlive !== undefined) return isAlive;
  const stat = fs.statSync(claim, { throwIfNoEntry: false });
  return stat !== undefined && nowIn(folder) - stat.mtimeMs < staleAfter;
}

/** The time by the clock that dates the files in `folder`, which may be another computer's. */
function nowIn(folder) {
  const probe = path.join(path.dirname(folder), `now.${newToken()}`);
  fs.writeFileSync(probe, '');
  const { mtimeMs } = fs.statSync(probe);
  fs.rmSync(probe, { force: true });
  return mtimeMs;
}

/** Dates the claim anew. Where it is gone, another set-up took it for dead and works now: this one stops. */
function renew(claim) {
  try {
    const now = nowIn(path.dirname(claim)) / 1000;
    fs.utimesSync(claim, now, now);
  } catch (error) {
    if (error.code === 'ENOENT') interruptPrograms();
  }
}
