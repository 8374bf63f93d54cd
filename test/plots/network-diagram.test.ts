import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { VGG16 } from '../../src/networks/vgg16';
import { diagramSvg, diagramText, networkBoxes, showNetwork } from '../../src/plots/network-diagram';
import { inFakeKernel } from '../notebook/fake-kernel';

const head = ['Flatten', 'Dense 256, relu', 'Dropout 0.5', 'Dense 1, sigmoid'];
const base = VGG16({ weights: null });
after(async () => (await base).dispose());

const boxes = async () => networkBoxes(await base, { inputSize: [150, 150], head });

describe('networkBoxes()', () => {
  test('has a box for the photo, for each block, for each layer to come', async () => {
    assert.deepEqual(
      (await boxes()).map(({ title, shape, toCome = false }) => [title, shape, toCome]),
      [
        ['photo', '150 x 150 x 3', false],
        ['block1', '75 x 75 x 64', false],
        ['block2', '37 x 37 x 128', false],
        ['block3', '18 x 18 x 256', false],
        ['block4', '9 x 9 x 512', false],
        ['block5', '4 x 4 x 512', false],
        ...head.map((layer) => [layer, '', true]),
      ],
    );
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
  assert.match(text, / -> Dropout 0\.5 \[to come\] -> Dense 1, sigmoid \[to come\]$/);
});

test('diagramSvg() draws each box, and escapes what SVG would take for a mark', () => {
  const svg = diagramSvg([
    { title: 'a<b & "c"', lines: ['x'], shape: '1' },
    { title: 'd', lines: [], shape: '', toCome: true },
  ]);
  assert.match(svg, />a&#60;b &#38; &#34;c&#34;</);
  assert.equal(svg.match(/stroke-dasharray/g)?.length, 1);
  assert.match(svg, />to come</);
});

test('showNetwork() sends the drawing and its words in one message', async () => {
  const network = await base;
  const messages = await inFakeKernel(() => showNetwork(network, { inputSize: [150, 150], head }));
  const expected = await boxes();
  assert.deepEqual(
    messages.map((message) => message.data),
    [{ 'image/svg+xml': diagramSvg(expected), 'text/plain': diagramText(expected) }],
  );
});
