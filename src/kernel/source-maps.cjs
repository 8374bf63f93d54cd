'use strict';
/** Lets both steps in which tslab compiles a cell put their source maps into the JavaScript. */

/** Called before tslab's converter is loaded: it takes TypeScript's functions as they then are. */
function withSourceMaps() {
  const ts = require('@tslab/typescript-for-tslab');
  // What it exports can't be set one by one.
  require.cache[require.resolve('@tslab/typescript-for-tslab')].exports = {
    ...ts,
    createWatchCompilerHost: (files, options, ...rest) =>
      ts.createWatchCompilerHost(files, { ...options, inlineSourceMap: true }, ...rest),
    transpileModule: (text, { compilerOptions, ...rest }) =>
      ts.transpileModule(text, { ...rest, compilerOptions: { ...compilerOptions, inlineSourceMap: true } }),
  };
}

module.exports = { withSourceMaps };
