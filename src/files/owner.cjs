/**
 * Which process made a file, as a token in its name tells, and whether that process still runs. Plain JavaScript: the set-up uses it
 * before anything is installed.
 */
const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');

/** The form of a token: machine, process number, time of its start, random number. */
const tokenForm = '[0-9a-f]{12}-\\d+-\\d+-[0-9a-f]{8}';

/**
 * A token of this process that no name had before.
 * @returns {string}
 */
function newToken() {
  const { machine, start } = self();
  return `${machine}-${process.pid}-${start}-${randomBytes(4).toString('hex')}`;
}

/**
 * The process number in a token.
 * @param {string} token
 * @returns {number}
 */
function pidOf(token) {
  return Number(token.split('-')[1]);
}

/**
 * Whether the process that made a token runs; a stopped one does. `undefined` where that can't be seen from here: the process
 * is in another container or on another computer, or the system is not Linux. Only the age of its files can tell then.
 * @param {string} token
 * @returns {boolean | undefined}
 */
function isRunning(token) {
  const [machine, , start] = token.split('-');
  if (machine !== self().machine) return undefined;
  const pid = pidOf(token);
  if (pid === process.pid) return start === self().start;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  const found = statOf(pid);
  // A process of another user may be hidden in /proc: it runs.
  return found === undefined || (found.start === start && !found.hasEnded);
}

/**
 * How this process is told from all others. `machine` is the same for all processes that see each other by their numbers, and for no
 * others. Kept for the process, whatever modules are loaded again.
 * @returns {{ machine: string, start: string }}
 */
function self() {
  const everything = /** @type {Record<symbol, any>} */ (/** @type {unknown} */ (globalThis));
  const key = Symbol.for('little-data.self');
  everything[key] ??= seenInProc() ?? { machine: randomBytes(6).toString('hex'), start: '0' };
  return everything[key];
}

/**
 * `undefined` where /proc is missing, or numbers processes in another way than this process does.
 * @returns {{ machine: string, start: string } | undefined}
 */
function seenInProc() {
  try {
    const numbers = /^NSpid:\s*(.+)$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1];
    const start = statOf(process.pid)?.start;
    if (numbers !== String(process.pid) || start === undefined) return undefined;
    const parts = [
      fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
      fs.readlinkSync('/proc/self/ns/pid'),
      // The time of a start depends on it.
      fs.existsSync('/proc/self/ns/time') && fs.readlinkSync('/proc/self/ns/time'),
      // Copies of a virtual machine have the rest in common.
      os.hostname(),
    ];
    return { machine: createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12), start };
  } catch {
    return undefined;
  }
}

/**
 * A process as /proc shows it; `undefined` where it doesn't.
 * @param {number} pid
 * @returns {{ start: string, hasEnded: boolean } | undefined}
 */
function statOf(pid) {
  try {
    // The name of the program comes first, in parentheses, and may hold any character.
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state, threads, start] = [fields[0], fields[17], fields[19]];
    if (start === undefined) return undefined;
    // Of a killed process whose parent has not noticed, other threads may still be writing.
    return { start, hasEnded: state === 'Z' && Number(threads) <= 1 };
  } catch {
    return undefined;
  }
}

module.exports = { tokenForm, newToken, pidOf, isRunning };
