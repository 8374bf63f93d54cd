/** One process at a time that works on a folder or file, also where processes can't see each other. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LittleDataError } from '../check';
import { InterruptedError, interruptible } from '../notebook/interrupt';
import { shownPath } from '../paths';
import { type Claim, makeClaim, type OtherClaim, otherClaims, type Sightings } from './claim';

/** The lock as the work under it sees it. */
export interface Lock {
  /** False where this process was suspended for so long that another one took over. */
  isHeld: () => boolean;
  /** Throws where it is not held: then nothing may become visible. */
  check: () => void;
}

/** See `withLock`. */
export interface LockOptions {
  wait?: number;
  lease?: number;
  doing?: string;
  onWait?: (text: string) => void;
  signal?: AbortSignal;
}

const claimName = '.little-data-lock';

/** A notice that one waits comes after so many milliseconds. */
const noticeAfter = 1000;

/**
 * Runs `work` while no other call, of this process or another, works in `dir` (which is made).
 *
 * Each caller first makes a claim, a file with a name of its own, and then lists all claims. It proceeds where it finds no
 * other, else it withdraws its claim and tries again. Of two callers the one that lists later finds the other's claim, so
 * that never both proceed. What a process left that was killed is removed: at once where its number shows that it is
 * gone; else (another container or computer) once it was not renewed for `lease`.
 *
 * Options:
 * - `wait`: milliseconds until another one that is at work there is given up on. @default 10000
 * - `lease`: milliseconds after which a claim that is not renewed counts as left over. @default 60000
 * - `doing`: what work there is, for messages. @default 'is writing into'
 * - `onWait`: called once with a sentence when it waits.
 * - `signal`: ends the waiting.
 *
 * @throws LittleDataError where another one is at work there for longer; `InterruptedError` after Kernel > Interrupt.
 */
export async function withLock<T>(
  dir: string,
  work: (lock: Lock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  fs.mkdirSync(path.resolve(dir), { recursive: true });
  return underClaim(path.resolve(dir, claimName), work, { ...options, place: dir });
}

/** As `withLock`, for a file or folder `place` that need not exist: the claims lie beside it. */
export async function withLockBeside<T>(
  place: string,
  work: (lock: Lock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const folder = path.dirname(path.resolve(place));
  fs.mkdirSync(folder, { recursive: true });
  // On some disks names that differ in capitals or in the form of accents are one.
  const name = path.basename(path.resolve(place)).normalize().toLowerCase();
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return underClaim(path.join(folder, `${claimName}-${digest}`), work, { ...options, place });
}

async function underClaim<T>(
  stem: string,
  work: (lock: Lock) => Promise<T>,
  options: LockOptions & { place: string },
): Promise<T> {
  const { lease = 60_000, doing = 'is writing into', place } = options;
  const claim = await interruptible((interrupted) =>
    takeClaim(stem, { ...options, lease, doing, interrupted }),
  );
  const timer = setInterval(claim.renew, lease / 12).unref();
  const check = () => {
    if (claim.isThere()) return;
    throw new LittleDataError(
      `${shownPath(place)}: this process was suspended, and another process took over. Wait until that process is done, then run this again.`,
    );
  };
  try {
    return await work({ isHeld: claim.isThere, check });
  } finally {
    clearInterval(timer);
    claim.withdraw();
  }
}

async function takeClaim(
  stem: string,
  {
    place,
    wait = 10_000,
    lease,
    doing,
    onWait,
    signal,
    interrupted,
  }: LockOptions & { place: string; lease: number; doing: string; interrupted: () => boolean },
): Promise<Claim> {
  const start = performance.now();
  const sightings: Sightings = new Map();
  let told = false;
  for (let pause = 10; ; pause = Math.min(2 * pause, 400)) {
    const own = makeClaim(stem);
    let others: OtherClaim[];
    try {
      others = otherClaims(stem, { own, lease, sightings });
      if (others.length === 0) return own;
    } catch (error) {
      own.withdraw();
      throw error;
    }
    own.withdraw();
    const waited = performance.now() - start;
    // One that looks left over is watched for a while, whatever `wait` is: it may be free soon.
    const busy =
      others.find((other) => !other.isStale) ?? (waited < wait + lease / 2 ? undefined : others[0]);
    const who = `Another process (${(busy ?? others[0]!).owner}) ${doing} ${shownPath(place)}.`;
    if (busy && waited >= wait) throw new LittleDataError(`${who} ${whatToDo(busy)}`);
    if (!told && waited >= noticeAfter) {
      onWait?.(`${who} Waiting until it is done.`);
      told = true;
    }
    await sleep(pause * (0.5 + Math.random()));
    if (interrupted()) throw new InterruptedError(`Interrupted. ${who} Run the cell again to wait for it.`);
    if (signal?.aborted) throw new LittleDataError(`Stopped. ${who} Run this again to wait for it.`);
  }
}

function whatToDo({ isSeen }: OtherClaim): string {
  const next = 'Wait until it is done, or stop it, then run this again.';
  return isSeen ? next : `${next} If it was killed, this works again after a minute.`;
}
