import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { trainingPanel } from '../../src';
import { readRuns } from '../../src/head/runs/run-files';
import { learnable } from '../head/data';
import { printed } from '../notebook/fake-kernel';
import { FrontEnd } from '../notebook/widgets/front-end';

const { features, labels } = learnable({ rows: 40 });
const held = learnable({ rows: 20 });
const named = process.env.LITTLE_DATA_RUNS;
before(() => {
  process.env.LITTLE_DATA_RUNS = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-panel-'));
});
after(() => {
  fs.rmSync(process.env.LITTLE_DATA_RUNS!, { recursive: true });
  if (named === undefined) delete process.env.LITTLE_DATA_RUNS;
  else process.env.LITTLE_DATA_RUNS = named;
});

/** A panel in front of a person, who finds its controls by their labels. */
async function withPanel(use: (panel: ReturnType<typeof trainingPanel>, front: FrontEnd) => Promise<void>) {
  const front = new FrontEnd();
  await front.during(async () => {
    let panel: ReturnType<typeof trainingPanel> | undefined;
    await printed(() => {
      panel = trainingPanel({
        ...{ trainData: features, trainLabels: labels, epochs: 6, seed: 3 },
        validationData: [held.features, held.labels],
      });
    });
    await use(panel!, front);
    panel!.close();
  });
}

const idOf = (front: FrontEnd, label: string) =>
  [...front.models].find(([, state]) => state.description === label)![0];

test('the panel trains by its controls, and a moved learning rate holds from the next batches on', async () => {
  await withPanel(async (panel, front) => {
    front.change(idOf(front, 'units'), { value: 0 });
    front.change(idOf(front, 'train photos'), { value: 20 });
    front.change(idOf(front, 'optimizer'), { index: 1 });
    let moved = false;
    const line = () => String(front.models.get(front.idOf('HTMLModel'))!.value);
    const watch = setInterval(() => {
      if (moved || !line().startsWith('Epoch')) return;
      moved = true;
      front.change(idOf(front, 'learning rate'), { value: 0.01 });
    }, 0);
    await panel.train();
    clearInterval(watch);
    const record = readRuns().at(-1)!;
    assert.equal(record.photos.train, 20);
    assert.equal(record.head, 'Flatten, Dense 1 sigmoid');
    assert.deepEqual(record.settings.optimizer, { kind: 'sgd', momentum: 0.9 });
    assert.equal(record.history.lr![0], 0.001);
    assert.equal(record.history.lr!.at(-1), 0.01);
    assert.equal(panel.history!.epoch.length, 6);
    assert.match(line(), /validation accuracy/);
  });
});

test('Stop ends a run within a batch, the head can be used, and Train resumes it', async () => {
  await withPanel(async (panel, front) => {
    front.change(idOf(front, 'epochs'), { value: 500 });
    const line = () => String(front.models.get(front.idOf('HTMLModel'))!.value);
    const running = panel.train();
    while (!/^Epoch [3-9]/.test(line())) await new Promise((resolve) => setTimeout(resolve, 1));
    front.send(idOf(front, 'Stop'), { method: 'custom', content: { event: 'click' } });
    await running;
    assert.match(line(), /Stopped after \d+ epochs/);
    assert.equal(readRuns().at(-1)!.status, 'interrupted');
    assert.ok(panel.history!.epoch.length >= 2 && panel.history!.epoch.length < 500);
    (panel.model!.predict(features) as { dispose(): void }).dispose();
    front.send(idOf(front, 'Reset'), { method: 'custom', content: { event: 'click' } });
    assert.equal(front.models.get(idOf(front, 'epochs'))!.value, 6);
  });
});
