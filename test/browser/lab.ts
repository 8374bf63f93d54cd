/** A JupyterLab of the project's own, and a headless Chromium that looks at it. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { projectRoot, script } from '../scripts/project';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium, or what `LITTLE_DATA_CHROMIUM` names; `undefined` where there is none. */
export function findChromium(): string | undefined {
  return [process.env.LITTLE_DATA_CHROMIUM ?? '', ...candidates].find((file) => file && fs.existsSync(file));
}

/** A running JupyterLab on a folder of copies of the notebooks. */
export class Lab {
  private constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    readonly folder: string,
    private readonly address: (path: string) => string,
  ) {}

  /** Starts JupyterLab as `npm run lab` does, on copies of the notebooks, with `data` as the data folder. */
  static async start({ data, env = {} }: { data: string; env?: NodeJS.ProcessEnv }): Promise<Lab> {
    const { jupyterEnvironment, labArguments, venvPython } = await script('setup/jupyter.mjs');
    // Below the project, where a notebook finds its package.
    const folder = path.join(projectRoot, '.cache', 'test-lab', String(process.pid));
    fs.cpSync(path.join(projectRoot, 'notebooks'), folder, { recursive: true });
    const [port, token] = [await freePort(), `t${process.pid}`];
    const server = spawn(
      venvPython(),
      labArguments([
        `--ServerApp.root_dir=${folder}`,
        `--ServerApp.port=${port}`,
        `--IdentityProvider.token=${token}`,
        '--no-browser',
      ]),
      {
        env: jupyterEnvironment({
          env: { ...process.env, LITTLE_DATA_DIR: data, LITTLE_DATA_PHOTOS: '', ...env },
        }),
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    await isListening(server);
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    return new Lab(
      server,
      browser,
      folder,
      (file) => `http://127.0.0.1:${port}/lab/tree/${file}?reset&token=${token}`,
    );
  }

  /** Opens a notebook and waits until its kernel is there. */
  async open(notebook: string): Promise<Page> {
    const page = await this.browser.newPage({ viewport: { width: 1280, height: 1600 } });
    await page.goto(this.address(notebook));
    await page.getByText('TypeScript (little-data)').first().waitFor({ timeout: 120_000 });
    await waitForIdle(page);
    return page;
  }

  /** The notebook as it stands on the disk. */
  saved(notebook: string): { cells: SavedCell[] } {
    return JSON.parse(fs.readFileSync(path.join(this.folder, notebook), 'utf8'));
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const ended = new Promise((resolve) => this.server.once('close', resolve));
    this.server.kill('SIGTERM');
    await ended;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A cell of a saved notebook. */
export interface SavedCell {
  cell_type: string;
  source: string | string[];
  execution_count?: number | null;
  outputs?: {
    output_type: string;
    name?: string;
    text?: string | string[];
    data?: Record<string, unknown>;
  }[];
}

/** Chooses an entry of a menu of JupyterLab, such as `menu(page, 'Run', 'Run All Cells')`. */
export async function menu(page: Page, name: string, entry: string): Promise<void> {
  await page.locator('.lm-MenuBar-itemLabel', { hasText: new RegExp(`^${name}$`) }).click();
  await page.locator('.lm-Menu-itemLabel', { hasText: new RegExp(`^${entry}$`) }).click();
}

/** Waits until the kernel has nothing to do. */
export async function waitForIdle(page: Page, { timeout = 300_000 } = {}): Promise<void> {
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first().waitFor({ timeout });
}

/** Saves the notebook and waits until it is on the disk. */
export async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.locator('.lm-TabBar-tab.jp-mod-current.jp-mod-dirty').waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isListening(server: ChildProcess): Promise<void> {
  let printed = '';
  return new Promise((resolve, reject) => {
    server.stderr!.on('data', (data) => {
      printed += data;
      if (/\/lab\?token=/.test(printed)) resolve();
    });
    server.once('close', () => reject(new Error(`JupyterLab ended:\n${printed}`)));
  });
}
