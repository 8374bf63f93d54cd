/** Which photos are in which task, what is done, and which task has to be given out again. */
import { TaskSizes } from './task-sizes';

/** Photos that one worker computes in one go. */
export interface Task {
  id: string;
  /** The photos' places in the list. */
  places: number[];
  /** How often it was given out. */
  tries: number;
  /** How many of these tries failed. */
  failures: number;
  /** When it was given out, when its worker began, and when that one was last heard of (ms). */
  given: number;
  began?: number;
  heard?: number;
  /** The worker that began it last. */
  worker?: string;
  /** How many of its photos its worker says are done. */
  done: number;
}

/**
 * A worker that says nothing for so long (ms), and for so many times as long as a batch takes, is taken for frozen: it speaks every few
 * seconds, after a batch.
 */
const silence = { least: 20_000, unknown: 60_000, batches: 20 };

/** A task that takes so many times longer than expected is given to another worker too, once no photo waits. */
const straggles = 5;

/** So many times a task is given out at most. */
const mostTries = 2;

/** The tasks of one run. */
export class TaskBoard {
  private readonly sizes: TaskSizes;
  private readonly open = new Map<string, Task>();
  private readonly waiting: number[];
  private made = 0;
  private finished = 0;

  /** @param places the photos' places in the list, in the order in which they are computed. */
  constructor(
    places: readonly number[],
    private readonly options: { batchSize: number },
  ) {
    this.waiting = [...places].reverse();
    this.sizes = new TaskSizes(options.batchSize);
  }

  /** Whether no photo is left. */
  get isDone(): boolean {
    return this.waiting.length === 0 && this.open.size === 0;
  }

  /** How many photos are done, those that workers have told of in tasks under way among them. */
  get done(): number {
    return [...this.open.values()].reduce((sum, task) => sum + task.done, this.finished);
  }

  /** How many tasks are given out. */
  get given(): number {
    return this.open.size;
  }

  /** The next task; `undefined` where no photo waits. */
  next({ workers, at }: { workers: number; at: number }): Task | undefined {
    const left = this.waiting.length;
    if (left === 0) return undefined;
    const places = this.waiting.splice(left - this.sizes.next({ left, workers })).reverse();
    const task = { id: `task-${++this.made}`, places, tries: 1, failures: 0, given: at, done: 0 };
    this.open.set(task.id, task);
    return task;
  }

  /** A task's worker has begun it, or has done so many of its photos. */
  heardOf(id: string, { at, worker, done = 0 }: { at: number; worker?: string; done?: number }): void {
    const task = this.open.get(id);
    if (!task) return;
    task.began ??= at;
    task.heard = at;
    task.worker = worker ?? task.worker;
    task.done = Math.max(task.done, done);
  }

  /** The task that is done now, for the first time; `undefined` where another worker was quicker. */
  finish(id: string, { at }: { at: number }): Task | undefined {
    const task = this.open.get(id);
    if (!task) return undefined;
    this.open.delete(id);
    this.finished += task.places.length;
    if (task.began !== undefined && task.tries === 1)
      this.sizes.measured({ photos: task.places.length, seconds: (at - task.began) / 1000 });
    return task;
  }

  /** A try of a task failed. `'again'`: it is to be given out once more; `'waits'`: another try is under way; `'over'`: there is none. */
  fail(id: string): 'again' | 'waits' | 'over' {
    const task = this.open.get(id);
    if (!task) return 'waits';
    if (++task.failures < task.tries) return 'waits';
    if (task.tries >= mostTries) return 'over';
    task.tries++;
    return 'again';
  }

  /** A task that is under way. */
  task(id: string): Task | undefined {
    return this.open.get(id);
  }

  /** The photos of a task wait again: its worker stopped before all were done. What it has computed is in the store. */
  putBack(id: string): void {
    const task = this.open.get(id);
    if (!task) return;
    this.open.delete(id);
    this.waiting.push(...[...task.places].reverse());
  }

  /** The photos of all tasks that are under way wait again. */
  putAllBack(): void {
    for (const id of [...this.open.keys()]) this.putBack(id);
  }

  /**
   * The tasks that are to be given to another worker as well: theirs is silent, or much too slow, or has not begun while no worker
   * says anything. Each is named once, with the workers to leave out.
   */
  overdue({ at }: { at: number }): { tasks: Task[]; avoid: string[] } {
    const tasks = [...this.open.values()];
    const late = tasks.filter((task) => this.isLate(task, at));
    const isQuiet = tasks.every(({ heard, given }) => at - (heard ?? given) > this.silence);
    const again = tasks.filter(
      (task) => task.tries < mostTries && (late.includes(task) || (isQuiet && task.began === undefined)),
    );
    for (const task of again) task.tries++;
    return { tasks: again, avoid: late.flatMap(({ worker }) => worker ?? []) };
  }

  private get silence(): number {
    const batch = this.sizes.expected(this.options.batchSize);
    return batch === undefined ? silence.unknown : Math.max(silence.least, silence.batches * batch * 1000);
  }

  private isLate({ began, heard, places }: Task, at: number): boolean {
    if (began === undefined || heard === undefined) return false;
    if (at - heard > this.silence) return true;
    const expected = this.sizes.expected(places.length);
    if (expected === undefined || this.waiting.length > 0) return false;
    return at - began > Math.max(this.silence, straggles * expected * 1000);
  }
}
