import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine, csvRows } from '../../src/formats/csv';

test('csvRows() reads what csvLine() writes, and what spreadsheets make of it', () => {
  const rows = [
    ['photo', 'class'],
    ['a,b.jpg', ''],
    ['the "big" one', 'two\nlines'],
    ['', 'x'],
    ['ü', "'"],
  ];
  const text = rows.map(csvLine).join('');
  assert.deepEqual(csvRows(text), rows);
  assert.deepEqual(csvRows(`\ufeffa,b\r\n\r\n"c",d\r\n`), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  assert.deepEqual(csvRows('a,b\nc,d'), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  assert.deepEqual(csvRows(''), []);
});

test("csvLine() quotes as Python's csv module", () => {
  // Python 3.11: csv.writer(f, lineterminator='\n').writerow(['a', 'b,c', 'd"e', '']).
  assert.equal(csvLine(['a', 'b,c', 'd"e', '']), 'a,"b,c","d""e",\n');
});
