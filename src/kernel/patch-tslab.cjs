'use strict';
/** Patches seven faults of tslab 1.0.22 while it is loaded: in its converter, which turns cells into JavaScript, and in its sockets. */
const Module = require('node:module');
const path = require('node:path');

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
 * It answers a message that comes while one of its sockets is still being bound, and the kernel dies of "Socket is
 * blocked by a bind": a matter of milliseconds at the start. Here messages wait until all sockets are bound.
 */
const sockets = [
  {
    before: 'await sock.bind(addr);',
    after: `const bound = sock.bind(addr);
        (this.bindings ??= []).push(bound);
        await bound;`,
  },
  {
    before: 'async handleShellMessage(sock, ...args) {',
    after: `async handleShellMessage(sock, ...args) {
        await Promise.all(this.bindings);`,
  },
  { before: 'this.hb.send(msgs);', after: 'await Promise.all(this.bindings);\n this.hb.send(msgs);' },
];

/**
 * It doesn't wait until a message is sent, and of those that come without a pause its sockets take 512 at once: the next one
 * waits for the event loop, and all after it throw "Socket is busy writing". A line that a cell prints is lost so (Node hides
 * errors of printing), or the word that the cell has ended, and the notebook waits for ever. What publishes never has to
 * wait: without a timeout the socket takes all at once, and without a limit it drops none for a slow reader.
 */
const publisher = {
  before: 'new zmq.Publisher()',
  after: 'new zmq.Publisher({ sendTimeout: 0, sendHighWaterMark: 0 })',
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

/**
 * After a cell that failed it drops what comes within 200 ms: cells that were waiting, and also one that is sent after the
 * failure was shown. Here the waiting ones are dropped first, and then the failure is answered.
 */
const dropping = [
  {
    before: 'this.execQueue.reset(200);',
    after: `await new Promise((resolve) => setTimeout(resolve, 20));
                this.execQueue.reset();`,
  },
  // The protocol's word.
  { before: 'status = "abort";', after: 'status = "aborted";' },
];

const patches = new Map([
  [path.join('tslab', 'dist', 'converter.js'), [shorthand, ...timers, elsewhere, forAwait]],
  [path.join('tslab', 'dist', 'jupyter.js'), [...sockets, publisher, ...dropping]],
]);
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
  const file = [...patches.keys()].find((name) => filename.endsWith(name));
  const patched = (patches.get(file) ?? []).reduce(
    (text, { before, after }) => text.replace(before, after),
    content,
  );
  patches.delete(file);
  if (patches.size === 0) Module.prototype._compile = compile;
  return compile.call(this, patched, filename, ...rest);
};
