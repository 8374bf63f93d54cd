import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import {
  predictionsHtml,
  predictionsText,
  showPredictions,
} from '../../../src/head/prediction/show-predictions';
import { pngOf } from '../../fixtures/pictures';
import { inFakeKernel, printed } from '../../notebook/fake-kernel';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-shown-'));
after(() => fs.rmSync(folder, { recursive: true }));
const photo = path.join(folder, 'a <b>.png');
fs.writeFileSync(photo, pngOf({ height: 30, width: 20 }, [1, 2, 3]));

const answer = (className: string, probability: number, file = photo) => ({
  photo: file,
  className,
  probability,
  probabilities: { [className]: probability },
});
const answers = [answer('dogs', 0.98), answer('cats & co', 0.5), answer('dogs', 0.7, '(bytes)')];

describe('showPredictions()', () => {
  test('shows each photo small, with class and probability in words', async () => {
    const [message] = await inFakeKernel(() => showPredictions(answers));
    const html = message!.data['text/html'] as string;
    assert.equal(html.match(/<tr>/g)!.length, 4);
    assert.equal(
      html.match(/<img alt="a &#60;b&#62;\.png: (dogs|cats &#38; co)" src="data:image\/jpeg;base64,/g)!
        .length,
      2,
    );
    assert.match(html, /<td>\(bytes\)<\/td><td>dogs<\/td><td>0\.700<\/td>/);
    assert.equal(message!.data['text/plain'], predictionsText(answers, { limit: 24 }));
  });

  test('prints the table elsewhere', async () => {
    assert.deepEqual(await printed(() => showPredictions(answers)), [
      predictionsText(answers, { limit: 24 }),
    ]);
  });

  test('shows no more than the limit, and no pictures with size 0', async () => {
    const [message] = await inFakeKernel(() => showPredictions(answers, { limit: 1, size: 0 }));
    const html = message!.data['text/html'] as string;
    assert.equal(html.includes('<img'), false);
    assert.match(html, /1 of 3 are shown, evenly chosen; `limit` shows more\./);
  });

  test('says what is wrong with its options', async () => {
    await assert.rejects(showPredictions(answers, { limit: 0 }), /`limit`/);
    await assert.rejects(showPredictions(answers, { rows: 1 } as object), /found `rows`/);
  });
});

test('predictionsText() has a line a photo below the counts', () => {
  assert.equal(
    predictionsText([answer('dogs', 0.98, 'x/a.jpg'), answer('cats', 0.5, 'x/b.jpg')], { limit: 5 }),
    '2 photos: 1 dogs, 1 cats\ndogs  0.980  x/a.jpg\ncats  0.500  x/b.jpg',
  );
  const four = ['a', 'b', 'c', 'd'].map((name) => answer(name, 1, name));
  assert.match(
    predictionsText(four, { limit: 2 }),
    /^4 photos: .*\na {2}1\.000 {2}a\nc {2}1\.000 {2}c\n2 of 4 are shown/,
  );
  assert.equal(predictionsText([], { limit: 5 }), '0 photos');
});

test('predictionsHtml() has a caption, headings and no picture column where there are no pictures', () => {
  const html = predictionsHtml(answers.slice(0, 1), { limit: 5, pictures: [null] });
  assert.match(html, /<caption>1 photo: 1 dogs<\/caption>/);
  assert.match(
    html,
    /<th scope="col">name<\/th><th scope="col">class<\/th><th scope="col">probability<\/th>/,
  );
});

test('predictionsText() and predictionsHtml() mark what is unsure or unlike', () => {
  const own = { photo: 'a.jpg', className: 'dogs', probability: 0.6, probabilities: { dogs: 0.6 } };
  const marked = [
    { ...own, unsure: true },
    { ...own, unsure: true, unlike: true },
    { ...own, unsure: false },
  ];
  for (const text of [predictionsText(marked, { limit: 9 }), predictionsHtml(marked, { limit: 9 })]) {
    assert.equal(text.match(/dogs \(unsure\)/g)!.length, 1);
    assert.equal(text.match(/dogs \(unlike/g)!.length, 1);
  }
});
