/** Features on several machines: Dask's workers compute the rows that the store lacks, and this process gathers them. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LittleDataError, problem } from '../../check';
import { bytesOf } from '../../files/byte-names';
import { newToken } from '../../files/owner.cjs';
import { InterruptedError, interruptible } from '../../notebook/interrupt';
import { progressBar } from '../../notebook/progress-bar';
import { projectRoot, sharedDataPath } from '../../paths';
import type { Run } from '../features-of';
import { rowPath } from '../store/row-file';
import { SeenFiles } from '../store/seen-files';
import { featureKey } from '../store/store';
import { storePath } from '../store/store-folder';
import { type CheckedCluster, seenByWorkers } from './cluster-options';
import { DaskClient, type DaskEvent, type DaskSettings } from './dask-client';
import { type Task, TaskBoard } from './task-board';
import { workerSettings } from './worker-settings';

/** So many tasks per worker are given out at once: one that runs, one that waits, one for a worker that joins. */
const perWorker = 3;

/** So often (ms) is looked for interrupts and late tasks. */
const lookEvery = 500;

/** So often in a row, without a task that is done in between, Dask's process may be lost. */
const mostStarts = 4;

/** Has the rows of a run's photos computed that the store lacks. @returns the kind of processor they were computed on; `undefined` for none. */
export function extractOnCluster(run: Run, cluster: CheckedCluster): Promise<string | undefined> {
  return interruptible((interrupted) => new ClusterRun(run, cluster, interrupted).toItsEnd());
}

class ClusterRun {
  private readonly events: DaskEvent[] = [];
  private readonly seen = new SeenFiles();
  private readonly board: TaskBoard;
  private readonly settings: DaskSettings;
  private readonly before: number;
  private wake: () => void = () => {};
  private client: DaskClient | undefined;
  private workers = 0;
  private kind: string | undefined;
  private starts = 0;
  /** Photos since the memory of files was written: the more it holds, the longer that takes. */
  private unwritten = 0;

  constructor(
    private readonly run: Run,
    private readonly cluster: CheckedCluster,
    private readonly interrupted: () => boolean,
  ) {
    const { preparation, files } = run.photos;
    const own = workerSettings(run.recipe, preparation, { base: cluster.base });
    const missing = this.missing();
    this.before = files.length - missing.length;
    this.board = new TaskBoard(missing, { batchSize: preparation.batchSize });
    this.settings = daskSettings(cluster, JSON.stringify(own));
  }

  async toItsEnd(): Promise<string | undefined> {
    if (this.board.isDone) return undefined;
    const progress = this.run.verbose ? progressBar(this.run.photos.files.length) : undefined;
    progress?.update(this.before, 'starting the workers');
    try {
      while (!this.board.isDone) {
        this.start();
        this.giveOut();
        await this.something();
        for (const event of this.events.splice(0)) this.hear(event);
        const workers = `${this.workers} worker${this.workers === 1 ? '' : 's'}`;
        progress?.update(this.before + this.board.done, workers);
        if (this.interrupted() && !this.board.isDone) throw this.stopped();
      }
      return this.kind;
    } finally {
      this.seen.write({ all: true });
      await this.client?.close();
    }
  }

  /** The places of the photos that have no row yet, as far as this can be told without reading them. */
  private missing(): number[] {
    const { recipe, photos } = this.run;
    return [...photos.files.keys()].filter((at) => {
      const hash = this.known(photos.files[at]!);
      return !hash || !fs.existsSync(rowPath(featureKey(hash, recipe!)));
    });
  }

  private known(file: string): string | undefined {
    const state = fs.statSync(bytesOf(file), { throwIfNoEntry: false });
    return state && this.seen.hashOf(file, state);
  }

  private start(): void {
    if (this.client) return;
    const client = new DaskClient(this.settings, (event) => {
      // What an earlier process still says is about tasks that were given out again.
      if (this.client !== client) return;
      this.events.push(event);
      this.wake();
    });
    this.client = client;
  }

  private giveOut(): void {
    if (this.kind === undefined) return;
    const at = performance.now();
    while (this.board.given < perWorker * Math.max(1, this.workers)) {
      const task = this.board.next({ workers: this.workers, at });
      if (!task) break;
      this.submit(task);
    }
    const { tasks, avoid } = this.board.overdue({ at });
    for (const task of tasks) this.submit(task, avoid);
  }

  private submit({ id, places, tries }: Task, avoid?: string[]): void {
    const { objects, paths, mixed } = this.cluster;
    const { photos, place } = this.run;
    const name = (file: string) =>
      objects ? path.relative(place, file).split(path.sep).join('/') : seenByWorkers(file, paths);
    const job = { id, photos: places.map((at) => name(photos.files[at]!)) };
    this.client!.submit(mixed ? job : { ...job, kind: this.kind! }, tries, avoid);
  }

