import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
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

  const file = path.join(lab.root, 'src', 'show', 'plot-history.ts');
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
  for (const words of [/class ImageDataGenerator/, /Prepares photos for a network/, /factor of the pixels/])
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
     const { history } = await trainHead(features, labels, { model, epochs: 100000, seed: 1, learningRate: 0.00001, callbacks: [{ onEpochEnd }] });`,
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
  await page.locator('body[data-jp-theme-light="false"]').waitFor();
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
    // WCAG 2.2: 4.5 for text, 3 for lines; each curve covers some hundred pixels.
    assert.ok(text >= 4.5, `text on ${background}: ${text}`);
    for (const [colour, { pixels, contrast }] of Object.entries(curves)) {
      assert.ok(pixels > 100, `${colour} on ${background}: ${pixels} pixels`);
      assert.ok(contrast >= 3, `${colour} on ${background}: ${contrast}`);
    }
  }
  await menu(page, 'Settings', 'Theme', 'JupyterLab Light');
  await page.locator('body[data-jp-theme-light="true"]').waitFor();
  await lab.close(page);
});

/** What a chart's pixels are: the background, the greatest contrast with it, and that of the curves' colours. */
function contrasts(canvas: Locator) {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    const luminance = ([r, g, b]: number[]) => {
      const [x, y, z] = [r!, g!, b!].map((v) =>
        v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
    };
    const pixel = (i: number) => [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    const page = pixel(0);
    const contrast = (colour: number[]) => {
      const [light, dark] = [luminance(colour), luminance(page)].sort((a, b) => b - a);
      return (light! + 0.05) / (dark! + 0.05);
    };
    const curves: Record<string, { pixels: number; contrast: number }> = {};
    for (const colour of [
      [0x2b, 0x88, 0xd8],
      [0xe0, 0x6c, 0x00],
    ])
      curves[`rgb(${colour})`] = { pixels: 0, contrast: contrast(colour) };
    let text = 0;
    for (let i = 0; i < width * height; i++) {
      const colour = pixel(i);
      const curve = curves[`rgb(${colour})`];
      if (curve) curve.pixels++;
      text = Math.max(text, contrast(colour));
    }
    return { background: `rgb(${page})`, text, curves };
  });
}
