import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { evaluatedBundle, showEvaluated } from '../../src/insight/show-evaluated';
import { worstMistakes } from '../../src/insight/worst-mistakes';
import { displayName } from '../../src/notebook/display';
import { seededRandom } from '../../src/random';
import { temporaryFolder } from '../datasets/folders';
import { inFakeKernel } from '../notebook/fake-kernel';
import { evaluated } from './evaluated';

let dir: string;
let noise: string;
before(async () => {
  dir = temporaryFolder('show-evaluated');
  noise = path.join(dir, 'noise <1>.png');
  const random = seededRandom(1);
  const data = Uint8Array.from({ length: 300 * 300 * 3 }, () => Math.floor(random() * 256));
  await sharp(data, { raw: { width: 300, height: 300, channels: 3 } }).toFile(noise);
});
after(() => fs.rmSync(dir, { recursive: true }));

const many = (count: number) =>
  evaluated(
    Array.from({ length: count }, (_, i) => ['cats', i % 2 ? 'dogs' : 'cats', 0.75] as const),
    Array.from({ length: count }, () => noise),
  );

describe('showEvaluated()', () => {
  test('shows picture, both classes, probability and name; wrong ones are marked in words', async () => {
    const [message] = await inFakeKernel(() => showEvaluated(many(2)));
    const { 'text/html': html, 'text/plain': text } = message!.data as Record<string, string>;
    const [right, wrong] = html!.split('</figure>');
    assert.match(right!, /right.*is cats.*predicted cats.*probability 0\.750.*noise &#60;1&#62;\.png/);
    assert.match(wrong!, /wrong.*is cats.*predicted dogs/);
    assert.equal(html!.match(/data:image\/jpeg;base64/g)?.length, 2);
    const lines = text!.split('\n');
    assert.match(lines[1]!, /^right {2}cats {2}predicted cats {2}0\.750 {2}.*noise/);
    assert.match(lines[2]!, /^wrong {2}cats {2}predicted dogs/);
  });

  for (const count of [24, 100])
    test(`keeps at most 200 KB of ${count} photos in the notebook, of the worst kind of pictures too`, async () => {
      const [message] = await inFakeKernel(() => showEvaluated(many(count), { limit: count, size: 256 }));
      const kept = JSON.stringify(message!.data);
      assert.ok(kept.length < 200_000, `${kept.length} bytes`);
      assert.equal(kept.match(/data:image/g)?.length, count);
    });

  test('reads only the photos that it shows, and keeps the place of one that is gone', async () => {
    const photos = evaluated(
      [
        ['a', 'b', 0.9],
        ['a', 'b', 0.8],
      ],
      [path.join(dir, 'gone.jpg'), path.join(dir, 'never read')],
    );
    const { 'text/html': html } = await evaluatedBundle(photos, { limit: 1 });
    assert.match(String(html), /2 photos, the first 1[\s\S]*no picture[\s\S]*gone\.jpg/);
    assert.doesNotMatch(String(html), /never read/);
  });

  test('is what a cell shows that ends in a list', async () => {
    const list = worstMistakes({ photos: many(4) }) as unknown as Record<symbol, () => Promise<object>>;
    assert.deepEqual(
      await list[displayName]!(),
      await evaluatedBundle(
        many(4).filter((_, i) => i % 2),
        {},
      ),
    );
  });

  test('refuses what is no list', async () => {
    await assert.rejects(showEvaluated('photos' as never), /`photos`/);
  });
});
