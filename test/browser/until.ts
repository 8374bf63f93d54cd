/** Waiting for what a page is to show, with an end that says what was there instead. */
import type { Page } from 'playwright-core';

const errorText = '[data-mime-type="application/vnd.jupyter.stderr"]';

/**
 * Waits until `condition` gives something true, and returns it. Fails at once where a cell of the page prints an error.
 * @param what ends the sentence "This did not happen: ...". @param options `timeout`: ms, default 10 minutes, many times
 *   what is needed; `mayFail`: errors of cells are expected.
 */
export async function until<T>(
  page: Page,
  what: string,
  condition: () => Promise<T>,
  { timeout = 600_000, mayFail = false }: { timeout?: number; mayFail?: boolean } = {},
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const found = await condition();
    if (found) return found;
    const errors = mayFail ? [] : await page.locator(errorText).allTextContents();
    if (errors.length > 0 || performance.now() > end) await screenshot(page);
    if (errors.length > 0)
      throw new Error(`A cell failed, so this did not happen: ${what}.\n${errors.join('\n')}`);
    if (performance.now() > end) {
      const texts = await page.locator('.jp-OutputArea-output').allTextContents();
      const last = texts.slice(-3).map((text) => text.slice(-500));
      throw new Error(
        `This did not happen in ${timeout / 1000} s: ${what}. The last outputs are:\n${last.join('\n')}`,
      );
    }
    await page.waitForTimeout(100);
  }
}

async function screenshot(page: Page): Promise<void> {
  const path = process.env.LITTLE_DATA_SCREENSHOT;
  if (path) await page.screenshot({ path });
}
