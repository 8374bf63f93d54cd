/**
 * `npm run bench:page`: how long an exported page takes to open from the disk, on a phone-sized viewport, and how long for a photo,
 * with VGG16 at 150 px and with EfficientNetLite0 at 224 px, by turns. Writes `bench/results/page.json`. Needs Chromium.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { type Browser, chromium } from 'playwright-core';
import { applications, exportWebPage } from '../src';
import { tensorflowReady } from '../src/tensorflow';
import { findChromium } from '../test/browser/lab';
import { headFor } from '../test/export/heads';

const root = path.dirname(__dirname);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-bench-page-'));
const rounds = 5;
/** Of each round; the first of them is not counted. */
const photosPerRound = 9;

interface Round {
  openMs: number;
  photoMs: number[];
}

/** The pages, and their sizes in bytes. */
async function pages(): Promise<{ name: string; address: string; bytes: number }[]> {
  const vgg = await applications.VGG16();
  const lite = await applications.EfficientNetLite0({ pooling: 'avg' });
  const { flow, generator } = lite.recommended;
  const heads: [string, LayersModel, LayersModel][] = [
    ['VGG16, 150 px', vgg, headFor(vgg, { targetSize: [150, 150], rescale: 1 / 255, units: 256 })],
    [
      'EfficientNetLite0, 224 px',
      lite,
      headFor(lite, {
        ...{ targetSize: [224, 224], resampling: flow.interpolation, cropFraction: flow.cropFraction },
        ...{ units: 0, preprocessingFunction: generator.preprocessingFunction },
      }),
    ],
  ];
  const made = [];
  for (const [name, base, head] of heads) {
    const { dir, bytes } = await exportWebPage(head, path.join(scratch, name), { base });
    made.push({ name, address: pathToFileURL(path.join(dir, 'index.html')).href, bytes });
  }
  return made;
}

/** Opens a page as a new visitor, and gives it photos: times by the page's own clock. */
async function measure(browser: Browser, address: string, photos: string[]): Promise<Round> {
  const context = await browser.newContext({
    viewport: { width: 375, height: 667 },
    ...{ deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  });
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(address);
  await page.getByText('Ready for photos.').waitFor({ timeout: 120_000 });
  const openMs = performance.now() - start;
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { times });
    new MutationObserver(() => times.push(performance.now())).observe(
      document.getElementById('predictions')!,
      { subtree: true, attributeFilter: ['data-done'] },
    );
  });
  await page.setInputFiles('#files', photos);
  const done = page.locator('#predictions > li[data-done]');
  await done.nth(photos.length - 1).waitFor({ timeout: 120_000 });
  const times = await page.evaluate(() => (globalThis as unknown as { times: number[] }).times);
  await context.close();
  return { openMs, photoMs: times.slice(1).map((time, i) => time - times[i]!) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

async function main(): Promise<void> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium is installed (Debian: apt install chromium).');
  await tensorflowReady();
  const folder = path.resolve(root, process.env.LITTLE_DATA_PHOTOS || '../shared/dogs-vs-cats/train');
  const photos = Array.from({ length: photosPerRound }, (_, i) => path.join(folder, `cat.${i}.jpg`));
  const made = await pages();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const found = made.map((): Round[] => []);
  try {
    for (let round = 0; round < rounds; round++)
      for (const [i, { address }] of made.entries()) found[i]!.push(await measure(browser, address, photos));
  } finally {
    await browser.close();
  }
  const results = made.map(({ name, bytes }, i) => {
    const open = found[i]!.map(({ openMs }) => openMs);
    const photo = found[i]!.flatMap(({ photoMs }) => photoMs);
    const summary = (values: number[]) => ({
      ...{ median: median(values), least: Math.min(...values), most: Math.max(...values) },
    });
    return { name, bytes, openMs: summary(open), photoMs: summary(photo) };
  });
  const [vgg, lite] = results as [(typeof results)[0], (typeof results)[0]];
  const about = {
    date: new Date().toISOString().slice(0, 10),
    ...{ cpu: os.cpus()[0]?.model, cores: os.cpus().length, chromium: browser.version(), rounds },
    results,
    photo_vgg16_vs_lite0: vgg.photoMs.median / lite.photoMs.median,
  };
  fs.writeFileSync(
    path.join(root, 'bench', 'results', 'page.json'),
    `${JSON.stringify(about, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value), 2)}\n`,
  );
  for (const { name, bytes, openMs, photoMs } of results)
    console.log(
      `${name}: ${(bytes / 1e6).toFixed(1)} MB, opens in ${(openMs.median / 1000).toFixed(2)} s, ${photoMs.median.toFixed(0)} ms a photo (${photoMs.least.toFixed(0)} to ${photoMs.most.toFixed(0)})`,
    );
  console.log(`VGG16 / EfficientNetLite0, a photo: ${about.photo_vgg16_vs_lite0.toFixed(2)}`);
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => fs.rmSync(scratch, { recursive: true, force: true }));
