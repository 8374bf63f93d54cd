import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { sampleFolder } from '../../../src/datasets/tutorial/sample-folder';

test('sampleFolder holds the pictures of both classes', () => {
  for (const name of ['cat.0.jpg', 'dog.139.jpg'])
    assert(fs.statSync(`${sampleFolder}/${name}`).isFile(), name);
});
