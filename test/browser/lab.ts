/** A JupyterLab of a copy of the project, and a headless Chromium that looks at it. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { script } from '../scripts/project';
import { copyProject, writeNotebook } from './project';
import { until } from './until';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium, or what `LITTLE_DATA_CHROMIUM` names; `undefined` where there is none. */
export function findChromium(): string | undefined {
  return [process.env.LITTLE_DATA_CHROMIUM ?? '', ...candidates].find((file) => file && fs.existsSync(file));
}

/** A running JupyterLab on the notebooks of a copy of the project, with a `data/` of its own. */
export class Lab {
  private constructor(
    /** The copy: what a test changes in it changes nothing else. */
    readonly root: string,
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    private readonly address: (path: string) => string,
  ) {}

  /** Starts JupyterLab as `npm run lab` does; there are no photos but those that are drawn. */
  static async start(): Promise<Lab> {
    const { jupyterEnvironment, labArguments, venvPython } = await script('setup/jupyter.mjs');
    const root = copyProject();
    const [port, token] = [await freePort(), `t${process.pid}`];
    const env = {
      ...process.env,
      LITTLE_DATA_DIR: '',
      LITTLE_DATA_PHOTOS: '',
      LITTLE_DATA_RUNS: '',
      LITTLE_DATA_OWN_PHOTOS: undefined,
    };
    const server = spawn(
      venvPython(),
      labArguments([`--ServerApp.port=${port}`, `--IdentityProvider.token=${token}`, '--no-browser'], {
        root,
      }),
      { env: jupyterEnvironment({ root, env }), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await isListening(server);
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    const context = await browser.newContext({ viewport: { width: 1280, height: 1600 } });
    const address = (place: string) =>
      `http://127.0.0.1:${port}/${place}${place.includes('?') ? '&' : '?'}token=${token}`;
    return new Lab(root, server, browser, context, address);
  }

  /** Writes a notebook of code cells beside the copies of the project's own. */
  write(notebook: string, cells: readonly string[]): void {
    writeNotebook(this.file(notebook), cells);
  }

  /** Changes the code of a copy of a notebook, each `from` into its `to`, and takes its outputs away. */
  edit(notebook: string, changes: readonly (readonly [from: string, to: string])[]): void {
    const content = this.saved(notebook);
    for (const [from, to] of changes) {
      const found = content.cells.find((cell) => sourceOf(cell).includes(from));
      if (!found) throw new Error(`${notebook} has no cell with: ${from}`);
      found.source = sourceOf(found).replace(from, to);
    }
    for (const cell of content.cells) if (cell.cell_type === 'code') cell.outputs = [];
    fs.writeFileSync(this.file(notebook), JSON.stringify(content));
  }

  /** Opens a notebook and waits until its kernel is there. */
  async open(notebook: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.address(`lab/tree/${notebook}?reset`));
    const toolbar = page.locator('.jp-NotebookPanel-toolbar');
    await until(
      page,
      `${notebook} is open and its kernel connected`,
      async () =>
        (await toolbar.getByText('TypeScript (little-data)').count()) &&
        (await toolbar.locator(':is([data-status="idle"], [data-status="busy"])').count()),
      { mayFail: true },
    );
    return page;
  }

  /** Closes a page and ends the kernel behind it, which holds a network in memory. */
  async close(page: Page): Promise<void> {
    await page.close({ runBeforeUnload: false });
    const { request } = this.context;
    for (const { id } of await (await request.get(this.address('api/sessions'))).json())
      await request.delete(this.address(`api/sessions/${id}`), { headers: await this.xsrf() });
  }

  /** The notebook as it stands on the disk. */
  saved(notebook: string): { cells: SavedCell[] } {
    return JSON.parse(fs.readFileSync(this.file(notebook), 'utf8'));
  }

  /** A file beside the notebooks. */
  file(name: string): string {
    return path.join(this.root, 'notebooks', name);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const ended = new Promise((resolve) => this.server.once('close', resolve));
    this.server.kill('SIGTERM');
    await ended;
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  private async xsrf(): Promise<Record<string, string>> {
    const cookies = await this.context.cookies();
    return { 'X-XSRFToken': cookies.find(({ name }) => name === '_xsrf')?.value ?? '' };
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

/** The text of a cell. */
export function sourceOf({ source }: SavedCell): string {
  return [source].flat().join('');
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
