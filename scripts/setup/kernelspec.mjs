/** Step 5: the kernel "TypeScript (little-data)", and JupyterLab's configuration around it. */
import fs from 'node:fs';
import path from 'node:path';
import { readJson, writeJson } from './files.mjs';

/** What Node is started with for the kernel, and for the benchmark that measures it. */
export const nodeOptions = [
  '--conditions=little-data-source',
  // Megabytes. Else V8 looks through all of the kernel's memory for each batch of decoded photos: 2% of VGG16's time.
  '--initial-old-space-size=512',
];

/** `.jupyter/kernels/tslab/kernel.json`: without an absolute path, so that the project can lie anywhere. */
export const kernelspec = {
  argv: [
    'node',
    ...nodeOptions,
    '--require',
    '{resource_dir}/../../../src/kernel/preload.cjs',
    '{resource_dir}/../../../node_modules/tslab/bin/tslab',
    'kernel',
    '--config-path',
    '{connection_file}',
  ],
  display_name: 'TypeScript (little-data)',
  language: 'typescript',
  // By the control socket, which has a thread of its own: a signal would wait until a cell gives way.
  interrupt_mode: 'message',
  env: { TF_CPP_MIN_LOG_LEVEL: '3' },
};

/** Files below `.jupyter/config/` and the keys that each must hold; what else is in them stays. */
const configuration = {
  'jupyter_server_config.json': {
    ServerApp: { ip: '127.0.0.1' },
    MultiKernelManager: { default_kernel_name: 'tslab' },
    KernelSpecManager: { ensure_native_kernel: false, allowed_kernelspecs: ['tslab'] },
    // `.jupyter/nbconvert/templates`: JupyterLab's template has no words for pictures.
    HTMLExporter: { template_name: 'little-data' },
  },
  'labconfig/page_config.json': {
    disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true },
  },
  'labconfig/default_setting_overrides.json': {
    '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
    // An exported page then shows the last state of widgets.
    '@jupyter-widgets/jupyterlab-manager:plugin': { saveState: true },
  },
};

/** Puts the kernelspec and the configuration back where they are missing or differ. */
export async function checkKernelspec({ root, log }) {
  const restored = [];
  const kernelFile = path.join('.jupyter', 'kernels', 'tslab', 'kernel.json');
  if (!isSame(readJson(path.join(root, kernelFile)), kernelspec)) {
    const isMissing = !fs.existsSync(path.join(root, kernelFile));
    log(`  kernel: ${kernelFile} ${isMissing ? 'was missing' : 'had been changed'}, and was written anew`);
    writeJson(path.join(root, kernelFile), kernelspec);
    restored.push(kernelFile);
  }
  for (const [name, wanted] of Object.entries(configuration)) {
    const file = path.join(root, '.jupyter', 'config', ...name.split('/'));
    const found = readJson(file) ?? {};
    const merged = merge(found, wanted);
    if (isSame(found, merged)) continue;
    writeJson(file, merged);
    restored.push(name);
  }
  return {
    did: restored.length > 0,
    summary: restored.length > 0 ? `wrote ${restored.join(', ')}` : 'kernel',
  };
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function merge(found, wanted) {
  const merged = { ...found };
  for (const [key, value] of Object.entries(wanted)) {
    const isObject = typeof value === 'object' && !Array.isArray(value);
    merged[key] = isObject ? merge(merged[key] ?? {}, value) : value;
  }
  return merged;
}
