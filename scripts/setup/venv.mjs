/** A Python environment: made beside its place and verified, before it is put there. */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from './context.mjs';
import { readJson, replaceFolder, restoreFolder, sha256, withWorkFolder, writeJson } from './files.mjs';
import { findPython, pythonEnvironment, pythonIn } from './interpreter.mjs';

const stampName = '.little-data.json';

/** Compares an environment with its requirements and with the RECORD of each of its packages. */
const verifier = path.join(import.meta.dirname, 'verify.py');

/**
 * Makes an environment unless the one that is there was completed, from the same pins, in the same place, and lacks nothing.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {object} options
 * @param {{ name: string, requirements: string }} options.venv its folder in the project's, and the file with its packages
 * @param {string} options.step the step of the set-up
 * @param {string} options.holds what is installed, in words
 * @param {string} options.summary what is said where there is nothing to do
 */
export async function completeVenv(context, { venv, step, holds, summary }) {
  const isCurrent = isVenvCurrent(context, venv);
  restoreFolder(context, venv.name, isCurrent);
  if (isCurrent || isVenvCurrent(context, venv)) return { did: false, summary };
  context.log(`  ${step}: making ${venv.name} with ${holds} ...`);
  try {
    await makeVenv(context, venv);
  } catch (error) {
    if (error.reason === 'interrupted' || error instanceof SetupError) throw error;
    throw new SetupError(
      `The Python environment could not be made: ${error.message}. An earlier ${venv.name} was left as it is.${error.output ? `\n${error.output}\n` : ''}`,
      'See whether this machine reaches the Python package index (`python3 -m pip download six`) and has 500 MB of free disk, then start again.',
    );
  }
  return { did: true, summary: 'installed' };
}

/**
 * Makes an environment anew, in a folder of its own: a pip that a killed set-up left behind writes elsewhere. What was
 * there before stays until the new one is whole.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {{ name: string, requirements: string }} venv its folder in the project's, and the file with its packages
 */
export async function makeVenv(context, { name, requirements }) {
  const { root, env, node, run } = context;
  const base = await findPython(context);
  const options = { cwd: root, env: pythonEnvironment(env), timeout: 60 * 60_000 };
  const asked = ['--quiet', '--require-hashes', '--only-binary', ':all:'];
  await withWorkFolder(context, async (work) => {
    const made = path.join(work, 'venv');
    const python = pythonIn(made, node.platform);
    await run(base[0], [...base.slice(1), '-I', '-m', 'venv', made], options);
    await run(python, ['-I', '-m', 'pip', 'install', ...asked, '-r', requirements], options);
    await run(python, ['-I', '-m', 'pip', 'check'], options);
    const parts = await verifyVenv(context, { folder: made, requirements });
    moveNames(path.dirname(python), { from: made, to: path.join(root, name) });
    writeJson(path.join(made, stampName), { ...stampFor(context, { folder: made, requirements }), parts });
    replaceFolder(context, name, made);
  });
}

/**
 * The files and folders that an environment's packages consist of, once each has the hash in its package's RECORD.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {{ folder: string, requirements: string }} venv
 * @returns {Promise<string[]>} relative to the environment
 */
export async function verifyVenv({ root, env, node, run }, { folder, requirements }) {
  const options = { cwd: root, env: pythonEnvironment(env), timeout: 10 * 60_000 };
  const { stdout } = await run(pythonIn(folder, node.platform), ['-I', verifier, requirements], options);
  return JSON.parse(stdout);
}

/** Whether the environment was completed, from these requirements, in this place, and none of its packages is gone. */
export function isVenvCurrent(context, { name, requirements }) {
  const folder = path.join(context.root, name);
  const { parts, ...stamp } = readJson(path.join(folder, stampName)) ?? {};
  if (JSON.stringify(stamp) !== JSON.stringify(stampFor(context, { folder, requirements }))) return false;
  return Array.isArray(parts) && parts.every((part) => fs.existsSync(path.join(folder, part)));
}

function stampFor({ root, node }, { folder, requirements }) {
  return {
    requirements: sha256(fs.readFileSync(requirements)),
    root,
    interpreter: interpreterOf(folder, node.platform),
  };
}

/** The file behind the interpreter's links: another one after an upgrade of the system's Python. */
function interpreterOf(folder, platform) {
  try {
    const real = fs.realpathSync(pythonIn(folder, platform));
    // Where it is a copy, it moves with its environment.
    const inside = path.relative(fs.realpathSync(folder), real);
    return inside.startsWith('..') || path.isAbsolute(inside) ? real : inside;
  } catch {
    return null;
  }
}

/** Puts the environment's own place into its scripts, which name it: the interpreter in their first line, and `activate`. */
function moveNames(scripts, { from, to }) {
  for (const entry of fs.readdirSync(scripts, { withFileTypes: true })) {
    const file = path.join(scripts, entry.name);
    const text = entry.isFile() ? fs.readFileSync(file, 'latin1') : '';
    // One byte a character, so that the programs among them, which are left alone, do no harm.
    const [named, wanted] = [from, to].map((place) => Buffer.from(place).toString('latin1'));
    if (!text.includes('\0') && text.includes(named))
      fs.writeFileSync(
        file,
        text.replaceAll(named, () => wanted),
        'latin1',
      );
  }
}
