/** Widgets of the kernel in a real JupyterLab: moved while a cell runs, closed with their cell, back after a reload. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { contrast } from '../fixtures/contrast';
import { needs } from '../fixtures/skip';
import { findChromium, Lab } from './lab';
import { cell, menu, runCell, save, startCell, waitForText } from './notebook';
import { until } from './until';

const chromium = findChromium();
let lab: Lab;

before(async () => {
  if (chromium) lab = await Lab.start();
});
after(() => lab?.stop());

const isThere = (context: Parameters<typeof needs>[0]) =>
  needs(context, chromium, 'no Chromium is installed (Debian: apt install chromium)');

/** The handle of a slider. */
function handle(page: Page, which: number): Locator {
  return cell(page, which).locator('.noUi-handle');
}

test('a slider moved while another cell runs changes the value in the kernel', async (context) => {
  if (!isThere(context)) return;
  lab.write('slider.ipynb', [
    "import { slider } from 'little-data';",
    "const units = slider('units', { min: 0, max: 100, value: 10 });\nunits.show();",
    `let last = units.value;
     console.log('runs');
     for (let i = 0; i < 600 && units.value < 15; i++) await new Promise((resolve) => setTimeout(resolve, 50));
     console.log('seen ' + units.value);`,
  ]);
  const page = await lab.open('slider.ipynb');
  await runCell(page, 0);
  await runCell(page, 1);
  await handle(page, 1).waitFor();
  await startCell(page, 2);
  await handle(page, 1).focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await waitForText(page, 2, /seen 15/);
  await lab.close(page);
});

test('a file that a person chooses arrives with its bytes', async (context) => {
  if (!isThere(context)) return;
  lab.write('upload.ipynb', [
    "import { fileUpload } from 'little-data';",
    `const upload = fileUpload('a photo');
     upload.onChange(([file]) => console.log(file.name + ' has ' + file.bytes.length + ' bytes, the last is ' + file.bytes.at(-1)));
     upload.show();`,
  ]);
  const page = await lab.open('upload.ipynb');
  await runCell(page, 0);
  await runCell(page, 1);
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
  const chooser = page.waitForEvent('filechooser');
  await cell(page, 1).getByText('a photo', { exact: false }).last().click();
  await (await chooser).setFiles({ name: 'photo of a cat.jpg', mimeType: 'image/jpeg', buffer: bytes });
  await waitForText(page, 1, new RegExp(`photo of a cat.jpg has 70000 bytes, the last is ${bytes.at(-1)}`));
  await lab.close(page);
});

test('a photo that is dropped gets its class', async (context) => {
  if (!isThere(context)) return;
  lab.write('drop.ipynb', [
    `import { applications, fileUpload, ImageDataGenerator, predictGenerator, predictPhoto, splitDataset, trainHead, tutorialPhotos } from 'little-data';
const split = await splitDataset(await tutorialPhotos(), { train: [0, 29], validation: [30, 31] });
const base = await applications.VGG16();
const datagen = new ImageDataGenerator({ preprocessingFunction: applications.vgg16.preprocessInput });
const generator = datagen.flowFromDirectory(split.trainDir, { targetSize: [48, 48], shuffle: false });
const features = await predictGenerator(base, generator);
const { model: head } = await trainHead(features, generator.classes, { epochs: 10, seed: 1 });`,
    `const upload = fileUpload('a photo');
upload.onChange(async ([file]) => {
  const { className } = await predictPhoto(file!.bytes, { head, base });
  console.log(file!.name + ' is one of the ' + className);
});
upload`,
  ]);
  const page = await lab.open('drop.ipynb');
  await runCell(page, 0);
  await runCell(page, 1);
  const zone = cell(page, 1).getByText('or drop it here');
  for (const animal of ['cat', 'dog']) {
    const photo = fs.readFileSync(path.join(lab.root, 'data', 'sample', 'train', `${animal}.100.jpg`));
    const transfer = await page.evaluateHandle(
      ([name, text]) => {
        const bytes = Uint8Array.from(atob(text!), (character) => character.charCodeAt(0));
        const all = new DataTransfer();
        all.items.add(new File([bytes], name!, { type: 'image/jpeg' }));
        return all;
      },
      [`my ${animal}.jpg`, photo.toString('base64')],
    );
    await zone.dispatchEvent('dragover', { dataTransfer: transfer });
    await zone.dispatchEvent('drop', { dataTransfer: transfer });
    await waitForText(page, 1, new RegExp(`my ${animal}.jpg is one of the ${animal}s`));
  }
  if (process.env.LITTLE_DATA_SCREENSHOT) await page.screenshot({ path: process.env.LITTLE_DATA_SCREENSHOT });
  await lab.close(page);
});

