import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkInteger,
  checkKeys,
  checkNames,
  checkNumber,
  checkOneOf,
  LittleDataError,
  problem,
  show,
  shownLine,
} from '../src/check';

const said = (message: string) => (error: unknown) => {
  assert(error instanceof LittleDataError);
  assert.equal(error.message, message);
  return true;
};

test('problem() says where, what was expected, what was found, what to do', () => {
  const error = problem({ where: 'a.npy', expected: 'rows', found: 'none', next: 'Make it again.' });
  assert.equal(String(error), 'LittleDataError: a.npy: expected rows, found none. Make it again.');
  assert(error instanceof Error);
});

describe('checkInteger()', () => {
  test('returns an integer within its bounds', () => {
    assert.equal(checkInteger('n', 1, { min: 1, max: 3 }), 1);
    assert.equal(checkInteger('n', 3, { min: 1, max: 3 }), 3);
    assert.equal(checkInteger('n', -7), -7);
  });

  test('refuses all else', () => {
    for (const value of [0, 4, 1.5, Number.NaN, Infinity, '2', null, undefined, [2], 2n])
      assert.throws(() => checkInteger('n', value, { min: 1, max: 3 }), LittleDataError);
  });

  test('names the bounds that there are', () => {
    const next = 'Pass such a number as `n`.';
    const found = 'found 0.5';
    const check = (bounds?: object) => () => checkInteger('n', 0.5, bounds);
    assert.throws(check(), said(`\`n\`: expected an integer, ${found}. ${next}`));
    assert.throws(check({ min: 1 }), said(`\`n\`: expected an integer of 1 or more, ${found}. ${next}`));
    assert.throws(check({ max: 9 }), said(`\`n\`: expected an integer up to 9, ${found}. ${next}`));
    assert.throws(
      check({ min: 1, max: 9 }),
      said(`\`n\`: expected an integer from 1 to 9, ${found}. ${next}`),
    );
  });
});

describe('checkNumber()', () => {
  test('returns a number within its bounds', () => {
    assert.equal(checkNumber('rate', 0, { min: 0, max: 1 }), 0);
    assert.equal(checkNumber('rate', 1, { min: 0, max: 1 }), 1);
    assert.equal(checkNumber('rate', -2.5), -2.5);
  });

  test('refuses all else', () => {
    for (const value of [-0.1, 1.1, Number.NaN, Infinity, '0.5', null, undefined])
      assert.throws(() => checkNumber('rate', value, { min: 0, max: 1 }), LittleDataError);
  });

  test('names the bounds that there are', () => {
    const next = 'Pass such a number as `rate`.';
    const check = (bounds?: object) => () => checkNumber('rate', '1', bounds);
    assert.throws(check(), said(`\`rate\`: expected a number, found "1". ${next}`));
    assert.throws(check({ min: 0 }), said(`\`rate\`: expected a number of 0 or more, found "1". ${next}`));
    assert.throws(check({ max: 1 }), said(`\`rate\`: expected a number up to 1, found "1". ${next}`));
    assert.throws(
      check({ min: 0, max: 1 }),
      said(`\`rate\`: expected a number from 0 to 1, found "1". ${next}`),
    );
  });
});

test('checkOneOf() returns an allowed value and names them for another', () => {
  assert.equal(checkOneOf('mode', null, ['binary', null]), null);
  assert.throws(
    () => checkOneOf('mode', 'binery', ['binary', null]),
    said('`mode`: expected one of "binary", null, found "binery". Pass one of these as `mode`.'),
  );
});

test('checkKeys() refuses an option that is not known', () => {
  checkKeys('fit', { epochs: 1 }, ['epochs', 'seed']);
  assert.throws(
    () => checkKeys('fit', { epoch: 1 }, ['epochs', 'seed']),
    said('fit: expected options among `epochs`, `seed`, found `epoch`. Correct the name or leave it out.'),
  );
});

test('checkKeys() refuses what is no object of options', () => {
  for (const wrong of ['seed', null, [1], 7] as unknown as object[])
    assert.throws(() => checkKeys('fit', wrong, ['epochs']), /^LittleDataError: fit: .*`epochs`/);
});

test('checkNames() returns a list of names, and refuses a text in its place and a name that occurs twice', () => {
  assert.deepEqual(checkNames('classes', ['cats', 'dogs']), ['cats', 'dogs']);
  assert.throws(() => checkNames('classes', 'cats'), /`classes`: .*\["cats"\]/);
  assert.throws(() => checkNames('classes', ['cats', 'dogs', 'cats']), /"cats" twice/);
  for (const wrong of [7, null, {}, ['cats', 7], [''], [null]])
    assert.throws(() => checkNames('classes', wrong), { name: 'LittleDataError', message: /`classes`/ });
});

test('show() is short and keeps the type visible', () => {
  const shown: [unknown, string][] = [
    ['2', '"2"'],
    [2, '2'],
    [undefined, 'undefined'],
    [null, 'null'],
    ['x'.repeat(100), `"${'x'.repeat(77)}..."`],
    [[1, 'a', null], '[1, "a", null]'],
    [[1, 2, 3, 4, 5, 6, 7], '[1, 2, 3, 4, 5, 6, ...]'],
    [Math.max, 'the function max'],
    [() => 0, 'the function (anonymous)'],
    [new Map(), 'an object (Map)'],
    [Object.create(null), 'an object (no class)'],
  ];
  for (const [value, text] of shown) assert.equal(show(value), text);
});

test('shownLine() and messages show what a terminal would obey as escapes, and all else as it is', () => {
  assert.equal(
    shownLine('a\x1b[2Jb\x07\r\n\x7f\x9b1m\u202egpj\u2066.jpg\u2028'),
    'a\\x1b[2Jb\\x07\\x0d\\x0a\\x7f\\x9b1m\\u202egpj\\u2066.jpg\\u2028',
  );
  const usual = 'Köter & Kater/größe #1 \\ 猫 قطة 🐈.jpg';
  assert.equal(shownLine(usual), usual);
  const name = 'a\x1b]0;b\x07';
  const { message } = problem({ where: name, expected: name, found: show(name), next: name });
  assert.doesNotMatch(message, /\p{Cc}/u);
  assert.match(message, /^a\\x1b\]0;b\\x07: expected a\\x1b/);
});
