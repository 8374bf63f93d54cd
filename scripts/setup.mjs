/** Makes a fresh machine ready for the notebooks: `npm run setup`. Does nothing, quickly, where it is ready. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installCluster } from './setup/cluster.mjs';
import { interruptPrograms, makeContext, SetupError } from './setup/context.mjs';
import { sweepWorkFolders } from './setup/files.mjs';
import { checkKernelspec } from './setup/kernelspec.mjs';
import { withLock } from './setup/lock.mjs';
import { checkNode } from './setup/node.mjs';
import { installPackages } from './setup/packages.mjs';
import { checkPlace } from './setup/place.mjs';
import { installPython } from './setup/python.mjs';
import { installTensorflow } from './setup/tensorflow.mjs';
import { keepWebgpuBinary } from './setup/webgpu.mjs';
import { checkWeights } from './setup/weights.mjs';

/** The steps in their order; a step is left out when one that it `needs` has failed. */
const steps = [
  { name: 'node', needs: [], run: checkNode },
  { name: 'packages', needs: ['node'], run: installPackages },
  { name: 'python', needs: [], run: installPython },
  { name: 'tensorflow', needs: ['packages'], run: installTensorflow },
  { name: 'webgpu', needs: ['packages'], run: keepWebgpuBinary },
  { name: 'kernel', needs: [], run: checkKernelspec },
  { name: 'weights', needs: [], run: checkWeights },
];

/** The step that is done only where it is asked for. */
const clusterStep = { name: 'cluster', needs: [], run: installCluster };

/**
 * Runs every step that has something to do. All steps are tried, so that one run names everything that is wrong.
 * @param {Partial<ReturnType<typeof makeContext>>} [overrides] parts of the context, for tests
 * @param {{ cluster?: boolean }} [options] whether Dask is installed too
 * @throws {SetupError} before the first step where the project's place is wrong, else after the last one, with what failed
 *   and what to do
 */
export async function setup(overrides, { cluster = false } = {}) {
  const context = makeContext(overrides);
  checkPlace(context);
  const stop = () => interruptPrograms();
  for (const signal of stopSignals) process.on(signal, stop);
  try {
    await withLock(context, () => {
      sweepWorkFolders(context);
      return runSteps(context, cluster ? [...steps, clusterStep] : steps);
    });
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
  }
}

/** Runs steps in their order; see `setup`. */
export async function runSteps(context, list) {
  const [quiet, failures] = [[], new Map()];
  for (const { name, needs, run } of list) {
    if (needs.some((other) => failures.has(other))) {
      failures.set(name, new SetupError('It was not tried.', `It needs the step "${needs.join('", "')}".`));
      continue;
    }
    const start = Date.now();
    try {
      const { did, summary } = await run(context);
      if (did) context.log(`  ${name}: ${summary} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
      else quiet.push(summary);
    } catch (error) {
      failures.set(name, error);
      if (error.reason === 'interrupted') break;
    }
  }
  if (quiet.length > 0) context.log(`Set-up: ok: ${quiet.join(', ')}`);
  if (failures.size === 0) return;
  const texts = [...failures].map(([name, error]) => `Set-up, step "${name}": ${textOf(error)}`);
  throw Object.assign(new Error(texts.join('\n')), { name: 'SetupError', failures });
}

function textOf(error) {
  if (error instanceof SetupError) return error.message;
  const advice = {
    ENOSPC: 'Free some disk and start again.',
    EACCES: "See to it that you may write into the project's folder, and start again.",
    EROFS: 'Copy the project to a disk that can be written to, and start again.',
  };
  return `${error.message}. ${advice[error.code] ?? 'Start again; environment.md says what the step does.'}`;
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  setup({}, { cluster: process.argv.includes('--cluster') }).catch((error) => {
    console.error(error.name === 'SetupError' ? error.message : error);
    process.exitCode = 1;
  });
}
