import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { exportWebPage } from '../../src/export/web-page';
import { predictPhoto } from '../../src/head/prediction/predict-photo';
import { EfficientNetLite0 } from '../../src/networks/efficientnet-lite';
import { VGG16 } from '../../src/networks/vgg16';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { calibrated, evaluationOf, flagged, headFor, somePhotos } from '../export/heads';
import { pngOf } from '../fixtures/pictures';
import { needs } from '../fixtures/skip';
import { smallBase } from '../head/data';
import { findChromium } from './lab';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-page-'));
const noChromium = 'no Chromium is installed (Debian: apt install chromium)';
let browser: Browser | undefined;

before(async () => {
  await tensorflowReady();
  const executablePath = findChromium();
  if (!executablePath) return;
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...camera] });
});
after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true });
});

/** Opens a page, and fails on anything that it asks of another place than its own folder. */
async function open(
  address: string,
  { cores, ...options }: Parameters<Browser['newPage']>[0] & { cores?: number } = {},
): Promise<Page> {
  const page = await browser!.newPage(options);
  if (cores)
    await page.addInitScript(`Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} })`);
  const own = address.slice(0, address.lastIndexOf('/') + 1);
  await page.route('**', (route) => {
    const url = route.request().url();
    assert(url.startsWith(own) || /^(data|blob):/.test(url), `asked for ${url}`);
    return route.continue();
  });
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(address);
  return page;
}

/** The class probabilities of the newest photo, as its bars show them. */
async function newest(page: Page, count: number): Promise<Record<string, number>> {
  await page
    .locator(`#predictions > li[data-done]`)
    .nth(count - 1)
    .waitFor({ timeout: 120_000 });
  const rows = page.locator('#predictions > li').first().locator('tr');
  return Object.fromEntries(
    await rows.evaluateAll((all) =>
      all.map((row) => [row.querySelector('th')!.textContent, row.querySelector('meter')!.value]),
    ),
  );
}

/** Shows the page some photos, and gives the largest difference of a probability to what `predictPhoto` says. */
async function differenceOnPhotos(
  page: Page,
  how: { head: LayersModel; base: LayersModel },
): Promise<number> {
  let largest = 0;
  for (const [n, photo] of somePhotos().entries()) {
    await page.setInputFiles('#files', photo);
    const { probabilities } = await predictPhoto(photo, how);
    largest = Math.max(largest, largestDifference(await newest(page, n + 1), probabilities));
  }
  return largest;
}

const fileAddress = (dir: string) => pathToFileURL(path.join(dir, 'index.html')).href;

function largestDifference(found: Record<string, number>, expected: Record<string, number>): number {
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
  // A head that is sure of all would hide other pixels.
  assert(Math.max(...Object.values(expected)) < 0.99, JSON.stringify(expected));
  return Math.max(...Object.entries(expected).map(([name, value]) => Math.abs(found[name]! - value)));
}

