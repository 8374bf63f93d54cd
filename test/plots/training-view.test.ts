import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trainingView } from '../../src/plots/training-view';
import { inFakeKernel, type Message, printed } from '../notebook/fake-kernel';

const history = (epochs: number) => ({
  history: {
    acc: Array.from({ length: epochs }, (_, i) => i / 10),
    val_acc: new Array<number>(epochs).fill(0.5),
  },
});

/** Shows a run of three epochs, each after half a minute. */
async function run({ verbose, clock }: { verbose: number; clock: () => number }) {
  const now = performance.now;
  performance.now = clock;
  let messages: Message[] = [];
  try {
    const lines = await printed(async () => {
      messages = await inFakeKernel(async () => {
        const view = trainingView({ epochs: 3, verbose });
        for (const epoch of [1, 2, 3]) await view.epoch(`Epoch ${epoch}/3`, history(epoch));
        await view.end(history(3));
      });
    });
    return { lines, messages };
  } finally {
    performance.now = now;
  }
}
const valuesOf = (message: Message) => {
  const { layer } = message.data['application/vnd.vegalite.v5+json'] as {
    layer: { data: { values: unknown[] } }[];
  };
  return layer[0]!.data.values.length;
};

describe('trainingView()', () => {
  test('prints a line an epoch and lets one chart grow', async () => {
    let time = 0;
    const { lines, messages } = await run({
      verbose: 2,
      clock: () => {
        time += 30_000;
        return time;
      },
    });
    assert.deepEqual(lines, ['Epoch 1/3', 'Epoch 2/3', 'Epoch 3/3']);
    assert.deepEqual(messages.map(valuesOf), [2, 4, 6, 6]);
    assert.deepEqual(
      messages.map((message) => message.update),
      [false, true, true, true],
    );
    assert.equal(new Set(messages.map((message) => message.transient.display_id)).size, 1);
    const { layer } = messages[0]!.data['application/vnd.vegalite.v5+json'] as {
      layer: { encoding: { x: { scale: { domain: number[] } } } }[];
    };
    assert.deepEqual(
      layer[0]!.encoding.x.scale.domain,
      [1, 3],
      'the axis is as long as the run from the start',
    );
  });

  test('does not draw at every epoch of a fast run, but its end', async () => {
    const { lines, messages } = await run({ verbose: 2, clock: () => 1 });
    assert.equal(lines.length, 3);
    assert.deepEqual(messages.map(valuesOf), [2, 6]);
  });

  test('replaces one line in place with verbose 1', async () => {
    const { lines, messages } = await run({ verbose: 1, clock: () => 1 });
    assert.deepEqual(lines, []);
    const texts = messages.filter(({ data }) => Object.keys(data).join() === 'text/plain');
    assert.deepEqual(
      texts.map(({ data, update }) => [data['text/plain'], update]),
      [1, 2, 3].map((epoch) => [`Epoch ${epoch}/3`, epoch > 1]),
    );
  });

  test('shows nothing with verbose 0', async () => {
    assert.deepEqual(await run({ verbose: 0, clock: () => 1 }), { lines: [], messages: [] });
  });

  test('prints the lines alone outside a kernel', async () => {
    const lines = await printed(async () => {
      const view = trainingView({ epochs: 1, verbose: 1 });
      await view.epoch('Epoch 1/1', history(1));
      await view.end(history(1));
    });
    assert.deepEqual(lines, ['Epoch 1/1']);
  });
});
