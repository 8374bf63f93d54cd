'use strict';
/** The types of a notebook's names, as tslab keeps them from cell to cell: declarations in one text. */
const ts = require('@tslab/typescript-for-tslab');

/**
 * The declarations of values whose names `keep` wants.
 * @param {string} text declarations of names, as in a `.d.ts` file
 * @param {(name: string) => boolean} keep
 * @param {{ types?: boolean }} [options] `types: false` leaves out interfaces and type aliases
 */
function keepDeclarations(text, keep, { types = true } = {}) {
  const file = ts.createSourceFile('declarations.d.ts', text, ts.ScriptTarget.Latest, true);
  const kept = file.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) return keptVariables(statement, keep);
    if (ts.isImportDeclaration(statement))
      return namesOf(statement).some(keep) ? [statement.getText(file)] : [];
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      return types ? [statement.getText(file)] : [];
    return statement.name && !keep(statement.name.text) ? [] : [statement.getText(file)];
  });
  return kept.map((line) => `${line}\n`).join('');
}

function keptVariables(statement, keep) {
  const { declarations } = statement.declarationList;
  const wanted = declarations.filter(({ name }) => ts.isIdentifier(name) && keep(name.text));
  if (wanted.length === 0) return [];
  const text = statement.getText();
  // What stands before the first variable: `export declare const`.
  const opening = text.slice(0, declarations[0].getStart() - statement.getStart());
  return [`${opening}${wanted.map((one) => one.getText()).join(', ')};`];
}

function namesOf({ importClause }) {
  const { name, namedBindings } = importClause ?? {};
  const bound = !namedBindings
    ? []
    : ts.isNamespaceImport(namedBindings)
      ? [namedBindings.name]
      : namedBindings.elements.map((element) => element.name);
  return [...(name ? [name] : []), ...bound].map(({ text }) => text);
}

module.exports = { keepDeclarations };
