/** `npm run doctor`: one line for each thing that the tutorial needs, and what to do about it. Changes nothing. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeDoctorContext, note } from './doctor/context.mjs';
import { checkPhotos, checkWeightsFile, checkWriting } from './doctor/data.mjs';
import { checkGraphics } from './doctor/graphics.mjs';
import { checkInstalledKernel, checkJupyterVariables, checkKernel, checkTslab } from './doctor/kernel.mjs';
import { checkDisk, checkMemory, checkProcessor, checkSystem } from './doctor/machine.mjs';
import { checkProxies } from './doctor/network.mjs';
import { checkLockfile, checkPackages } from './doctor/packages.mjs';
import {
  checkCluster,
  checkNodeVersion,
  checkNpm,
  checkPlaceOfProject,
  checkPython,
} from './doctor/programs.mjs';
import { checkTensorflow } from './doctor/tensorflow.mjs';

/** The checks in the order of their lines. */
export const checks = {
  place: checkPlaceOfProject,
  node: checkNodeVersion,
  npm: checkNpm,
  python: checkPython,
  cluster: checkCluster,
  system: checkSystem,
  processor: checkProcessor,
  memory: checkMemory,
  disk: checkDisk,
  writing: checkWriting,
  proxy: checkProxies,
  lockfile: checkLockfile,
  packages: checkPackages,
  tensorflow: checkTensorflow,
  graphics: checkGraphics,
  kernel: checkKernel,
  tslab: checkTslab,
  variables: checkJupyterVariables,
  'own jupyter': checkInstalledKernel,
  weights: checkWeightsFile,
  photos: checkPhotos,
};

const words = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' };

/**
 * Runs the checks and prints a line for each, then what follows from them.
 * @param {object} [overrides] parts of the context, for tests
 * @param {typeof checks} [list]
 * @returns {Promise<boolean>} whether the tutorial can run
 */
export async function doctor(overrides, list = checks) {
  const context = makeDoctorContext(overrides);
  const states = [];
  for (const [name, check] of Object.entries(list)) {
    const { state, found, next } = await check(context).catch((error) =>
      note(
        `could not be checked: ${error.message}`,
        'Look for yourself; environment.md says what is needed.',
      ),
    );
    states.push(state);
    context.log(`${words[state]}  ${name}: ${next ? `${found.replace(/\.$/, '')}. ${next}` : found}`);
  }
  const [faults, notes] = ['wrong', 'note'].map(
    (wanted) => states.filter((state) => state === wanted).length,
  );
  context.log('');
  if (faults > 0)
    context.log(`The tutorial can't run yet: ${count(faults, 'thing is', 'things are')} wrong.`);
  else if (notes > 0)
    context.log(
      `The tutorial can run (\`npm run tutorial\`); ${count(notes, 'thing is', 'things are')} worth knowing.`,
    );
  else context.log('All is well: `npm run tutorial`.');
  return faults === 0;
}

function count(n, one, more) {
  return `${n} ${n === 1 ? one : more}`;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = (await doctor()) ? 0 : 1;
}
