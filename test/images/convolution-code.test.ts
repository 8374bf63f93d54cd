import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../run-node';

test('convolutionCode is what `npm run convolution` makes of convolution.wat', async () => {
  const { convolutionCode } = await import('../../scripts/convolution.mjs');
  const file = path.join(projectRoot, 'src', 'images', 'convolution-code.ts');
  assert.equal(fs.readFileSync(file, 'utf8'), await convolutionCode(), 'run `npm run convolution`');
});
