import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../fixtures/skip';
import { findChromium, Lab } from './lab';
import { menu, runAll, save } from './notebook';

const notebook = '01-image-classification-with-little-data.ipynb';

test('Run All Cells in JupyterLab runs the tutorial on the drawn sample and draws its charts', async (context) => {
  if (!needs(context, findChromium(), 'no Chromium is installed (Debian: apt install chromium)')) return;
  const lab = await Lab.start();
  try {
    const page = await lab.open(notebook);
    await runAll(page, () => menu(page, 'Run', 'Run All Cells'));
    await save(page);

    const codes = lab.saved(notebook).cells.filter((cell) => cell.cell_type === 'code');
    for (const cell of codes) {
      assert.equal(typeof cell.execution_count, 'number', `executed: ${[cell.source].flat().join('')}`);
      const errors = (cell.outputs ?? []).filter(
        ({ output_type, name }) => output_type === 'error' || name === 'stderr',
      );
      assert.deepEqual(errors, []);
    }

    // The chart is drawn by JupyterLab's own Vega, from the specification.
    const chart = page.locator('.jp-RenderedVegaCommon5 :is(canvas, svg).marks').last();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    assert.ok(box && box.width > 200 && box.height > 100, `a chart of ${box?.width} x ${box?.height} pixels`);
    if (process.env.LITTLE_DATA_SCREENSHOT)
      await page.screenshot({ path: process.env.LITTLE_DATA_SCREENSHOT });
  } finally {
    await lab.stop();
  }
});
