/** The process that speaks with Dask: started, given tasks and heard in lines of JSON. See `scripts/cluster/client.py`. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { problem } from '../../check';
import { projectRoot } from '../../paths';
import type { ClusterPlace } from './cluster-place';
import { linesOf } from './photo-list';

const photo = v.union([v.object({ hash: v.string() }), v.object({ reason: v.string() })]);
const answer = v.union([v.object({ photos: v.array(photo) }), v.object({ stopped: v.literal(true) })]);
const event = v.variant('event', [
  v.object({ event: v.literal('workers'), count: v.number() }),
  v.object({ event: v.literal('kind'), worker: v.string(), kind: v.string() }),
  v.object({ event: v.literal('began'), task: v.string(), began: v.string() }),
  v.object({ event: v.literal('done'), task: v.string(), done: v.number() }),
  v.object({ event: v.literal('finished'), task: v.string(), answer }),
  v.object({
    event: v.literal('failed'),
    task: v.optional(v.string()),
    worker: v.optional(v.string()),
    error: v.string(),
    refused: v.boolean(),
  }),
  v.object({ event: v.literal('lost') }),
]);

/** What the process tells; `ended`: it has ended, with the last lines that it printed. */
export type DaskEvent = v.InferOutput<typeof event> | { event: 'ended'; errors: string };

/** What the process and the workers' programs are started with. */
export interface DaskSettings {
  place: ClusterPlace;
  /** The name of the run's plugin on the workers. */
  plugin: string;
  /** The worker's program, its folder, and what its environment has beside the worker's own. */
  command: string[];
  home: string;
  env: Record<string, string>;
  /** Where photos and rows travel by an object store. */
  objects: { photos: string; rows: string; store: string; token: string } | null;
}

/** A job for a worker, as JSON. */
export interface DaskJob {
  id: string;
  photos: string[];
  kind?: string;
}

/** So long the process may take to cancel its tasks and end (ms). */
const endsWithin = 25_000;

/** The process. */
export class DaskClient {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private errors = '';

  /** @param hear takes each event. */
  constructor(settings: DaskSettings, hear: (event: DaskEvent) => void) {
    const { PYTHONPATH: _path, PYTHONHOME: _home, ...env } = process.env;
    this.child = spawn(
      daskPython(),
      ['-I', path.join(projectRoot, 'scripts', 'cluster', 'client.py')],
      // A group of its own: Ctrl-C in a terminal is for this process alone, which then ends that one.
      { cwd: projectRoot, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
    );
    this.child.stderr!.on('data', (text) => {
      this.errors = (this.errors + text).slice(-4000);
    });
    // It may have ended before it has read all: its end tells.
    this.child.stdin!.on('error', () => {});
    this.ended = new Promise((resolve) => {
      const end = () => {
        hear({ event: 'ended', errors: this.errors.trim() });
        resolve();
      };
      this.child.on('error', (error) => {
        this.errors += error.message;
        end();
      });
      this.child.on('close', end);
    });
    this.say(settings);
    this.listen(hear);
  }

  /** Gives a task out, for the first time or again. @param avoid the workers that should not get it, if there are others. */
  submit(job: DaskJob, attempt: number, avoid: readonly string[] = []): void {
    this.say({ submit: job, try: attempt, avoid });
  }

  /** Takes all tries of a task back. */
  cancel(id: string): void {
    this.say({ cancel: id });
  }

  /** Cancels what is under way and ends the process. */
  async close(): Promise<void> {
    this.child.stdin!.end();
    const late = setTimeout(() => this.child.kill('SIGKILL'), endsWithin);
    await this.ended;
    clearTimeout(late);
  }

  private say(message: object): void {
    this.child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  private async listen(hear: (event: DaskEvent) => void): Promise<void> {
    for await (const line of linesOf(this.child.stdout!)) {
      const text = line.toString();
      if (text.startsWith('{')) hear(v.parse(event, JSON.parse(text)));
    }
  }
}

/** The interpreter of Dask's environment. @throws where that is missing. */
function daskPython(): string {
  const folder = path.join(projectRoot, 'scripts', 'cluster', '.venv');
  const python =
    process.platform === 'win32'
      ? path.join(folder, 'Scripts', 'python.exe')
      : path.join(folder, 'bin', 'python');
  if (fs.existsSync(python)) return python;
  throw problem({
    where: '`cluster`',
    expected: 'Dask, which the set-up installs only when asked',
    found: 'no scripts/cluster/.venv',
    next: 'Run `npm run setup -- --cluster` in the project, and try again.',
  });
}
