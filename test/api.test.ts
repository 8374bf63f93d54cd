import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { behindShorthand, publicApi } from './fixtures/public-api';
import { projectRoot } from './run-node';

test('docs/api is what `npm run api` makes of the source', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-api-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/api.mjs', folder], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const committed = path.join(projectRoot, 'docs', 'api');
    assert.deepEqual(fs.readdirSync(folder).sort(), fs.readdirSync(committed).sort());
    for (const name of fs.readdirSync(folder)) {
      const fresh = fs.readFileSync(path.join(folder, name), 'utf8');
      // One line says more than a comparison of 60 KB.
      assert(
        fresh === fs.readFileSync(path.join(committed, name), 'utf8'),
        `${name} is older than src/: npm run api`,
      );
      assert(!fresh.includes(' - |'), `${name} has a cell without a description`);
      assert.doesNotMatch(fresh, /file:\/\/\/|\/home\/|\/Users\/|\\Users\\/);
      assert(!fresh.includes(projectRoot) && !fresh.includes(os.homedir() + path.sep), name);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

describe('the doc comment of', () => {
  const { checker, exported } = publicApi();
  const ours = (symbol: ts.Symbol) =>
    symbol.declarations?.some(({ parent }) =>
      parent.getSourceFile().fileName.includes(`${projectRoot}/src/`),
    );

  /** The functions behind a name, as a caller writes them: itself, its methods, or those of an object of functions. */
  function functionsOf(found: ts.Symbol, name: string): PublicFunction[] {
    const symbol = behindShorthand(found, checker);
    if (!ours(symbol) || symbol.flags & ts.SymbolFlags.TypeAlias) return [];
    const isInternal = symbol.getJsDocTags(checker).some((tag) => tag.name === 'internal');
    // What Node asks an object for is not for callers.
    if (isInternal || isPrivate(symbol) || symbol.name.startsWith('__@custom')) return [];
    const isClass = symbol.flags & ts.SymbolFlags.Class;
    const type = isClass ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbol(symbol);
    const signatures = type.getCallSignatures();
    if (signatures.length > 0) return signatures.map((signature) => ({ name, symbol, signature }));
    const isContainer = isClass || symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Property);
    if (!isContainer) return [];
    return type.getProperties().flatMap((member) => functionsOf(member, `${name}.${member.name}`));
  }

  test('each public name says what it is', () => {
    assert(exported.length > 50);
    for (const { symbol } of exported) assert(docOf(symbol).length > 10, symbol.name);
  });

  const functions = exported.flatMap(({ symbol }) => functionsOf(symbol, symbol.name));
  test('each of them is looked at', () => {
    const names = functions.map(({ name }) => name);
    for (const known of ['trainHead', 'np.save', 'applications.vgg16.preprocessInput', 'featureStore.info'])
      assert(names.includes(known), `${known} is not among ${names.join(', ')}`);
  });

  for (const { name, symbol, signature } of functions)
    test(`${name}() names its parameters, its options and what it returns`, () => {
      const tags = symbol.getJsDocTags(checker);
      const text = [docOf(symbol), ...tags.map((tag) => ts.displayPartsToString(tag.text))].join('\n');
      assert.match(docOf(symbol), /\w/);
      const described = tags.filter(
        (tag) => tag.name === 'param' && /\S \S/.test(ts.displayPartsToString(tag.text)),
      );
      assert.equal(
        described.length,
        signature.parameters.length,
        `a @param with words for each parameter of ${name}`,
      );
      for (const parameter of signature.parameters) {
        if (!isOptions(parameter)) continue;
        for (const option of checker.getTypeOfSymbol(parameter).getNonNullableType().getProperties())
          assert(text.includes(`\`${option.name}\``), `${name}: the option \`${option.name}\``);
      }
      const returned = checker.typeToString(signature.getReturnType());
      if (!/^(void|Promise<void>)$/.test(returned))
        assert(
          tags.some((tag) => tag.name === 'returns' && tag.text),
          `${name} returns ${returned}: @returns`,
        );
    });

  const interfaces = exported.filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Interface);
  for (const { name, symbol } of interfaces)
    test(`each property of ${name} says what it is, and an optional option its default`, () => {
      for (const property of checker.getDeclaredTypeOfSymbol(symbol).getProperties()) {
        if (!ours(property)) continue;
        const label = `${name}.${property.name}`;
        assert.match(docOf(property), /\w{3}/, label);
        const isOption = name.endsWith('Options') && property.flags & ts.SymbolFlags.Optional;
        const tags = property.getJsDocTags(checker).map((tag) => tag.name);
        assert(!isOption || tags.includes('default'), `${label}: @default`);
      }
    });

  test('each public function has an example', () => {
    const without = functions.filter(
      ({ name, symbol }) =>
        !/\.(toString|__@asyncIterator.*)$/.test(name) &&
        !symbol.getJsDocTags(checker).some((tag) => tag.name === 'example'),
    );
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });

  function docOf(symbol: ts.Symbol): string {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker));
  }
});

interface PublicFunction {
  name: string;
  /** Has the comment; the signature has the types. */
  symbol: ts.Symbol;
  signature: ts.Signature;
}

function isPrivate({ valueDeclaration }: ts.Symbol): boolean {
  return !!valueDeclaration && !!(ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Private);
}

/** A parameter that is called so, or is taken apart in the signature. */
function isOptions(parameter: ts.Symbol): boolean {
  const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
  return parameter.name === 'options' || !ts.isIdentifier(declaration.name);
}
