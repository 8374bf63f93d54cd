import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml } from '../../src/notebook/escape-html';

test('escapeHtml() leaves no character that ends a text or an attribute', () => {
  assert.equal(escapeHtml(`<a href="x" title='y'>&`), '&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;');
  assert.equal(escapeHtml('Bär 10 %'), 'Bär 10 %');
});

test('escapeHtml() shows control characters', () => {
  assert.equal(escapeHtml('a\u202eb\n'), 'a\\u202eb\\x0a');
});