test('after a reload the widgets have their values, and a cell that is run again has one widget', async (context) => {
  if (!isThere(context)) return;
  lab.write('reload.ipynb', [
    "import { interact, slider } from 'little-data';",
    "const units = slider('units', { min: 0, max: 100, value: 10 });\nunits.show();",
    "interact({ a: [0, 10] }, ({ a }) => { if (a === 1) throw new Error('no one'); console.log('a is ' + a); });",
  ]);
  const page = await lab.open('reload.ipynb');
  for (const i of [0, 1, 2, 1]) await runCell(page, i);
  await until(page, 'one slider is left', async () => (await handle(page, 1).count()) === 1);
  await handle(page, 1).focus();
  await page.keyboard.press('ArrowRight');
  await handle(page, 2).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('Error: no one').waitFor();
  await page.keyboard.press('ArrowRight');
  await waitForText(page, 2, /a is 2/);
  await save(page);
  await page.close({ runBeforeUnload: false });
  const back = await lab.open('reload.ipynb');
  await until(back, 'the slider is back with its value', async () =>
    (await cell(back, 1).locator('.widget-readout').allTextContents()).includes('11'),
  );
  const { metadata } = lab.saved('reload.ipynb') as unknown as { metadata: { widgets?: object } };
  assert.ok(metadata.widgets, 'the state is saved in the notebook');
  await lab.close(back);
});

test('the words of widgets can be read in the dark theme and in a narrow window', async (context) => {
  if (!isThere(context)) return;
  lab.write('dark.ipynb', [
    "import { button, dropdown, hbox, htmlView, progress, slider, tabs, textInput, toggle, vbox } from 'little-data';",
    `const bar = progress('epochs', { max: 50 });
     bar.value = 20;
     const settings = vbox([
       hbox([slider('units', { min: 0, max: 512, value: 256 }), slider('learning rate', { scale: 'log', value: 0.001 })]),
       hbox([dropdown('optimizer', { choices: ['adam', 'sgd'] }), toggle('stop early'), textInput('name')]),
       hbox([button('Train', { look: 'primary' }), button('Stop')]),
       bar,
       htmlView('<b>Ready.</b>'),
     ]);
     tabs({ settings, help: htmlView('help') }).show();`,
  ]);
  const page = await lab.open('dark.ipynb');
  await page.setViewportSize({ width: 900, height: 900 });
  await menu(page, 'Settings', 'Theme', 'JupyterLab Dark');
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  await runCell(page, 0);
  await runCell(page, 1);
  await handle(page, 1).first().waitFor();
  if (process.env.LITTLE_DATA_SCREENSHOT) await page.screenshot({ path: process.env.LITTLE_DATA_SCREENSHOT });
  const words = await cell(page, 1)
    .locator('.widget-label, .widget-readout, .widget-html-content, .jupyter-button, .lm-TabBar-tabLabel')
    .evaluateAll((elements) =>
      elements.map((element) => {
        let behind: Element | null = element;
        let background = 'rgba(0, 0, 0, 0)';
        while (behind && /, 0\)$|transparent/.test(background)) {
          background = getComputedStyle(behind).backgroundColor;
          behind = behind.parentElement;
        }
        return { text: element.textContent, colour: getComputedStyle(element).color, background };
      }),
    );
  assert.ok(words.length > 8, `${words.length} texts`);
  for (const { text, colour, background } of words) {
    const ratio = contrast(channels(colour), channels(background));
    assert.ok(ratio >= 4.5, `${text}: ${colour} on ${background} has ${ratio}`);
  }
  const panel = await cell(page, 1).boundingBox();
  const wide = await cell(page, 1)
    .locator('.widget-slider, .widget-text, .widget-dropdown')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().right));
  for (const right of wide) assert.ok(right <= panel!.x + panel!.width, 'nothing is cut');
  await menu(page, 'Settings', 'Theme', 'JupyterLab Light');
  await page.locator('body[data-jp-theme-light="true"]').waitFor({ state: 'attached' });
  await lab.close(page);
});

