import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { sampleFolder } from '../../../src/datasets/tutorial/sample-folder';
import { photoTable } from '../../../src/insight/report/photo-table';

const listed = [
  { row: 0, file: path.join(sampleFolder, 'cat.0.jpg'), cells: ['cats'] },
  { row: 1, file: path.join(sampleFolder, 'gone.jpg'), cells: ['<b>'] },
  { row: 7, cells: ['dogs'] },
];

test('photoTable() has the names and cells of photos, and no picture unless asked', async () => {
  const html = await photoTable(listed, { head: ['label'], pictures: false });
  assert.match(html, /<th>photo<\/th><th>label<\/th>/);
  for (const cells of [
    '<td>cat.0.jpg</td><td>cats</td>',
    '<td>&#60;b&#62;</td>',
    '<td>row 7</td><td>dogs</td>',
  ])
    assert.ok(html.includes(cells), cells);
  assert.doesNotMatch(html, /<img/);
});

test('photoTable() keeps the place of a photo that is gone', async () => {
  const html = await photoTable(listed, { head: ['label'], pictures: true });
  assert.equal(html.match(/<img /g)!.length, 1);
  assert.equal(html.match(/no picture/g)!.length, 2);
  assert.ok(html.length < 25_000, `${html.length}`);
});
