/** The progress of a download, in megabytes. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What `downloadFile` takes as `onProgress`. */
export function downloadBar() {
  let bar;
  return ({ bytes, total }) => {
    if (total === undefined) return;
    require('tsx/cjs');
    const { progressBar } = require('../src/notebook/progress-bar.ts');
    const megabytes = Math.ceil(total / 1e6);
    bar ??= progressBar(megabytes, { unit: 'MB' });
    bar.update(bytes < total ? Math.floor(bytes / 1e6) : megabytes);
  };
}
