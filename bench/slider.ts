/**
 * `npm run bench:slider`: from a slider's move in JupyterLab to the changed value in the kernel, while a head is trained
 * there. Both ends read the clock of this machine. Needs Chromium.
 */
import { Lab } from '../test/browser/lab';
import { cell, outputText, runCell, startCell, waitForText } from '../test/browser/notebook';

const moves = 20;

async function main(): Promise<void> {
  const lab = await Lab.start();
  try {
    lab.write('moves.ipynb', [
      `import * as tf from '@tensorflow/tfjs-node';
import { slider, trainHead } from 'little-data';
const seen: number[] = [];
const rate = slider('moves', { min: 0, max: 100, value: 0, scale: 'int' });
rate.onChange((value) => { seen[value] = Date.now(); });
rate`,
      // The tutorial's head on as many rows as it has, until all moves have arrived.
      `const stop = new AbortController();
const watch = setInterval(() => { if (seen[${moves}]) stop.abort(); }, 50);
const labels = Array.from({ length: 2000 }, (_, i) => i % 2);
console.log('trains');
try {
  await trainHead(tf.randomNormal([2000, 4, 4, 512], 0, 1, 'float32', 1), labels, { epochs: 500, seed: 1, verbose: 0, signal: stop.signal });
} catch {}
clearInterval(watch);
console.log('seen ' + JSON.stringify(seen.slice(1)));`,
    ]);
    const page = await lab.open('moves.ipynb');
    await runCell(page, 0);
    const handle = cell(page, 0).locator('.noUi-handle');
    await handle.waitFor();
    await startCell(page, 1);
    await waitForText(page, 1, /trains/);
    await page.waitForTimeout(2000);
    await handle.focus();
    const moved: number[] = [];
    for (let i = 0; i < moves; i++) {
      moved.push(Date.now());
      await page.keyboard.press('ArrowRight');
      await page.waitForTimeout(500);
    }
    await waitForText(page, 1, /seen \[/);
    const seen: number[] = JSON.parse(/seen (\[.*\])/.exec(await outputText(page, 1))![1]!);
    const times = moved.map((time, i) => seen[i]! - time).sort((a, b) => a - b);
    const median = (times[moves / 2 - 1]! + times[moves / 2]!) / 2;
    console.log(
      `Slider to kernel while a head is trained, ${moves} moves: median ${median} ms, ${times[0]} to ${times.at(-1)} ms`,
    );
  } finally {
    await lab.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
