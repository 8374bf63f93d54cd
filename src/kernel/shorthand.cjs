'use strict';
/**
 * tslab 1.0.22 turns a name from an earlier cell into `exports.name`, but not in the short form `{ epochs }`, which
 * then throws "epochs is not defined". This mends the one function of its converter while it is being loaded.
 */
const Module = require('node:module');
const path = require('node:path');

const converter = path.join('tslab', 'dist', 'converter.js');
const before = 'function wrapPrevIdentifier(node) {';
const mended = `${before}
            if (ts.isShorthandPropertyAssignment(node)) {
                const value = checker.getShorthandAssignmentValueSymbol(node);
                if (value?.declarations?.some((decl) => decl.getSourceFile() === declsFile)) {
                    const access = ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier("exports"), node.name);
                    const initial = node.objectAssignmentInitializer && wrapPrevIdentifier(node.objectAssignmentInitializer);
                    return ts.factory.createPropertyAssignment(
                        ts.factory.createIdentifier(node.name.text),
                        initial ? ts.factory.createAssignment(access, initial) : access);
                }
            }`;

const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
  const isConverter = filename.endsWith(converter);
  if (isConverter) Module.prototype._compile = compile;
  return compile.call(this, isConverter ? content.replace(before, mended) : content, filename, ...rest);
};
