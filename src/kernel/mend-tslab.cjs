'use strict';
/** Mends two faults of tslab 1.0.22 in its converter, the module that turns cells into JavaScript, while it is loaded. */
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

const converter = path.join('tslab', 'dist', 'converter.js');
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
  if (!filename.endsWith(converter)) return compile.call(this, content, filename, ...rest);
  Module.prototype._compile = compile;
  const mended = [shorthand, ...timers].reduce(
    (text, { before, after }) => text.replace(before, after),
    content,
  );
  return compile.call(this, mended, filename, ...rest);
};
