import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { colourOf, contrast } from '../fixtures/contrast';
import { needs } from '../fixtures/skip';
import { findChromium, Lab } from './lab';
import { cell, menu, outputText, runCell, save, startCell, waitForText } from './notebook';
import { until } from './until';

const chromium = findChromium();
let lab: Lab;

before(async () => {
  if (chromium) lab = await Lab.start();
});
after(() => lab?.stop());

const isThere = (context: Parameters<typeof needs>[0]) =>
  needs(context, chromium, 'no Chromium is installed (Debian: apt install chromium)');

test('the import cell run again after an edit of the source gives the next cells the new code', async (context) => {
  if (!isThere(context)) return;
  lab.write('edit.ipynb', [
    "import { plotHistory } from 'little-data';",
    'const kept = 7;',
    'console.log(kept, plotHistory({ history: { acc: [0.5, 1] } }).title);',
  ]);
  const page = await lab.open('edit.ipynb');
  for (const i of [0, 1, 2]) await runCell(page, i);
  await waitForText(page, 2, /7 model accuracy/);

  const file = path.join(lab.root, 'src', 'plots', 'plot-history.ts');
  const source = fs.readFileSync(file, 'utf8');
  const edited = source.replace('`model $', '`edited $');
  assert.notEqual(edited, source);
  fs.writeFileSync(file, edited);
  await runCell(page, 2);
  await waitForText(page, 2, /7 model accuracy/);
  await runCell(page, 0);
  await runCell(page, 2);
  await waitForText(page, 2, /7 edited accuracy/);
  fs.writeFileSync(file, source);
  await lab.close(page);
});

test('Shift+Tab shows the documentation of ImageDataGenerator', async (context) => {
  if (!isThere(context)) return;
  lab.write('docs.ipynb', ["import { ImageDataGenerator } from 'little-data';", 'new ImageDataGenerator']);
  const page = await lab.open('docs.ipynb');
  await runCell(page, 0);
  await cell(page, 1).locator('.cm-line').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Tab');
  const tooltip = page.locator('.jp-Tooltip');
  await until(page, 'a tooltip is shown', () => tooltip.count());
  const text = (await tooltip.textContent()) ?? '';
  for (const words of [/new ImageDataGenerator\(/, /Prepares photos for a network/, /factor of the pixels/])
    assert.match(text, words);
  await lab.close(page);
});

test('training goes on while its tab is closed, and the kernel can be used when one comes back', async (context) => {
  if (!isThere(context)) return;
  const [progress, finish] = [lab.file('progress.txt'), lab.file('finish.txt')];
  lab.write('tab.ipynb', [
    `import * as fs from 'fs';
     import * as tf from '@tensorflow/tfjs-node';
     import { buildHead, keep, plotHistory, showChart, trainHead } from 'little-data';
     const features = keep('features', tf.randomUniform([64, 4, 4, 512], 0, 1, 'float32', 1));
     const labels = Array.from({ length: 64 }, (_, i) => i % 2);`,
    `const model = keep('head', buildHead({ inputShape: [4, 4, 512], seed: 1 }));
     const onEpochEnd = (epoch: number) => {
       fs.writeFileSync('progress.txt', String(epoch));
       if (fs.existsSync('finish.txt')) model.stopTraining = true;
     };
     const { history } = await trainHead(features, labels, { model, epochs: 100000, verbose: 2, seed: 1, learningRate: 0.00001, callbacks: [{ onEpochEnd }] });`,
    `console.log('epochs: ' + history.epoch.length);
     await showChart(plotHistory(history));`,
  ]);
  const page = await lab.open('tab.ipynb');
  await runCell(page, 0);
  await startCell(page, 1);
  await waitForText(page, 1, /Epoch +2\/100000/);
  await save(page);
  await page.close({ runBeforeUnload: false });

  const epochs = () => Number(fs.readFileSync(progress, 'utf8'));
  const atClose = epochs();
  const back = await lab.open('tab.ipynb');
  await until(back, 'more epochs end without the tab', async () => epochs() > atClose + 2);
  // What JupyterLab shows is what was saved: the lines that came meanwhile are lost, and the cell looks as if at rest.
  assert.match(await outputText(back, 1), /Epoch +2\/100000/);
  fs.writeFileSync(finish, '');
  await runCell(back, 2);
  const [, count] = await waitForText(back, 2, /epochs: (\d+)/);
  assert.ok(Number(count) > atClose + 2, `${count} epochs, ${atClose} when the tab was closed`);
  await lab.close(back);
});

test('charts can be read in the dark theme, those drawn before it and after it', async (context) => {
  if (!isThere(context)) return;
  const code = `await showChart(plotHistory({ history: { acc: [0.6, 0.8], val_acc: [0.5, 0.7] } }, { baseline: 0.5 }));`;
  lab.write('dark.ipynb', ["import { plotHistory, showChart } from 'little-data';", code, code]);
  const page = await lab.open('dark.ipynb');
  await runCell(page, 0);
  await runCell(page, 1);
  await menu(page, 'Settings', 'Theme', 'JupyterLab Dark');
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  await runCell(page, 2);
  const drawn = (i: number) => cell(page, i).locator('canvas.marks');
  await until(
    page,
    'both charts are drawn',
    async () => (await drawn(1).count()) && (await drawn(2).count()),
  );
  const [earlier, later] = [await contrasts(drawn(1)), await contrasts(drawn(2))];
  assert.notEqual(earlier.background, later.background, 'the later one is drawn for the dark page');
  for (const { background, text, curves } of [earlier, later]) {
    // WCAG 2.2 asks for 4.5 for text and 3 for lines; each curve covers some hundred pixels.
    assert.ok(text >= 4.5, `text on ${background}: ${text}`);
    for (const { colour, pixels, contrast } of curves) {
      assert.ok(pixels > 100, `${colour} on ${background}: ${pixels} pixels`);
      assert.ok(contrast >= 3, `${colour} on ${background}: ${contrast}`);
    }
  }
  await menu(page, 'Settings', 'Theme', 'JupyterLab Light');
  await page.locator('body[data-jp-theme-light="true"]').waitFor({ state: 'attached' });
  await lab.close(page);
});

/** What a chart's pixels are: the background, the greatest contrast with it, and the curves' colours. */
async function contrasts(canvas: Locator) {
  const png = await canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  const data = await sharp(Buffer.from(png.split(',')[1]!, 'base64'))
    .removeAlpha()
    .raw()
    .toBuffer();
  const pixels = new Map<string, number>();
  for (let i = 0; i < data.length; i += 3) {
    const name = `#${data.toString('hex', i, i + 3)}`;
    pixels.set(name, (pixels.get(name) ?? 0) + 1);
  }
  const background = `#${data.toString('hex', 0, 3)}`;
  const against = (name: string) => contrast(colourOf(name), colourOf(background));
  const curves = ['#2b88d8', '#e06c00'].map((colour) => ({
    colour,
    pixels: pixels.get(colour) ?? 0,
    contrast: against(colour),
  }));
  return { background, text: Math.max(...[...pixels.keys()].map(against)), curves };
}
