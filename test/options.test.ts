/** Each public function with an options object refuses a key that it does not know. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ts from 'typescript';
import * as api from '../src';
import { publicApi } from './fixtures/public-api';

/** The place of the parameter `options` of each exported function. */
function functionsWithOptions(): { name: string; at: number }[] {
  return publicApi().exported.flatMap(({ name, symbol }) => {
    const declaration = symbol.valueDeclaration;
    if (!declaration || !ts.isFunctionDeclaration(declaration)) return [];
    // A parameter that is taken apart in place is an options object too.
    const at = declaration.parameters.findIndex(
      ({ name: own, type }) =>
        !ts.isIdentifier(own) || own.text === 'options' || (type !== undefined && ts.isTypeLiteralNode(type)),
    );
    return at < 0 ? [] : [{ name, at }];
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
