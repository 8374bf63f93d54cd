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

/** The pixels of a picture, RGB; letters, which are grey and another machine's font may draw otherwise, are white. */
async function curvesOf(file: string) {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixels = Array.from({ length: info.width * info.height }, (_, i) => [
    ...data.subarray(i * 3, i * 3 + 3),
  ]);
  const isColour = (pixel: number[]) => Math.max(...pixel) - Math.min(...pixel) > 60;
  return {
    size: [info.width, info.height],
    pixels: pixels.map((pixel) => (isColour(pixel) ? pixel : [255, 255, 255])),
  };
}

test("the README's picture is the comparison of the committed notebook 01", async () => {
  const notebook = path.join(projectRoot, 'notebooks', '01-image-classification-with-little-data.ipynb');
  const picture = path.join(folder, 'fresh.png');
  const { status, stderr } = draw(notebook, picture);
  assert.equal(status, 0, stderr);
  const [fresh, committed] = await Promise.all(
    [picture, path.join(projectRoot, 'docs', 'images', 'accuracy.png')].map(curvesOf),
  );
  assert.deepEqual(fresh!.size, committed!.size);
  const others = fresh!.pixels.filter((pixel, i) =>
    pixel.some((value, channel) => Math.abs(value - committed!.pixels[i]![channel]!) > 40),
  );
  // Edges that another version rounds otherwise; one more curve is ten times as many.
  assert(others.length < 1000, `${others.length} pixels are others: run scripts/picture.mjs`);
});

test('a notebook without a comparison is refused, and no picture written', () => {
  const notebook = path.join(folder, 'empty.ipynb');
  fs.writeFileSync(notebook, JSON.stringify({ cells: [{ outputs: [{ data: { 'text/plain': 'x' } }] }] }));
  const { status, stderr } = draw(notebook, path.join(folder, 'none.png'));
  assert.equal(status, 1);
  assert.match(stderr, /holds no chart of several runs\. Execute it first: npm run notebooks/);
  assert(!fs.existsSync(path.join(folder, 'none.png')));
});
