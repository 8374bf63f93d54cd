/** What a person does with an open notebook. */
import type { Locator, Page } from 'playwright-core';
import { until } from './until';

/** Chooses an entry of a menu, such as `menu(page, 'Run', 'Run All Cells')`; more names go into its submenus. */
export async function menu(page: Page, name: string, ...entries: string[]): Promise<void> {
  await page.locator('.lm-MenuBar-itemLabel', { hasText: exactly(name) }).click();
  for (const entry of entries) await page.locator('.lm-Menu-itemLabel', { hasText: exactly(entry) }).click();
}

const mayFail = { mayFail: true };

/** A code cell: by its place, from 0, or by a piece of its code. */
export type Which = number | string;

/** A code cell of the open notebook. */
export function cell(page: Page, which: Which): Locator {
  const cells = page.locator('.jp-Notebook .jp-CodeCell');
  if (typeof which === 'number') return cells.nth(which);
  return cells.filter({ has: page.locator('.jp-InputArea', { hasText: which }) }).first();
}

/** Runs one cell with Ctrl+Enter, and waits until it prints or shows its first output, not for its end. */
export async function startCell(page: Page, which: Which): Promise<void> {
  await until(page, `cell ${which} is at rest`, async () => !/\*/.test(await prompt(page, which)), mayFail);
  const before = await outputText(page, which);
  await press(page, which);
  await until(
    page,
    `cell ${which} gives its first output`,
    async () => {
      await pressAgain(page, which);
      const now = await outputText(page, which);
      return now !== '' && now !== before;
    },
    mayFail,
  );
}

/** Runs one cell and waits for its end. */
export async function runCell(page: Page, which: Which, options: { mayFail?: boolean } = {}): Promise<void> {
  await until(page, `cell ${which} is at rest`, async () => !/\*/.test(await prompt(page, which)), mayFail);
  const before = await prompt(page, which);
  await press(page, which);
  await until(
    page,
    `cell ${which} has run`,
    async () => {
      await pressAgain(page, which);
      const now = await prompt(page, which);
      return /\[\d+\]/.test(now) && now !== before;
    },
    options,
  );
}

/** Runs a command that runs all cells, and waits for the end of the last one. */
export async function runAll(page: Page, command: () => Promise<void>): Promise<void> {
  const prompts = page.locator('.jp-Notebook .jp-CodeCell .jp-InputPrompt');
  await command();
  await until(page, 'the cells are running', async () =>
    (await prompts.allTextContents()).some((text) => text.includes('[*]')),
  );
  await until(page, 'all cells have run', async () =>
    (await prompts.allTextContents()).every((text) => /\[\d+\]/.test(text)),
  );
}

/** Waits until a cell's outputs have a text, and returns the match. */
export async function waitForText(
  page: Page,
  which: Which,
  text: RegExp,
  options: { mayFail?: boolean } = {},
): Promise<RegExpExecArray> {
  const what = `cell ${which} shows ${text}`;
  return (await until(page, what, async () => text.exec(await outputText(page, which)), options))!;
}

/** All text below a cell. */
export async function outputText(page: Page, which: Which): Promise<string> {
  return (await cell(page, which).locator('.jp-OutputArea-output').allTextContents()).join('\n');
}

/** Saves the notebook and waits until it is on the disk. */
export async function save(page: Page): Promise<void> {
  const written = page.waitForResponse(
    (response) => response.request().method() === 'PUT' && response.url().includes('/api/contents/'),
  );
  await menu(page, 'File', 'Save Notebook');
  await (await written).finished();
}

async function press(page: Page, which: Which): Promise<void> {
  await cell(page, which).locator('.jp-InputArea-prompt').click();
  await page.keyboard.press('Control+Enter');
}

/** For 200 ms after an error tslab answers every request with "aborted": the cell is then as if it had not been run. */
async function pressAgain(page: Page, which: Which): Promise<void> {
  if (/\[ \]/.test(await prompt(page, which))) await press(page, which);
}

async function prompt(page: Page, which: Which): Promise<string> {
  return (await cell(page, which).locator('.jp-InputPrompt').textContent()) ?? '';
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