describe('exportWebPage()', () => {
  // float32: Chromium and sharp decode JPEG with the same library; what is left are sums in another order.
  // float16: each weight is within 1/2048 of itself.
  for (const [precision, megabytes, tolerance] of [
    ['float32', 100, 1e-4],
    ['float16', 50, 2e-3],
  ] as const)
    test(`answers with VGG16 as predictPhoto() does, opened from the disk, ${precision}`, async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const base = await VGG16();
      const head = headFor(base, { targetSize: [150, 150], rescale: 1 / 255, units: 16, classes: 3 });
      const dir = path.join(folder, `vgg16 ${precision}`);
      const { bytes } = await exportWebPage(head, dir, { base, precision });
      context.diagnostic(`${(bytes / 1e6).toFixed(2)} MB`);
      assert(bytes < megabytes * 1e6, `${bytes}`);
      const page = await open(fileAddress(dir));
      const largest = await differenceOnPhotos(page, { head, base });
      context.diagnostic(`largest difference of a probability: ${largest}`);
      assert(largest < tolerance, `${largest}`);
      assert.equal(await page.evaluate('tf.getBackend()'), 'wasm');
      assert.match((await page.locator('footer').textContent())!, /University of Oxford \(CC BY 4\.0\)/);
      await page.close();
      base.dispose();
    });

  test('answers with EfficientNetLite0 as predictPhoto() does, from the centre of the photo, in less than 12 MB', async (context) => {
    if (!needs(context, browser, noChromium)) return;
    const base = await EfficientNetLite0({ pooling: 'avg' });
    const head = headFor(base, {
      ...{ targetSize: [224, 224], resampling: 'bicubic', cropFraction: 0.875, units: 0, classes: 3 },
      preprocessingFunction: base.recommended.generator.preprocessingFunction,
    });
    const dir = path.join(folder, 'lite0');
    const { bytes } = await exportWebPage(head, dir, { base });
    context.diagnostic(`${(bytes / 1e6).toFixed(2)} MB`);
    assert(bytes < 12e6, `${bytes}`);
    const page = await open(fileAddress(dir));
    const largest = await differenceOnPhotos(page, { head, base });
    context.diagnostic(`largest difference of a probability: ${largest}`);
    // Its weights are float16 as they are: none was rounded.
    assert(largest < 1e-4, `${largest}`);
    await page.close();
    base.dispose();
  });

  describe('with a small base', () => {
    let base: LayersModel;
    let head: LayersModel;
    let server: http.Server;
    let address: string;
    /** What the server sends with each file. */
    let headers: Record<string, string> = {};
    before(async () => {
      base = smallBase();
      head = headFor(base, { targetSize: [48, 64], rescale: 1 / 255, classNames: ['<cats> & "co"', 'dogs'] });
      const dir = path.join(folder, 'small');
      await exportWebPage(head, dir, { base });
      server = http.createServer((request, response) => {
        const file = path.join(dir, decodeURIComponent(request.url!));
        if (file.endsWith('.html')) response.setHeader('content-type', 'text/html');
        if (file.endsWith('.css')) response.setHeader('content-type', 'text/css');
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        response.end(fs.readFileSync(file));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`;
    });
    after(() => server.close());

    /** A photo of noise, which shows each pixel that is taken from another place. */
    const noise = (height: number, width: number) => {
      const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * i * 31 + i * 7) % 256);
      return { data, image: sharp(data, { raw: { height, width, channels: 3 } }) };
    };

    test('takes the same pixels as predictPhoto(): sizes, formats, EXIF orientation', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address);
      const pictures: Record<string, Buffer> = {
        'wide.png': pngOf({ height: 201, width: 333, data: noise(201, 333).data }),
        'small.png': pngOf({ height: 20, width: 31, data: noise(20, 31).data }),
        'turned.jpg': await noise(120, 90).image.jpeg().withMetadata({ orientation: 6 }).toBuffer(),
        'grey.jpg': await noise(120, 90).image.greyscale().jpeg().toBuffer(),
        'large.jpg': await noise(2000, 3000).image.jpeg().toBuffer(),
        'lossless.webp': await noise(77, 99).image.webp({ lossless: true }).toBuffer(),
      };
      let count = 0;
      for (const [name, buffer] of Object.entries(pictures)) {
        await page.setInputFiles('#files', { name, mimeType: 'image/*', buffer });
        const { probabilities } = await predictPhoto(buffer, { head, base });
        const difference = largestDifference(await newest(page, ++count), probabilities);
        context.diagnostic(`${name}: ${difference}`);
        // The same pixels of JPEG too; what is left are sums in another order.
        assert(difference < 1e-4, `${name}: ${difference}`);
      }
      assert.equal(await page.title(), '<cats> & "co" or dogs?');
      await page.close();
    });

    test('leaves photos as they are stored where the head was trained so', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const stored = headFor(base, { targetSize: [48, 64], rescale: 1 / 255, exifOrientation: 'ignore' });
      const dir = path.join(folder, 'stored');
      await exportWebPage(stored, dir, { base, title: 'Which?' });
      const page = await open(fileAddress(dir));
      const buffer = await noise(120, 90).image.jpeg().withMetadata({ orientation: 6 }).toBuffer();
      await page.setInputFiles('#files', { name: 'turned.jpg', mimeType: 'image/jpeg', buffer });
      const { probabilities } = await predictPhoto(buffer, { head: stored, base });
      assert(largestDifference(await newest(page, 1), probabilities) < 1e-4);
      assert.equal(await page.title(), 'Which?');
      await page.close();
    });

    test('says what a photo is in words, to the eye and to a screen reader', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address, { colorScheme: 'dark' });
      await page.setInputFiles('#files', {
        name: 'a.png',
        mimeType: 'image/png',
        buffer: pngOf({ height: 60, width: 60, data: noise(60, 60).data }),
      });
      const answers = await newest(page, 1);
      const [most, value] = Object.entries(answers).reduce((a, b) => (b[1] > a[1] ? b : a));
      const words = `${most}, ${(value * 100).toFixed(1)}%`;
      assert.equal(await page.locator('.most').textContent(), words);
      assert.equal(await page.getByRole('status').textContent(), `a.png: ${words}.`);
      const meter = page.getByRole('meter', { name: 'Probability of dogs' });
      const { width } = (await meter.boundingBox())!;
      assert(width > 150, `a bar of ${width} pixels`);
      const [background, colour] = await page
        .locator('body')
        .evaluate((body) => [getComputedStyle(body).backgroundColor, getComputedStyle(body).color]);
      assert.deepEqual([background, colour], ['rgb(23, 25, 28)', 'rgb(232, 234, 237)']);
      await page.close();
    });

    test('says which photo is unlike the train photos', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const own = headFor(base, { targetSize: [48, 64], rescale: 1 / 255 });
      const plain = pngOf({ height: 60, width: 60, data: new Uint8Array(60 * 60 * 3).fill(200) });
      const pictures = [pngOf({ height: 60, width: 60, data: noise(60, 60).data }), plain];
      await flagged(calibrated(own, { temperature: 1, threshold: 1 }), { base, photos: pictures });
      const dir = path.join(folder, 'unlike');
      await exportWebPage(own, dir, { base });
      const page = await open(fileAddress(dir));
      for (const [n, buffer] of pictures.entries()) {
        await page.setInputFiles('#files', { name: 'a.png', mimeType: 'image/png', buffer });
        const { unlike, probabilities } = await predictPhoto(buffer, { head: own, base });
        assert(largestDifference(await newest(page, n + 1), probabilities) < 1e-4);
        const most = await page.locator('.most').first().textContent();
        assert(most!.includes(unlike ? ' (unlike the train photos), ' : ' (unsure), '), most!);
      }
      await page.close();
    });

    test('lists the classes in one order, and says how good the head is', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const classNames = ['first', 'second', 'third'];
      const classified = headFor(base, { targetSize: [48, 64], rescale: 1 / 255, classNames, classes: 3 });
      const [kernel, bias] = classified.layers.at(-1)!.getWeights();
      const dir = path.join(folder, 'in order');
      const evaluation = evaluationOf({ right: 18, photos: 20, classNames });
      const buffer = pngOf({ height: 60, width: 60, data: noise(60, 60).data });
      for (const [label, name] of classNames.entries()) {
        const own = Array.from(bias!.dataSync(), (_, k) => (k === label ? 2 : k * 0.1));
        classified.layers.at(-1)!.setWeights([kernel!.mul(0.1), tf.tensor1d(own)]);
        await exportWebPage(classified, dir, { base, evaluation });
        const page = await open(fileAddress(dir));
        await page.setInputFiles('#files', { name: 'a.png', mimeType: 'image/png', buffer });
        assert.deepEqual(Object.keys(await newest(page, 1)), classNames);
        assert.match((await page.locator('.most').textContent())!, new RegExp(`^${name}, `));
        assert.equal(await page.locator('tr.highest th').textContent(), name);
        const footer = await page.locator('footer').textContent();
        assert.match(footer!, /20 photos .* 90\.0% .*\(95% interval: 69\.9% to 97\.2%\)/);
        await page.close();
      }
    });

    test('gives the calibrated probabilities, and says what is unsure', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const unsure = headFor(base, { targetSize: [48, 64], rescale: 1 / 255, classes: 3 });
      const pictures = [60, 61].map((side) => pngOf({ height: side, width: 60, data: noise(side, 60).data }));
      calibrated(unsure, { temperature: 0.25, threshold: 0 });
      const how = { head: unsure, base };
      const found = await Promise.all(pictures.map((picture) => predictPhoto(picture, how)));
      const [low, high] = found.map(({ probability }) => probability).sort((a, b) => a - b);
      assert(high! - low! > 1e-3, `${low} ${high}`);
      calibrated(unsure, { temperature: 0.25, threshold: (low! + high!) / 2 });
      const dir = path.join(folder, 'calibrated');
      await exportWebPage(unsure, dir, { base });
      const page = await open(fileAddress(dir));
      for (const [n, buffer] of pictures.entries()) {
        await page.setInputFiles('#files', { name: 'a.png', mimeType: 'image/png', buffer });
        const expected = await predictPhoto(buffer, how);
        assert.equal(expected.unsure, found[n]!.probability === low);
        assert(largestDifference(await newest(page, n + 1), expected.probabilities) < 1e-4);
        const words = `${expected.className}${expected.unsure ? ' (unsure)' : ''}, `;
        const most = await page.locator('.most').first().textContent();
        assert(most!.startsWith(words), `${most}: ${words}`);
        const status = await page.getByRole('status').textContent();
        assert.equal(status, `a.png: ${most}.`);
      }
      await page.close();
    });

    test('takes photos that are dropped, several at once, and goes on after one that is none', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address);
      const png = pngOf({ height: 60, width: 60, data: noise(60, 60).data }).toString('base64');
      await page.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const dropped = new DataTransfer();
        dropped.items.add(new File(['text'], 'notes.txt'));
        dropped.items.add(new File([bytes], 'a.png'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true }));
      }, png);
      assert.equal(Object.keys(await newest(page, 2)).length, 2);
      assert.match(
        (await page.locator('#predictions > li').last().textContent())!,
        /notes\.txt.*This browser can not read it as a photo/,
      );
      await page.close();
    });

    test('shows no torn picture for what is no photo, and a photo as it is', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address);
      const png = pngOf({ height: 60, width: 60, data: noise(60, 60).data });
      await page.setInputFiles('#files', [
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('text') },
        { name: 'a.png', mimeType: 'image/png', buffer: png },
      ]);
      await newest(page, 2);
      assert.equal(await page.locator('#predictions > li').last().locator('img').count(), 0);
      const shown = page.locator('#predictions > li').first().locator('img');
      assert.equal(await shown.evaluate((img: HTMLImageElement) => img.naturalWidth), 60);
      await page.close();
    });

    test('says how many photos wait', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address);
      await page.getByText('Ready for photos.').waitFor();
      await page.evaluate(() => {
        const status = document.getElementById('status')!;
        const said: string[] = [];
        new MutationObserver(() => said.push(status.textContent!)).observe(status, { childList: true });
        Object.assign(globalThis, { said });
      });
      const buffer = pngOf({ height: 60, width: 60, data: noise(60, 60).data });
      const files = ['a', 'b', 'c'].map((name) => ({ name: `${name}.png`, mimeType: 'image/png', buffer }));
      await page.setInputFiles('#files', files);
      await newest(page, 3);
      const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
      const counts = said.map((text) => /(\d) photos? waits?\./.exec(text)?.[1] ?? '0');
      assert.equal([...new Set(counts)].join(), '3,2,1,0', said.join('\n'));
      assert.match(said.find((text) => text.startsWith('Looking at b.png'))!, /1 photo waits/);
      assert.match(said.at(-1)!, /^c\.png: /);
      await page.close();
    });

    test('without JavaScript shows no controls, and only says that it needs it', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(fileAddress(path.join(folder, 'small')), { javaScriptEnabled: false });
      const [text = ''] = await page.locator('main').allInnerTexts();
      assert.match(text, /computes its answers with JavaScript/);
      assert.doesNotMatch(text, /missing|Drop|Choose|camera/);
      assert.equal(await page.locator('label:visible, button:visible, input:visible').count(), 0);
      await page.close();
    });

    test('offers on a phone what a phone has: its own camera, and nothing to drop', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const offers = async (options: Parameters<Browser['newPage']>[0]) => {
        const page = await open(address, options);
        await page.getByText('Ready for photos.').waitFor();
        const box = page.locator('#drop');
        const offered = [
          await box.locator('.button:visible').allInnerTexts(),
          (await box.allInnerTexts()).join(),
        ] as const;
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert(!wide, 'the page is wider than the screen');
        await page.close();
        return offered;
      };
      const phone = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
      const [onPhone, onPhoneText] = await offers(phone);
      assert.deepEqual(onPhone, ['Choose photos', 'Take a photo']);
      assert.doesNotMatch(onPhoneText, /Drop/);
      const [elsewhere, elsewhereText] = await offers({});
      assert.deepEqual(elsewhere, ['Choose photos', 'Use the camera']);
      assert.match(elsewhereText, /Drop photos/);
    });

    test('takes a photo from the camera by the keyboard alone', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement!.id), 'files');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement!.id), 'camera');
      await page.keyboard.press('Enter');
      await page.locator('#shoot:focus').waitFor();
      await page.keyboard.press('Enter');
      assert.equal(Object.keys(await newest(page, 1)).length, 2);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert(await page.locator('#viewfinder').isHidden());
      assert.equal(await page.evaluate(() => document.activeElement!.id), 'camera');
      await page.close();
    });

    for (const name of [
      ...['model/weights-1.js', 'model/model.js', 'tf.min.js', 'tf-backend-wasm.min.js', 'resizing.js'],
      'distances.js',
    ])
      test(`says that ${name} is missing`, async (context) => {
        if (!needs(context, browser, noChromium)) return;
        const dir = path.join(folder, `without ${path.basename(name)}`);
        fs.cpSync(path.join(folder, 'small'), dir, { recursive: true });
        fs.rmSync(path.join(dir, name));
        const page = await browser!.newPage();
        await page.goto(fileAddress(dir));
        await page.getByText(`The page can not answer: The file ${name} is missing.`).waitFor();
        assert.equal(await page.locator('.button:visible').count(), 0);
        await page.close();
      });

    test('says what to do where nothing but index.html is there, as in a zip archive', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const dir = path.join(folder, 'alone');
      fs.mkdirSync(dir);
      fs.copyFileSync(path.join(folder, 'small', 'index.html'), path.join(dir, 'index.html'));
      const page = await browser!.newPage();
      await page.goto(fileAddress(dir));
      assert.match((await page.getByRole('status').textContent())!, /copy or unpack its whole folder/);
      await page.close();
    });

    test('computes in threads where the server isolates the page, and only there', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const buffer = pngOf({ height: 60, width: 60, data: noise(60, 60).data });
      const { probabilities } = await predictPhoto(buffer, { head, base });
      const isolating = {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      };
      const strict = { 'content-security-policy': "script-src 'self' 'unsafe-eval'" };
      for (const { sent, cores, threads } of [
        { sent: isolating, cores: 8, threads: 4 },
        { sent: isolating, cores: 2, threads: 1 },
        { sent: { ...isolating, ...strict }, cores: 8, threads: 1 },
        { sent: {}, cores: 8, threads: 1 },
      ]) {
        headers = sent;
        const page = await open(address, { cores });
        const refused: string[] = [];
        page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
        await page.setInputFiles('#files', { name: 'a.png', mimeType: 'image/png', buffer });
        const difference = largestDifference(await newest(page, 1), probabilities);
        assert(difference < 1e-4, `${difference}`);
        assert.equal(await page.evaluate('crossOriginIsolated'), 'cross-origin-opener-policy' in sent);
        assert.equal(await page.evaluate('tf.getBackend()'), 'wasm');
        assert.equal(await page.evaluate('tf.wasm.getThreadsCount()'), threads);
        assert.equal(page.workers().length > 0, threads > 1, `${page.workers().length} workers`);
        if (!('content-security-policy' in sent)) assert.deepEqual(refused, []);
        await page.close();
      }
      headers = {};
    });

    describe('with WebGPU', () => {
      let withWebGpu: Browser | undefined;
      before(async () => {
        const executablePath = findChromium();
        const software = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
        if (executablePath)
          withWebGpu = await chromium.launch({ executablePath, args: ['--no-sandbox', ...software] });
      });
      after(() => withWebGpu?.close());

      /** The page where SwiftShader, which computes on the processor, passes for a graphics card; `own` stays as it is. */
      const openAs = async (kind: 'card' | 'software', from = address): Promise<Page> => {
        const page = await withWebGpu!.newPage();
        const card = `for (const [name, value] of [['isFallbackAdapter', false], ['architecture', 'card'], ['description', '']])
          Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => value });`;
        if (kind === 'card') await page.addInitScript(card);
        page.on('pageerror', (error) => assert.fail(error));
        await page.goto(from);
        await page.getByText('Ready for photos.').waitFor({ timeout: 120_000 });
        assert(
          await page.evaluate('navigator.gpu.requestAdapter().then(Boolean)'),
          'no WebGPU in this Chromium',
        );
        return page;
      };
      const buffer = pngOf({ height: 60, width: 60, data: noise(60, 60).data });
      const photo = { name: 'a.png', mimeType: 'image/png', buffer };

      test('computes on the graphics card, and says so, from the disk and from a server', async (context) => {
        if (!needs(context, withWebGpu, noChromium)) return;
        const { probabilities } = await predictPhoto(buffer, { head, base });
        for (const from of [address, fileAddress(path.join(folder, 'small'))]) {
          const page = await openAs('card', from);
          assert.equal(await page.evaluate('tf.getBackend()'), 'webgpu');
          assert.match((await page.locator('footer').textContent())!, /on the graphics card \(WebGPU\)/);
          await page.setInputFiles('#files', photo);
          const difference = largestDifference(await newest(page, 1), probabilities);
          context.diagnostic(`largest difference of a probability: ${difference}`);
          assert(difference < 1e-3, `${difference}`);
          await page.close();
        }
      });

      test('computes by WebAssembly where only a program stands for a card', async (context) => {
        if (!needs(context, withWebGpu, noChromium)) return;
        const page = await openAs('software');
        assert.equal(await page.evaluate('tf.getBackend()'), 'wasm');
        assert.match((await page.locator('footer').textContent())!, /on the processor \(WebAssembly\)/);
        await page.close();
      });

      test('goes on by WebAssembly where the card is lost, or its script is missing', async (context) => {
        if (!needs(context, withWebGpu, noChromium)) return;
        const { probabilities } = await predictPhoto(buffer, { head, base });
        const page = await openAs('card');
        await page.evaluate('tf.backend().device.destroy()');
        await page.setInputFiles('#files', [photo, photo]);
        assert(largestDifference(await newest(page, 2), probabilities) < 1e-4);
        assert.equal(await page.evaluate('tf.getBackend()'), 'wasm');
        assert.match((await page.locator('footer').textContent())!, /WebAssembly/);
        await page.close();
        const dir = path.join(folder, 'without WebGPU');
        fs.cpSync(path.join(folder, 'small'), dir, { recursive: true });
        fs.rmSync(path.join(dir, 'tf-backend-webgpu.min.js'));
        const without = await openAs('card', fileAddress(dir));
        assert.equal(await without.evaluate('tf.getBackend()'), 'wasm');
        await without.close();
      });
    });

    test('is kept by the browser from sending anything', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      for (const from of [address, fileAddress(path.join(folder, 'small'))]) {
        const page = await browser!.newPage();
        const asked: string[] = [];
        await page.route('http://127.0.0.1:9/**', (route) => {
          asked.push(route.request().url());
          return route.abort();
        });
        await page.goto(from);
        await page.getByText('Ready for photos.').waitFor();
        const refused = await page.evaluate(async () => {
          const directives: string[] = [];
          document.addEventListener('securitypolicyviolation', (event) =>
            directives.push(event.effectiveDirective),
          );
          await fetch('http://127.0.0.1:9/fetch').catch(() => {});
          const image = new Image();
          const script = document.createElement('script');
          const loads = [image, script].map((made) => new Promise((resolve) => (made.onerror = resolve)));
          image.src = script.src = 'http://127.0.0.1:9/file';
          document.head.append(script);
          await Promise.all(loads);
          // Threads have scripts that the page makes, and its policy.
          const thread = `addEventListener('securitypolicyviolation', (event) => postMessage(event.effectiveDirective));
            fetch('http://127.0.0.1:9/thread').catch(() => {});`;
          const worker = new Worker(URL.createObjectURL(new Blob([thread])));
          const inThread = await new Promise<string>((resolve) => {
            worker.onmessage = ({ data }) => resolve(`thread ${data}`);
          });
          return [...directives, inThread];
        });
        assert.deepEqual(refused.sort(), ['connect-src', 'img-src', 'script-src-elem', 'thread connect-src']);
        assert.deepEqual(asked, []);
        await page.close();
      }
    });

    test('opens the camera once, and lets go of it', async (context) => {
      if (!needs(context, browser, noChromium)) return;
      const page = await open(address);
      await page.evaluate(() => {
        const { mediaDevices } = navigator;
        const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
        const streams: MediaStream[] = [];
        Object.assign(globalThis, { streams });
        mediaDevices.getUserMedia = async (wanted) => {
          const stream = await getUserMedia(wanted);
          streams.push(stream);
          return stream;
        };
      });
      await page.evaluate(() => {
        const camera = document.getElementById('camera')!;
        camera.click();
        camera.click();
      });
      await page.locator('#shoot:focus').waitFor();
      await page.locator('#close').click();
      const tracks = await page.evaluate(() =>
        (globalThis as unknown as { streams: MediaStream[] }).streams.flatMap((stream) =>
          stream.getTracks().map((track) => track.readyState),
        ),
      );
      assert.deepEqual(tracks, ['ended']);
      assert(await page.locator('#camera').isEnabled());
      await page.close();
    });
  });

  test('refuses a title without words', async () => {
    const base = smallBase();
    for (const title of ['', 3 as unknown as string])
      await assert.rejects(
        exportWebPage(headFor(base), path.join(folder, 'titles'), { base, title }),
        /`title`: expected a heading for the page/,
      );
  });
});
