/** `npm run setup -- --cluster`: a Python environment of its own with Dask, exactly as `scripts/requirements-cluster.txt` pins it. */
import path from 'node:path';
import { completeVenv } from './venv.mjs';

/** Dask's environment: apart from JupyterLab's, so that neither set of pins bends the other, nor damages it. */
export function clusterVenv(root) {
  return {
    name: path.join('scripts', 'cluster', '.venv'),
    requirements: path.join(root, 'scripts', 'requirements-cluster.txt'),
  };
}

/** Makes Dask's environment unless the one that is there is whole. Only called where the set-up is asked for it. */
export async function installCluster(context) {
  return completeVenv(context, {
    venv: clusterVenv(context.root),
    step: 'cluster',
    holds: 'Dask, the packages of scripts/requirements-cluster.txt',
    summary: 'Dask',
  });
}