/** The channels of `rgb(1, 2, 3)`, 0 to 255. */
function channels(colour: string): [number, number, number] {
  const [r, g, b] = colour.match(/[\d.]+/g)!.map(Number);
  return [r!, g!, b!];
}

test('a panel trains three runs, one of them moved and stopped by hand, and tables and charts show them', async (context) => {
  if (!isThere(context)) return;
  // Other tests have trained too.
  const folder = path.join(lab.root, 'data', 'runs', 'heads');
  fs.rmSync(folder, { recursive: true, force: true });
  lab.write('panel.ipynb', [
    `import * as tf from '@tensorflow/tfjs-node';
     import { plotHistory, runs, showChart, showRuns, trainHead, trainingPanel } from 'little-data';
     const features = tf.randomNormal([1600, 4, 4, 64], 0, 1, 'float32', 1);
     const labels = Array.from({ length: 1600 }, (_, i) => i % 2);`,
    `const panel = trainingPanel({ trainData: features, trainLabels: labels, validationData: [features, labels], epochs: 500 });`,
    'showRuns();',
    'runs().head(3)',
  ]);
  const page = await lab.open('panel.ipynb');
  await page.setViewportSize({ width: 900, height: 1200 });
  for (const i of [0, 1]) await runCell(page, i);
  const panel = cell(page, 1);
  const click = (name: string) => panel.getByRole('button', { name }).click();
  const line = () => panel.locator('.widget-html-content').first().textContent();
  await click('Train');
  await until(page, 'epochs end', async () => /Epoch \d+ of 500/.test((await line()) ?? ''));
  await panel.locator('.widget-slider', { hasText: 'learning rate' }).locator('.noUi-handle').focus();
  await page.keyboard.press('ArrowRight');
  const epochNow = async () => Number(/Epoch (\d+) of 500/.exec((await line()) ?? '')?.[1] ?? 0);
  const atMove = await epochNow();
  await until(page, 'epochs end with the moved rate', async () => (await epochNow()) > atMove + 3);
  await until(page, 'a chart is drawn', async () =>
    panel
      .locator('img')
      .evaluateAll((all) => all.some((each) => (each as HTMLImageElement).naturalWidth > 400)),
  );
  await click('Stop');
  await until(page, 'the run is stopped', async () => /Stopped after/.test((await line()) ?? ''));
  for (const epochs of ['3', '4']) {
    const readout = panel.locator('.widget-slider', { hasText: 'epochs' }).locator('.widget-readout');
    await readout.fill(epochs);
    await readout.press('Enter');
    await click('Train');
    await until(page, 'the run has ended', async () =>
      new RegExp(`run \\d.*mean of the last ${epochs}`).test((await line()) ?? ''),
    );
  }
  if (process.env.LITTLE_DATA_SCREENSHOT) await page.screenshot({ path: process.env.LITTLE_DATA_SCREENSHOT });
  await runCell(page, 2);
  await waitForText(page, 2, /3 of 3 runs/);
  await runCell(page, 3);
  for (const i of [2, 3])
    await until(
      page,
      `cell ${i} shows three runs`,
      async () => (await cell(page, i).locator('tbody tr').count()) === 3,
    );
  const [moved] = fs.readdirSync(folder).sort();
  const { history, status } = JSON.parse(fs.readFileSync(path.join(folder, moved!), 'utf8'));
  assert.equal(status, 'interrupted');
  assert.ok(new Set(history.lr).size > 1, 'the record has both learning rates');
  await lab.close(page);
});
