import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { dataReport } from '../../src/insight/report/data-report';
import { tensorflowReady } from '../../src/tensorflow';
import { temporaryFolder } from '../datasets/folders';
import { needs } from '../fixtures/skip';
import { madeUp } from '../insight/report/made-up';
import { findChromium } from './lab';

const dir = temporaryFolder('report');
let browser: Browser | undefined;
before(async () => {
  await tensorflowReady();
  const executablePath = findChromium();
  if (executablePath) browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  fs.rmSync(dir, { recursive: true });
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`a report asks for nothing, breaks no rule of its own, and can be read in ${colorScheme}`, async (context) => {
    if (!needs(context, browser, 'no Chromium is installed (Debian: apt install chromium)')) return;
    const options = await madeUp(path.join(dir, `${colorScheme}.html`));
    const { file } = await dataReport({ ...options, photos: true });
    const page = await browser!.newPage({ colorScheme, viewport: { width: 900, height: 1400 } });
    const address = pathToFileURL(file).href;
    const [asked, said]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    // A rule that is broken is an error of the console.
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => assert.fail(error));
    await page.goto(address);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith('data:')),
      [address],
    );
    assert.deepEqual(said, []);
    const pictures = await page
      .locator('img')
      .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth));
    assert.ok(pictures.length > 0 && pictures.every((width) => width > 0));
    const charts = await page.locator('.chart svg').evaluateAll((all) => all.map((one) => one.clientWidth));
    assert.equal(charts.length, 3);
    assert.ok(charts.every((width) => width > 100));
    const [text, ground] = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor];
    });
    const light = (colour: string) => Number(/\d+/.exec(colour)![0]);
    assert.equal(light(text!) < light(ground!), colorScheme === 'light');
    await page.close();
    options.head.dispose();
  });
