/** Each public function with an options object refuses a key that it does not know. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import * as api from '../src';
import { projectRoot } from '../src/paths';

/** The place of the parameter `options` of each exported function. */
function functionsWithOptions(): { name: string; at: number }[] {
  const index = path.join(projectRoot, 'src', 'index.ts');
  const program = ts.createProgram([index], {
    module: ts.ModuleKind.Node16,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.valueDeclaration;
    if (!declaration || !ts.isFunctionDeclaration(declaration)) return [];
    // A parameter that is taken apart in place is an options object too.
    const at = declaration.parameters.findIndex(
      ({ name, type }) =>
        !ts.isIdentifier(name) ||
        name.text === 'options' ||
        (type !== undefined && ts.isTypeLiteralNode(type)),
    );
    return at < 0 ? [] : [{ name: exported.name, at }];
  });
}

describe('an option that does not exist is refused by', () => {
  const found = functionsWithOptions();
  assert(found.length > 18, `${found.length} functions`);
  for (const { name, at } of found)
    test(`${name}()`, async () => {
      const call = (api as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
      const args: unknown[] = Array.from({ length: at }, () => 'nothing');
      await assert.rejects(async () => call(...args, { notAnOption: 1 }), {
        name: 'LittleDataError',
        message: /`notAnOption`/,
      });
    });

  test('new ImageDataGenerator() and flowFromDirectory()', () => {
    const unknown = { notAnOption: 1 } as object;
    assert.throws(() => new api.ImageDataGenerator(unknown), /`notAnOption`/);
    assert.throws(() => new api.ImageDataGenerator().flowFromDirectory('nothing', unknown), /`notAnOption`/);
  });
});
