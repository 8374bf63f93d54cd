import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { projectRoot } from './project';

const script = path.join(projectRoot, 'scripts', 'picture.mjs');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-picture-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

function draw(notebook: string, picture: string) {
  return spawnSync(process.execPath, [script, notebook, picture], { encoding: 'utf8' });
}

/** Which chart a picture shows, by the digest in it; its size; and how many colours its curves have. */
async function shown(file: string) {
  const { exif, width, height } = await sharp(file).metadata();
  const { data } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const curves = new Map<string, number>();
  for (let i = 0; i < data.length; i += 3) {
    const colour = [...data.subarray(i, i + 3)];
    if (Math.max(...colour) - Math.min(...colour) > 100)
      curves.set(colour.join(), (curves.get(colour.join()) ?? 0) + 1);
  }
  const colours = [...curves.values()].filter((pixels) => pixels > 500).length;
  return { chart: /chart ([0-9a-f]{64})/.exec(exif?.toString('latin1') ?? '')?.[1], width, height, colours };
}

test("the README's picture shows the comparison of the committed notebook 01", async () => {
  const notebook = path.join(projectRoot, 'notebooks', '01-image-classification-with-little-data.ipynb');
  const picture = path.join(folder, 'fresh.png');
  const { status, stderr } = draw(notebook, picture);
  assert.equal(status, 0, stderr);
  const [fresh, committed] = await Promise.all(
    [picture, path.join(projectRoot, 'docs', 'images', 'accuracy.png')].map(shown),
  );
  assert.match(fresh!.chart!, /^[0-9a-f]{64}$/);
  assert.equal(committed!.chart, fresh!.chart, 'the notebook was executed since: node scripts/picture.mjs');
  assert(fresh!.width! > 800 && fresh!.height! > 500, `${fresh!.width} x ${fresh!.height}`);
  // One colour per run.
  assert.equal(fresh!.colours, 2);
});

test('a notebook without a comparison is refused, and no picture written', () => {
  const notebook = path.join(folder, 'empty.ipynb');
  fs.writeFileSync(notebook, JSON.stringify({ cells: [{ outputs: [{ data: { 'text/plain': 'x' } }] }] }));
  const { status, stderr } = draw(notebook, path.join(folder, 'none.png'));
  assert.equal(status, 1);
  assert.match(stderr, /holds no chart of several runs\. Execute it first: npm run notebooks/);
  assert(!fs.existsSync(path.join(folder, 'none.png')));
});
