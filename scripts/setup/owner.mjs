/** Who made something: a process, named so that another one can tell for certain whether it is gone. */
import fs from 'node:fs';
import os from 'node:os';

/**
 * This process, to be written beside what it owns. `where` and `started` are missing where the system doesn't tell them
 * (they come from Linux' /proc): then nobody can be certain of it.
 * @returns {{ host: string, pid: number, where?: string, started?: string }}
 */
export function thisProcess() {
  return {
    host: os.hostname(),
    pid: process.pid,
    where: whereThisRuns(),
    started: stateOf(process.pid)?.started,
  };
}

/**
 * Whether a process is `'alive'` or `'gone'`, or `'unknown'`: a process number says nothing about another computer,
 * another boot or another PID namespace (a container), nor where /proc doesn't belong to this namespace.
 * @param {unknown} owner what `thisProcess` gave there, or anything that a file holds
 * @returns {'alive' | 'gone' | 'unknown'}
 */
export function stateOfOwner(owner) {
  const here = whereThisRuns();
  const { pid, where, started } = Object(owner);
  if (!here || where !== here || !Number.isInteger(pid) || typeof started !== 'string') return 'unknown';
  const found = stateOf(pid);
  // /proc may hide the processes of other users.
  if (!found) return hasNumber(pid) ? 'alive' : 'gone';
  // Another process may have got the number since.
  return found.started === started && !found.hasEnded ? 'alive' : 'gone';
}

/** The boot and the namespaces that process numbers and start times count in. */
function whereThisRuns() {
  try {
    // In a new PID namespace /proc may still be that of the outer one.
    if (fs.readlinkSync('/proc/self') !== String(process.pid)) return undefined;
    const namespaces = ['pid', 'time'].map((name) => linkOf(`/proc/self/ns/${name}`));
    if (!namespaces[0]) return undefined;
    // Copies of a virtual machine have all but the name in common.
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return [boot, ...namespaces, os.hostname()].join(' ');
  } catch {
    return undefined;
  }
}

function linkOf(file) {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}

/** Whether there is a process of this number. */
function hasNumber(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * A process' start time, and whether it has ended and nobody has asked for its status yet: the fields 22, 3 and 20 of its
 * `stat`. Its name, field 2, may hold spaces and brackets. A first thread that has ended may leave others at work.
 */
function stateOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { started: fields[19], hasEnded: ['Z', 'X'].includes(fields[0]) && Number(fields[17]) <= 1 };
  } catch {
    return undefined;
  }
}
