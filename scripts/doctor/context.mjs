/** What every check of the doctor is given, and the three answers that it can give. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeContext } from '../setup/context.mjs';

/** All is well. */
export function ok(found) {
  return { state: 'ok', found };
}

/** Worth knowing, and what one can do; the tutorial runs all the same. */
export function note(found, next) {
  return { state: 'note', found, next };
}

/** The tutorial can't run until `next` is done. */
export function wrong(found, next) {
  return { state: 'wrong', found, next };
}

/**
 * The context of the set-up, and what the checks ask of the machine; tests replace any part of it.
 * @param {object} [overrides] parts of the set-up's context, `cwd`, and parts of `machine`
 */
export function makeDoctorContext({ machine = {}, cwd = process.cwd(), ...overrides } = {}) {
  return { ...makeContext(overrides), cwd, machine: { ...thisMachine, ...machine } };
}

/** `file` as it is shown: relative to the project where it lies in it. */
export function shown(root, file) {
  const relative = path.relative(root, file);
  if (relative === '') return "the project's folder";
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** Megabytes or gigabytes, as people read them. */
export function size(bytes) {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

const thisMachine = {
  cores: os.availableParallelism(),
  /** Of the machine, or of the container that this runs in. */
  totalMemory: Math.min(os.totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY),
  freeMemory: process.availableMemory?.() ?? os.freemem(),
  /** The version of glibc that Node runs on; undefined on musl and where there is none. */
  glibc: () => process.report.getReport().header.glibcVersionRuntime,
  /** The text of Linux' list of processors; empty elsewhere. */
  cpuinfo: () => (fs.existsSync('/proc/cpuinfo') ? fs.readFileSync('/proc/cpuinfo', 'utf8') : ''),
  freeDisk(folder) {
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize;
  },
  /** Linux' devices of graphics cards, as `src/networks/gpu/find-gpu.ts` looks for them. */
  graphicsDevices: () =>
    ['/dev', '/dev/dri'].flatMap((folder) => {
      const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
      return names
        .filter((name) => /^(nvidia\d|renderD|dxg$|kgsl)/.test(name))
        .map((name) => `${folder}/${name}`);
    }),
  temporary: os.tmpdir(),
};