  private hear(event: DaskEvent): void {
    const at = performance.now();
    if (event.event === 'workers') this.workers = event.count;
    else if (event.event === 'kind') this.checkKind(event);
    else if (event.event === 'began') this.board.heardOf(event.task, { at, worker: event.began });
    else if (event.event === 'done') this.board.heardOf(event.task, { at, done: event.done });
    else if (event.event === 'finished') this.finish(event.task, event.answer);
    else if (event.event === 'failed') this.fail(event);
    else this.startAgain(event);
  }

  private finish(id: string, answer: Extract<DaskEvent, { event: 'finished' }>['answer']): void {
    if ('stopped' in answer) {
      this.board.putBack(id);
      return;
    }
    const task = this.board.finish(id, { at: performance.now() });
    if (!task) return;
    this.starts = 0;
    if (task.tries > 1) this.client!.cancel(id);
    for (const [i, place] of task.places.entries()) {
      const found = answer.photos[i]!;
      const file = this.run.photos.files[place]!;
      const state = fs.statSync(bytesOf(file), { throwIfNoEntry: false });
      if (state && 'hash' in found) this.seen.remember({ path: file, state, hash: found.hash });
    }
    this.unwritten += task.places.length;
    if (this.unwritten < this.board.done / 4) return;
    this.seen.write();
    this.unwritten = 0;
  }

  private fail({ task: id, worker, error, refused }: Extract<DaskEvent, { event: 'failed' }>): void {
    const outcome = refused || id === undefined ? 'over' : this.board.fail(id);
    if (outcome === 'waits') return;
    const task = id === undefined ? undefined : this.board.task(id);
    if (outcome === 'again' && task) {
      this.submit(task, task.worker === undefined ? [] : [task.worker]);
      return;
    }
    throw new LittleDataError(
      `A worker${worker ? ` (${worker})` : ''} could not compute its photos: ${error} What was computed is kept.`,
    );
  }

  private checkKind({ kind, worker }: Extract<DaskEvent, { event: 'kind' }>): void {
    this.kind ??= kind;
    if (kind === this.kind || this.cluster.mixed) return;
    throw problem({
      where: 'the workers',
      expected: `one kind of processor, as features of two kinds differ by rounding (${this.kind})`,
      found: `${kind} on ${worker}`,
      next: 'Leave one kind out, or pass `--mixed` (`mixed: true`).',
    });
  }

  /** Dask's process has ended, or lost the scheduler: what was under way is given out again by a new one. */
  private startAgain(event: DaskEvent): void {
    if (++this.starts >= mostStarts || (event.event === 'ended' && this.kind === undefined))
      throw problem({
        where: 'the cluster',
        expected: 'a Dask scheduler that answers',
        found:
          event.event === 'ended' ? event.errors || 'that its client ended' : 'a connection that was cut',
        next: 'Look at its log. What was computed is kept: run this again to resume.',
      });
    this.client?.close();
    this.client = undefined;
    this.events.length = 0;
    this.board.putAllBack();
  }

  /** Resolves once something was heard, or it is time to look around. */
  private async something(): Promise<void> {
    if (this.events.length > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lookEvery);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private stopped(): InterruptedError {
    const done = this.before + this.board.done;
    return new InterruptedError(
      `Interrupted after ${done} of ${this.run.photos.files.length} photos. Their features are kept. Run it again to resume.`,
    );
  }
}

function daskSettings(cluster: CheckedCluster, settings: string): DaskSettings {
  const { place, paths, home, objects } = cluster;
  const isLocal = 'local' in place;
  // A worker per part of this machine; elsewhere, a worker has what its machine gives it.
  const threads = isLocal ? Math.max(1, Math.floor(os.availableParallelism() / place.local)) : undefined;
  const { LITTLE_DATA_BACKEND: backend } = process.env;
  return {
    place,
    plugin: `little-data-${randomBytes(6).toString('hex')}`,
    command: [
      isLocal ? process.execPath : 'node',
      ...['--initial-old-space-size=512', path.posix.join('scripts', 'extract.mjs'), '--settings', settings],
    ],
    home: home ?? seenByWorkers(projectRoot, paths),
    env: {
      LITTLE_DATA_DIR: seenByWorkers(path.dirname(sharedDataPath('cache')), paths),
      TF_CPP_MIN_LOG_LEVEL: '2',
      ...(backend && { LITTLE_DATA_BACKEND: backend }),
      ...(threads && { TF_NUM_INTRAOP_THREADS: String(threads) }),
    },
    objects: objects ? { ...objects, store: storePath(), token: newToken().replace(/-[^-]*$/, '') } : null,
  };
}
