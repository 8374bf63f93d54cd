'use strict';
/** The call whose parentheses the cursor is in. */
const ts = require('@tslab/typescript-for-tslab');

/**
 * The place of the called name, such as `trainHead` in `trainHead(features, |)`; undefined outside of any call.
 * @param {string} code of a cell, which may be incomplete
 * @param {number} cursor UTF-16 units from its start
 */
function enclosingCall(code, cursor) {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest, true);
  let place;
  const visit = (node) => {
    if (cursor <= node.getStart(file) || cursor > node.getEnd() + 1) return;
    const isCall = (ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments;
    if (isCall && cursor >= node.arguments.pos) {
      const called = node.expression;
      place = (ts.isPropertyAccessExpression(called) ? called.name : called).getStart(file);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return place;
}

module.exports = { enclosingCall };
