import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ImageDataGenerator } from '../src/datasets/batches/image-data-generator';
import { scanPhotos } from '../src/datasets/scan/scan-photos';
import { scanHtml } from '../src/datasets/scan/show-scan';
import { showGallery } from '../src/datasets/show-gallery';
import { splitDataset } from '../src/datasets/split/split-dataset';
import { findPhotos } from '../src/datasets/tutorial/find-photos';
import { predictionsHtml, predictionsText } from '../src/head/prediction/show-predictions';
import { decodePhoto } from '../src/images/decode-photo';
import { showPhoto } from '../src/images/show-photo';
import { shownPath } from '../src/paths';
import { printed, put, temporaryFolder, tinyPhoto } from './datasets/folders';
import { needs } from './fixtures/skip';

/** Clears the screen, turns the direction of writing, and goes on in a line of its own. */
const evil = 'a\x1b[J\u202eb\nzz';
const shown = 'a\\x1b[J\\u202eb\\x0azz';

let dir: string;
let stored = true;
before(() => {
  dir = temporaryFolder('names');
  try {
    for (const [i, name] of ['cats', `dogs${evil}`].entries()) {
      for (let n = 0; n < 3; n++)
        put(dir, path.join('photos', name, `${n}${evil}.png`), tinyPhoto(i * 3 + n));
      put(dir, path.join('photos', name, `broken${evil}.png`), 'no picture');
    }
    put(dir, path.join('photos', `beside${evil}.png`), tinyPhoto(7));
    put(dir, path.join('photos', `other${evil}.txt`));
  } catch {
    // Windows stores no such names.
    stored = false;
  }
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

/** Nothing in the text is obeyed by a terminal, and the name stands in it all the same. */
function isHarmless(text: string, { lineBreaks = false } = {}): void {
  assert.doesNotMatch(lineBreaks ? text.replaceAll('\n', '') : text, /[\p{Cc}\u202e]/u, JSON.stringify(text));
  assert(text.includes(shown), text);
}

describe('names with control characters are shown as escapes', () => {
  const photos = () => path.join(dir, 'photos');
  const cases: Record<string, () => Promise<void>> = {
    'in a scan': async () => {
      const report = await scanPhotos(photos(), { verbose: 0 });
      const lines = report.toString().split('\n');
      assert(lines.every((line) => !/[\p{Cc}\u202e]/u.test(line)));
      // A line break in a name would add lines of its own.
      assert(
        lines.every((line) => !line.startsWith('zz')),
        report.toString(),
      );
      isHarmless(report.toString(), { lineBreaks: true });
      isHarmless(scanHtml(report), { lineBreaks: true });
    },
    'in a split': async () => {
      const { lines } = await printed(() =>
        splitDataset(photos(), { validation: 0.3, seed: 1, outDir: path.join(dir, 'out') }),
      );
      isHarmless(lines.join('\n'), { lineBreaks: true });
    },
    'in a gallery': async () => {
      const { lines } = await printed(() => showGallery(photos()));
      for (const line of lines) isHarmless(line);
    },
    'below a photo': async () => {
      const { lines } = await printed(() => showPhoto(path.join(photos(), 'cats', `0${evil}.png`)));
      for (const line of lines) isHarmless(line);
    },
    'in what an iterator leaves out': async () => {
      const { lines } = await printed(async () => {
        const flow = new ImageDataGenerator().flowFromDirectory(photos(), { targetSize: [4, 4], seed: 1 });
        for await (const { x, y } of flow) for (const tensor of [x, y]) tensor?.dispose();
      });
      assert(lines.some((line) => line.startsWith('Left out')));
      assert(lines.some((line) => line.startsWith('Not taken')));
      for (const line of lines.filter((line) => !line.startsWith('Found'))) isHarmless(line);
    },
    'in notices': async () => {
      put(dir, path.join('pets', 'Cat', '1.png'), tinyPhoto(1));
      put(dir, path.join('pets', 'Dog', '1.png'), tinyPhoto(2));
      put(dir, path.join('pets', 'Dog', `${evil}.png`), tinyPhoto(3));
      const notices: string[] = [];
      await findPhotos(path.join(dir, 'pets'), { onNotice: (text) => notices.push(text) });
      assert.equal(notices.length, 1);
      isHarmless(notices[0]!);
    },
    'in errors': async () => {
      const file = path.join(photos(), 'cats', `broken${evil}.png`);
      await assert.rejects(decodePhoto(file), ({ message }: Error) => {
        isHarmless(message);
        return true;
      });
      isHarmless(shownPath(file));
    },
    'in predictions': async () => {
      const photo = path.join(dir, `1${evil}.png`);
      const predictions = [
        { photo, className: `dogs${evil}`, probability: 1, probabilities: { [`dogs${evil}`]: 1 } },
      ];
      isHarmless(predictionsText(predictions, { limit: 2 }), { lineBreaks: true });
      isHarmless(predictionsHtml(predictions, { limit: 2 }), { lineBreaks: true });
    },
  };
  for (const [where, check] of Object.entries(cases))
    test(where, async (context) => {
      if (needs(context, stored, 'this disk stores no such names')) await check();
    });
});
