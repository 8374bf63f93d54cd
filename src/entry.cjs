'use strict';
/**
 * What a program without the kernel's options gets for this package: what `npm run build` made. A kernel that is not this
 * project's has none of what the notebooks need, so that a cell there learns which kernel to choose.
 */
const fs = require('node:fs');
const path = require('node:path');

/** An error whose text is all that is shown. */
function plainError(message) {
  return Object.assign(new Error(message), { name: 'LittleDataError', stack: `LittleDataError: ${message}` });
}

// Plain tslab is started as `node …/tslab kernel`.
if (path.basename(process.argv[1] ?? '') === 'tslab')
  throw plainError(
    'This kernel can\'t load little-data: choose the kernel "TypeScript (little-data)" (Kernel > Change Kernel). ' +
      'If it is not there, run `npm run kernel:install` in the project, or start JupyterLab with `npm run lab`.',
  );
if (!fs.existsSync(path.join(__dirname, '..', 'dist', 'index.js')))
  throw plainError(
    'little-data has not been built for programs outside the notebooks: run `npm run build` in its folder, ' +
      'or start Node with `--conditions=little-data-source --import tsx`.',
  );
module.exports = require('../dist/index.js');
