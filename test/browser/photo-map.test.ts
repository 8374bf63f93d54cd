import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { sampleFolder } from '../../src/datasets/tutorial/sample-folder';
import { needs } from '../fixtures/skip';
import { findChromium, Lab } from './lab';
import { cell, menu, runCell } from './notebook';
import { until } from './until';

const chromium = findChromium();
let lab: Lab;
before(async () => {
  if (chromium) lab = await Lab.start();
});
after(() => lab?.stop());

/** How many pixels of the chart are coloured: grid and words are grey. */
function colouredPixels(page: Page, which: number): Promise<number> {
  return cell(page, which)
    .locator('canvas.marks')
    .evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4)
        if (
          Math.max(data[at]!, data[at + 1]!, data[at + 2]!) -
            Math.min(data[at]!, data[at + 1]!, data[at + 2]!) >
          60
        )
          count++;
      return count;
    });
}

test('a map of 5,000 photos is drawn on one canvas, light and dark, with pictures in the tooltip', async (context) => {
  if (!needs(context, chromium, 'no Chromium is installed (Debian: apt install chromium)')) return;
  const photo = path.join(sampleFolder, 'cat.0.jpg');
  lab.write('map.ipynb', [
    `import fs from 'fs';
     import { plotPhotoMap, showChart } from 'little-data';
     const image = 'data:image/jpeg;base64,' + fs.readFileSync(${JSON.stringify(photo)}, 'base64');
     const classNames = ['cats', 'dogs'];
     const points = Array.from({ length: 5000 }, (_, row) => ({ row, x: Math.cos(row), y: Math.sin(row * 1.7),
       file: row + '.jpg', trueClass: classNames[row % 2]!, predictedClass: 'cats', wrong: row % 2 === 1 }));
     // In the middle, and large enough to be met.
     const one = { row: 5000, x: 0, y: 0, file: 'middle.jpg', trueClass: 'cats', predictedClass: 'dogs', wrong: true, image };`,
    `await showChart(plotPhotoMap({ points: [...points.filter(({ x, y }) => Math.hypot(x, y) > 0.2), one], classNames }));`,
    `await showChart(plotPhotoMap({ points, classNames }));`,
  ]);
  const page = await lab.open('map.ipynb');
  await runCell(page, 0);
  await runCell(page, 1);
  const canvas = cell(page, 1).locator('canvas.marks');
  await until(page, 'the map is drawn', () => canvas.count());
  assert.ok((await colouredPixels(page, 1)) > 10_000);
  assert.equal(await cell(page, 1).locator('svg.marks').count(), 0);

  // Its place in the chart: the plot stands below the legend and the title.
  const box = (await canvas.boundingBox())!;
  const tooltip = page.locator('#vg-tooltip-element.visible');
  await until(page, 'the tooltip shows the photo', async () => {
    for (let y = box.height * 0.4; y < box.height * 0.75; y += 4) {
      await page.mouse.move(box.x + box.width / 2, box.y + y);
      if (await tooltip.locator('img').count()) return true;
    }
    return false;
  });
  assert.match((await tooltip.textContent())!, /middle\.jpg.*cats.*dogs/s);
  assert.ok(await tooltip.locator('img').evaluate((one) => (one as HTMLImageElement).naturalWidth > 0));

  // A drag moves the map.
  const before = await colouredPixels(page, 1);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.6);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.6, { steps: 5 });
  await page.mouse.up();
  await until(page, 'the map has moved', async () => (await colouredPixels(page, 1)) < before * 0.8);

  await menu(page, 'Settings', 'Theme', 'JupyterLab Dark');
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  await runCell(page, 2);
  await until(page, 'the map is drawn', () => cell(page, 2).locator('canvas.marks').count());
  assert.ok((await colouredPixels(page, 2)) > 10_000);
  if (process.env.LITTLE_DATA_SCREENSHOT) await page.screenshot({ path: process.env.LITTLE_DATA_SCREENSHOT });
  await menu(page, 'Settings', 'Theme', 'JupyterLab Light');
  await page.locator('body[data-jp-theme-light="true"]').waitFor({ state: 'attached' });
  await lab.close(page);
});
