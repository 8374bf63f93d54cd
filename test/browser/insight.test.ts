/** Notebook 03 in JupyterLab: each view is drawn, in the light and in the dark theme. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../fixtures/skip';
import { findChromium, Lab } from './lab';
import { cell, menu, runAll } from './notebook';
import { until } from './until';

const notebook = '03-what-the-model-gets-wrong.ipynb';
const chromium = findChromium();
let lab: Lab;
let page: Page;

before(async () => {
  if (!chromium) return;
  lab = await Lab.start();
  // On fewer of the drawings, and a head that has not learned much: it has mistakes to look at.
  lab.edit(notebook, [
    ['{ train: [0, 99], validation: [100, 139] }', '{ train: [0, 23], validation: [24, 39] }'],
    ['epochs: 20', 'epochs: 2'],
  ]);
  page = await lab.open(notebook);
});
after(() => lab?.stop());

const isThere = (context: Parameters<typeof needs>[0]) =>
  needs(context, chromium, 'no Chromium is installed (Debian: apt install chromium)');

/** Charts and pictures, by the code above them. */
const charts = ['await showConfusion(', 'await learningCurve(', 'await calibrate('];
const pictures = ['worstMistakes(evaluation)', 'mostUncertain(evaluation', 'showExplanations('];

test('all views of notebook 03 are drawn', async (context) => {
  if (!isThere(context)) return;
  await runAll(page, () => menu(page, 'Run', 'Run All Cells'));
  await assertViews();
  if (process.env.LITTLE_DATA_SCREENSHOT) await shots('light');
});

test('its list of cells shows the photos of the chosen one', async (context) => {
  if (!isThere(context)) return;
  const view = cell(page, 'await showConfusion(');
  await view.scrollIntoViewIfNeeded();
  const list = view.locator('select');
  await list.waitFor();
  const count = await list.locator('option').count();
  assert.ok(count >= 2, `${count} cells`);
  await list.selectOption({ index: count - 1 });
  await until(page, 'photos are shown', async () => (await view.locator('figure img').count()) > 0);
});

test('and in the dark theme, where their words can be read', async (context) => {
  if (!isThere(context)) return;
  await menu(page, 'Settings', 'Theme', 'JupyterLab Dark');
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  await assertViews();
  if (process.env.LITTLE_DATA_SCREENSHOT) await shots('dark');
  for (const code of ['const evaluation = evaluateHead', ...pictures]) {
    const words = cell(page, code).locator('td, figcaption').first();
    await words.scrollIntoViewIfNeeded();
    const colour = await words.evaluate((element) => getComputedStyle(element).color);
    const [red] = colour.match(/[\d.]+/g)!.map(Number);
    assert.ok(red! > 128, `${code}: ${colour} on a dark page`);
  }
  await menu(page, 'Settings', 'Theme', 'JupyterLab Light');
  await page.locator('body[data-jp-theme-light="true"]').waitFor({ state: 'attached' });
});

async function assertViews(): Promise<void> {
  for (const code of charts) {
    await cell(page, code).scrollIntoViewIfNeeded();
    const marks = cell(page, code).locator('.jp-RenderedVegaCommon5 :is(canvas, svg).marks').first();
    await marks.waitFor();
    const box = await marks.boundingBox();
    assert.ok(box && box.width > 150 && box.height > 100, `${code}: ${box?.width} x ${box?.height} pixels`);
  }
  for (const code of pictures) {
    const images = cell(page, code).locator('img');
    await images.first().scrollIntoViewIfNeeded();
    const widths = await images.evaluateAll((all) =>
      all.map((image) => (image as HTMLImageElement).naturalWidth),
    );
    assert.ok(widths.length > 0 && widths.every((width) => width > 0), `${code}: ${widths}`);
  }
  await cell(page, 'const evaluation = evaluateHead').locator('table').first().waitFor();
  const review = cell(page, 'await reviewLabels(');
  await review.scrollIntoViewIfNeeded();
  const photo = (await review.locator('.jp-OutputArea-output img').boundingBox())!;
  assert.ok(photo.width > 60 && photo.width <= 320, `a photo of ${photo.width} pixels`);
  const cut = await review
    .locator('.jupyter-button')
    .evaluateAll((all) =>
      all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent),
    );
  assert.deepEqual(cut, [], 'no word is cut');
}

/** A picture of each view, into the folder that the variable names. */
async function shots(theme: string): Promise<void> {
  for (const [i, code] of [
    'const evaluation = evaluateHead',
    ...charts,
    ...pictures,
    'await reviewLabels(',
  ].entries()) {
    await cell(page, code).scrollIntoViewIfNeeded();
    await cell(page, code).screenshot({ path: `${process.env.LITTLE_DATA_SCREENSHOT}/${theme}-${i}.png` });
  }
}
