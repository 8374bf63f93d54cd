import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paragraph, reportPage } from '../../../src/insight/report/report-page';

const page = reportPage('a & b', { lines: ['<1>'], sections: [{ title: 'c < d', html: '<p>e</p>' }] });

test('reportPage() escapes titles and lines, and leaves the HTML of sections', () => {
  assert.match(page, /<title>a &#38; b<\/title>/);
  assert.match(page, /<p>&#60;1&#62;<\/p>/);
  assert.match(page, /<h2>c &#60; d<\/h2>\n<p>e<\/p>/);
});

test('reportPage() allows no script and no request, and has colours for light and dark', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.split('; ');
  assert.deepEqual(policy.sort(), ["default-src 'none'", 'img-src data:', "style-src 'unsafe-inline'"]);
  assert.match(page, /color-scheme: light dark/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.doesNotMatch(page, /https?:/);
});

test('paragraph() escapes', () => assert.equal(paragraph('<'), '<p>&#60;</p>'));
