'use strict';
/**
 * Makes tslab 1.0.22 this project's kernel while it is loaded: its server, handler and executor give way to those of this
 * folder, and four faults of its converter, which turns cells into JavaScript, are patched in its text.
 */
const Module = require('node:module');
const path = require('node:path');
const { withSourceMaps } = require('./source-maps.cjs');

/** A name from an earlier cell becomes `exports.name`, but not in the short form `{ epochs }`: "epochs is not defined". */
const shorthand = {
  before: 'function wrapPrevIdentifier(node) {',
  after: `function wrapPrevIdentifier(node) {
            if (ts.isShorthandPropertyAssignment(node)) {
                const value = checker.getShorthandAssignmentValueSymbol(node);
                if (value?.declarations?.some((decl) => decl.getSourceFile() === declsFile)) {
                    const access = ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier("exports"), node.name);
                    const initial = node.objectAssignmentInitializer && wrapPrevIdentifier(node.objectAssignmentInitializer);
                    return ts.factory.createPropertyAssignment(
                        ts.factory.createIdentifier(node.name.text),
                        initial ? ts.factory.createAssignment(access, initial) : access);
                }
            }`,
};

/**
 * It has room for one timer of TypeScript's; a folder that comes or goes where an import might be found sets a second
 * one, and the kernel throws "Unexpected pending rebuildTimer". Here the second one takes the first along.
 */
const timers = [
  {
    before: 'throw new Error("Unexpected pending rebuildTimer");',
    after: `const [earlier, later] = [rebuildTimer, callback];
            callback = () => { earlier.callback(); later(); };`,
  },
  { before: 'throw new Error("clearing unexpected tiemr");', after: '' },
];

/**
 * It checks and compiles all TypeScript that a cell imports, this package's own too, and then drops what it finds and
 * makes outside the notebook's folder: seconds of the first cell. Here only what lies in that folder is looked at.
 * (Not by TypeScript's own mark of packages: it is gone where a later cell imports more of them.)
 */
const elsewhere = {
  before: '.getAllDependencies(sourceFile)',
  after: `.getAllDependencies(sourceFile)
        .filter((dep) => !path_1.default.relative(path_1.default.dirname(sourceFile.fileName), dep).startsWith(".."))`,
};

/**
 * It makes a cell an async function only where it finds a plain `await`: `for await` outside of any function is a
 * SyntaxError.
 */
const forAwait = {
  before: 'hasToplevelAwait: diag.hasToplevelAwait,',
  after: `hasToplevelAwait: diag.hasToplevelAwait || (function hasForAwait(node) {
                if (ts.isFunctionLike(node)) return false;
                return (ts.isForOfStatement(node) && Boolean(node.awaitModifier)) || Boolean(ts.forEachChild(node, hasForAwait));
            })(srcFile),`,
};

const patches = [shorthand, ...timers, elsewhere, forAwait];

/** By the end of its path, what is done with a file of tslab: to its text, and to what it exports. */
const files = new Map([
  [path.join('tslab', 'dist', 'converter.js'), { text: patched, before: withSourceMaps }],
  [
    path.join('tslab', 'dist', 'executor.js'),
    { exported: (own) => Object.assign(own, require('./executor.cjs')) },
  ],
  [
    path.join('tslab', 'dist', 'jupyter.js'),
    {
      exported(own) {
        own.JupyterHandlerImpl = require('./handler.cjs').handlerFrom(own.JupyterHandlerImpl);
        require('./output.cjs').leadOutput(own);
        own.ZmqServer = require('./server.cjs').Server;
      },
    },
  ],
]);
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
  const file = [...files.keys()].find((name) => filename.endsWith(name));
  const { text, before, exported } = files.get(file) ?? {};
  files.delete(file);
  if (files.size === 0) Module.prototype._compile = compile;
  before?.();
  const result = compile.call(this, text ? text(content) : content, filename, ...rest);
  exported?.(this.exports);
  return result;
};

/** The converter's text with all patches. Another version of tslab must not run half patched. */
function patched(content) {
  return patches.reduce((text, { before, after }) => {
    if (text.includes(before)) return text.replace(before, () => after);
    throw new Error(
      `tslab's converter: expected the text ${JSON.stringify(before)}, which tslab 1.0.22 has, found none. Run \`npm run setup\`.`,
    );
  }, content);
}

module.exports = { patched };
