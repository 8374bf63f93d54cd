import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { chartBundle } from '../../src/plots/chart';
import { diagramSvg, networkBoxes } from '../../src/plots/network-diagram';
import { plotHistory } from '../../src/plots/plot-history';
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
  // What JupyterLab shows there is what was saved: the cell looks as if at rest.
  assert.match(await outputText(back, 1), /Epoch +2\/100000/);
  fs.writeFileSync(finish, '');
  await runCell(back, 2);
  const [, count] = await waitForText(back, 2, /epochs: (\d+)/);
  assert.ok(Number(count) > atClose + 2, `${count} epochs, ${atClose} when the tab was closed`);
  // The next cell has the log and the chart of the one that the tab had left.
  const text = await outputText(back, 2);
  assert.match(text, /ran while the notebook was opened anew\. It showed:/);
  assert.ok(text.includes(`${count}/100000`), text.slice(-500));
  await until(
    back,
    'both charts are drawn',
    async () => (await cell(back, 2).locator('canvas.marks').count()) === 2,
  );
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

test('a chart tells all values at the nearest epoch, fades what is not chosen, smooths, and fits a narrow cell', async (context) => {
  if (!isThere(context)) return;
  const code = `const wave = (top: number) => Array.from({ length: 20 }, (_, i) => top - 0.3 / (i + 1) - 0.03 * (i % 2));
const [a, b] = [wave(1), wave(0.9)].map((acc) => ({ history: { acc, val_acc: acc.map((value) => value - 0.1) } }));
await showChart(plotHistory({ 'RGB / 255': a!, 'VGG16 "caffe"': b! }, { baseline: 0.5 }));`;
  lab.write('answers.ipynb', ["import { plotHistory, showChart } from 'little-data';", code]);
  const page = await lab.open('answers.ipynb');
  const window = page.viewportSize()!;
  await page.setViewportSize({ width: 900, height: 800 });
  await runCell(page, 0);
  await runCell(page, 1);
  const canvas = cell(page, 1).locator('canvas.marks');
  await until(page, 'the chart is drawn', () => canvas.count());
  const [box, output] = [
    (await canvas.boundingBox())!,
    (await cell(page, 1).locator('.jp-OutputArea-output').first().boundingBox())!,
  ];
  assert.ok(box.x + box.width <= output.x + output.width, `${box.width} of ${output.width} pixels`);
  assert.ok(box.width > output.width / 2, `${box.width} of ${output.width} pixels`);
  // Drawn again in a wide window, it is as wide as that.
  await page.setViewportSize({ width: 1400, height: 800 });
  await runCell(page, 1);
  await until(page, 'the chart is wide', async () => ((await canvas.boundingBox())?.width ?? 0) > 720);
  await page.setViewportSize({ width: 900, height: 800 });
  await runCell(page, 1);

  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const tooltip = page.locator('#vg-tooltip-element.visible');
  await tooltip.waitFor();
  const rows = await tooltip.locator('tr').allInnerTexts();
  if (process.env.LITTLE_DATA_SCREENSHOT) await page.screenshot({ path: process.env.LITTLE_DATA_SCREENSHOT });
  assert.equal(rows.length, 5, rows.join(', '));
  assert.match(rows[0]!, /^epoch:\s*(9|1[01])$/);
  for (const row of rows.slice(1))
    assert.match(row, /^(RGB \/ 255|VGG16 ”caffe”) (train|validation):\s*0\.\d{4}$/);

  const pixels = async () => (await contrasts(canvas)).curves.map((curve) => curve.pixels);
  const before = await pixels();
  await canvas.click({ position: await legendOf(canvas) });
  await until(page, 'the second run fades', async () => (await pixels())[1]! < before[1]! / 10);
  const [one] = await pixels();
  await cell(page, 1).locator('input[name="smoothing"]').fill('4');
  await until(page, 'the first run is drawn smoother', async () => (await pixels())[0]! < one! * 0.95);
  await page.setViewportSize(window);
  await lab.close(page);
});

test('a notebook that JupyterLab does not trust shows the diagram and the charts', async (context) => {
  if (!isThere(context)) return;
  const noLayers = { layers: [] } as unknown as LayersModel;
  const boxes = networkBoxes(noLayers, { inputSize: [150, 150] });
  const svg = diagramSvg(boxes);
  const png = (await sharp(Buffer.from(svg)).png().toBuffer()).toString('base64');
  lab.write('untrusted.ipynb', ['diagram', 'chart']);
  const file = path.join(lab.root, 'notebooks', 'untrusted.ipynb');
  const notebook = JSON.parse(fs.readFileSync(file, 'utf8'));
  const bundles = [
    { 'image/svg+xml': svg, 'image/png': png, 'text/plain': 'diagram' },
    await chartBundle(plotHistory({ history: { acc: [0.5, 0.7] } })),
  ];
  for (const [i, data] of bundles.entries())
    notebook.cells[i].outputs = [{ output_type: 'display_data', data, metadata: {} }];
  fs.writeFileSync(file, JSON.stringify(notebook));
  const page = await lab.open('untrusted.ipynb');
  await until(page, 'the diagram is drawn', () =>
    cell(page, 0).locator('img[src^="data:image/png"], img[src^="blob:"]').count(),
  );
  const { width } = (await cell(page, 0).locator('img').boundingBox())!;
  const output = (await cell(page, 0).locator('.jp-OutputArea-output').boundingBox())!;
  assert.ok(width > 200 && width <= output.width, `${width} of ${output.width} pixels`);
  await until(page, 'the chart is drawn', () => cell(page, 1).locator('canvas.marks').count());
  await lab.close(page);
});

/** Where the legend's first mark is: the topmost pixel of the first curve's colour. */
async function legendOf(canvas: Locator): Promise<{ x: number; y: number }> {
  return canvas.evaluate((element) => {
    const { width, height, clientWidth } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    const found = data.findIndex(
      (_, i) => i % 4 === 0 && data[i] === 0x2b && data[i + 1] === 0x88 && data[i + 2] === 0xd8,
    );
    const scale = clientWidth / width;
    return { x: ((found / 4) % width) * scale, y: (Math.floor(found / 4 / width) + 3) * scale };
  });
}

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
