import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import sharp from 'sharp';
import { buildHead } from '../../src/head/build-head';
import { EfficientNetLite0 } from '../../src/networks/efficientnet-lite';
import { VGG16 } from '../../src/networks/vgg16';
import { diagramSvg, diagramText, networkBoxes, showNetwork } from '../../src/plots/network-diagram';
import { inFakeKernel } from '../notebook/fake-kernel';

const head = buildHead({ inputShape: [4, 4, 512], seed: 1 });
const base = VGG16({ weights: null });
after(async () => {
  head.dispose();
  (await base).dispose();
});

const boxes = async () => networkBoxes(await base, { inputSize: [150, 150], head });

describe('networkBoxes()', () => {
  test('has a box for the photo, for each block, for each layer of the head as it was built', async () => {
    assert.deepEqual(
      (await boxes()).map(({ title, shape, kind }) => [title, shape, kind]),
      [
        ['photo', '150 x 150 x 3', undefined],
        ['block1', '75 x 75 x 64', undefined],
        ['block2', '37 x 37 x 128', undefined],
        ['block3', '18 x 18 x 256', undefined],
        ['block4', '9 x 9 x 512', undefined],
        ['block5', '4 x 4 x 512', undefined],
        ['Flatten', '8192', 'head'],
        ['Dense 256', '256', 'head'],
        ['Dropout 0.5', '256', 'head'],
        ['Dense 1', '1', 'head'],
      ],
    );
  });

  test('shows the blocks of EfficientNet-Lite0', async () => {
    const lite = await EfficientNetLite0({ weights: null, pooling: 'avg' });
    const own = networkBoxes(lite, { inputSize: [224, 224] });
    assert.deepEqual(
      own.slice(1, 4).map(({ title, lines, shape }) => [title, ...lines, shape]),
      [
        ['stem', '1 x Conv2D 3x3', '112 x 112 x 32'],
        ['block1', '1 x DepthwiseConv2D 3x3', '1 x Conv2D 1x1', '112 x 112 x 16'],
        ['block2', '4 x Conv2D 1x1', '2 x DepthwiseConv2D 3x3', '56 x 56 x 24'],
      ],
    );
    assert.deepEqual(
      own.slice(-3).map(({ title, shape }) => [title, shape]),
      [
        ['top', '7 x 7 x 1280'],
        ['avg', '1280'],
        ['head', ''],
      ],
    );
    lite.dispose();
  });

  test('says that the head is to come where there is none', async () => {
    const last = networkBoxes(await base, { inputSize: [150, 150] }).at(-1);
    assert.deepEqual([last?.title, last?.kind], ['head', 'to come']);
  });

  test("counts each block's convolutions", async () => {
    assert.deepEqual(
      (await boxes()).slice(1, 6).map(({ lines }) => lines),
      [2, 2, 3, 3, 3].map((n) => [`${n} x Conv2D 3x3`, 'MaxPooling2D']),
    );
  });
});

test('diagramText() says the network in a line', async () => {
  const text = diagramText(await boxes());
  assert.match(
    text,
    /^photo \(RGB, 150 x 150 x 3\) -> block1 \(2 x Conv2D 3x3, MaxPooling2D, 75 x 75 x 64\) -> /,
  );
  assert.match(text, / -> Dropout 0\.5 \(256\) -> Dense 1 \(sigmoid, 1\)$/);
});

test('diagramSvg() draws each box, and escapes what SVG would take for a mark', () => {
  const svg = diagramSvg([
    { title: 'a<b & "c"', lines: ['x'], shape: '1' },
    { title: 'd', lines: [], shape: '', kind: 'to come' },
  ]);
  assert.match(svg, />a&#60;b &#38; &#34;c&#34;</);
  assert.equal(svg.match(/stroke-dasharray/g)?.length, 1);
  assert.match(svg, />to come</);
});

test('showNetwork() sends the drawing as SVG, as a picture, and in words, in one message', async () => {
  const network = await base;
  const messages = await inFakeKernel(() => showNetwork(network, { inputSize: [150, 150], head }));
  const expected = await boxes();
  assert.equal(messages.length, 1);
  const { 'image/png': png, ...rest } = messages[0]!.data;
  assert.deepEqual(rest, { 'image/svg+xml': diagramSvg(expected), 'text/plain': diagramText(expected) });
  const { width, height, format } = await sharp(Buffer.from(String(png), 'base64')).metadata();
  assert.equal(format, 'png');
  // 144 dots an inch: twice as many pixels as the SVG has.
  assert.ok(diagramSvg(expected).includes(`width="${width! / 2}" height="${height! / 2}"`));
});
