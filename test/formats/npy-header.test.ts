import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseNpyHeader } from '../../src/formats/npy-header';

const header = (shape: string, { descr = "'<f4'", fortran = 'False' } = {}) =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }          \n`;

describe('parseNpyHeader()', () => {
  test('reads what NumPy writes', () => {
    for (const [shape, wanted] of [
      ['(2, 3)', [2, 3]],
      ['(7,)', [7]],
      ['()', []],
      ['(0, 4)', [0, 4]],
      ['(2L, 3L)', [2, 3]],
    ] as const)
      assert.deepEqual(parseNpyHeader(header(shape)), { descr: '<f4', fortran: false, shape: wanted });
    assert.equal(parseNpyHeader(header('(2,)', { fortran: 'True' }))!.fortran, true);
  });

  test('reads double quotes, another order of the keys, and no comma at the end', () => {
    const text = '{"shape": (2, 3), "fortran_order": False, "descr": "|b1"}';
    assert.deepEqual(parseNpyHeader(text), { descr: '|b1', fortran: false, shape: [2, 3] });
  });

  test('gives a list of fields as its text', () => {
    const found = parseNpyHeader(header('(2,)', { descr: "[('a', '<f4'), ('b, }', '<i8', (2,))]" }));
    assert.match(found!.descr, /^\[\(/);
    assert.deepEqual(found!.shape, [2]);
  });

  test('refuses shapes, types and dictionaries that NumPy does not write', () => {
    for (const shape of [
      '(2.5, 3)',
      '(-2, 3)',
      '(2 3)',
      '(2)',
      '2',
      '[2, 3]',
      '(2, (3,))',
      '(2,,3)',
      '(99999999999999999999,)',
    ])
      assert.equal(parseNpyHeader(header(shape)), undefined, shape);
    for (const descr of ["'!f4'", "'f4'", '4', "''", 'None'])
      assert.equal(parseNpyHeader(header('(2,)', { descr })), undefined, descr);
    assert.equal(parseNpyHeader(header('(2,)', { fortran: '0' })), undefined);
    for (const text of [
      '',
      '{}',
      '[]',
      "{'descr': '<f4'}",
      header('(2,)').replace('descr', 'shape'),
      `x${header('(2,)')}`,
      `${header('(2,)')}\xa0`,
    ])
      assert.equal(parseNpyHeader(text), undefined, text);
    const more = header('(2,)').replace('{', "{'more': 1, ");
    assert.equal(parseNpyHeader(more), undefined);
  });
});
