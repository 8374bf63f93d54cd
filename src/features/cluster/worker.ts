/** A worker: computes the photos that it is named on its standard input, and keeps their rows in the feature store. */
import type { Readable } from 'node:stream';
import { problem } from '../../check';
import { type BatchPreparation, PhotoBatches } from '../../datasets/batches/photo-batches';
import { GpuLost } from '../../networks/gpu/gpu-lost';
import { networkFor } from '../../networks/network-for';
import { InterruptedError } from '../../notebook/interrupt';
import { seededRandom } from '../../random';
import { type Extracted, type Extraction, extract } from '../extract';
import { FeatureStore, featureKey } from '../store/store';
import { type Job, linesOf, parseLine } from './photo-list';
import { graphicsKind, processorKind } from './processor-kind';
import { networkOf, type WorkerSettings } from './worker-settings';

/** What a worker found for one photo: SHA-256 of its bytes, or why it can't be read. */
export type WorkedPhoto = { hash: string; key?: string } | { reason: string };

/** What a worker says, one line of JSON each. */
export type WorkerMessage =
  /** It is ready, on this kind of processor. */
  | { ready: string }
  /** So many photos of a job are done. */
  | { id: string; done: number }
  /** A job is done; one entry per photo. */
  | { id: string; photos: WorkedPhoto[] }
  /** A job was stopped: rows that were computed are kept. */
  | { id: string; stopped: true }
  /** A job failed. */
  | { id: string; error: string };

/** What a worker works with. */
export interface WorkerStreams {
  /** The list of photos: see `src/features/cluster/photo-list.ts`. */
  input: Readable;
  /** Takes each message. */
  say: (message: WorkerMessage) => void;
}

/** As many photos as there may be: what is measured for a batch size pays. */
const many = Number.MAX_SAFE_INTEGER;

/** A worker that nobody speaks to for so long (ms) ends: whoever started it may have forgotten it. */
const idleFor = 10 * 60_000;

/**
 * Works until the input ends. Jobs are computed one after the other; lines with a path each are one job, once the input has ended. A
 * job under way when the input ends is finished where it came as paths, else stopped within a batch: who asked for it is gone.
 */
export async function work(settings: WorkerSettings, { input, say }: WorkerStreams): Promise<void> {
  const { model, preparation } = await networkOf(settings);
  const { recipe } = settings;
  const network = await networkFor(model, {
    precision: recipe.precision,
    use: { photos: many, preparation, sample: async () => noise(preparation) },
  });
  const kind = network.device === 'gpu' ? await graphicsKind() : processorKind();
  say({ ready: kind });

  const photos: string[] = [];
  let stop = new AbortController();
  let at: string | undefined;
  let last: Promise<void> = Promise.resolve();
  const waiting = new Set<string>();
  const begin = (job: Job) => {
    waiting.add(job.id);
    last = last.then(async () => {
      if (!waiting.delete(job.id)) return say({ id: job.id, stopped: true });
      [at, stop] = [job.id, new AbortController()];
      await compute(job, stop.signal);
      at = undefined;
    });
  };
  const compute = async (job: Job, signal: AbortSignal) => {
    try {
      if (job.kind !== undefined && job.kind !== kind) throw otherKind(job.kind, kind);
      const extraction: Extraction = {
        network,
        photos: new PhotoBatches(job.photos, preparation),
        place: 'the shared folder of photos',
        recipe,
        strict: false,
        verbose: 0,
        progress: { update: (done) => say({ id: job.id, done }) },
        store: new FeatureStore({ forOthers: true }),
        signal,
        allowsNone: true,
        write: () => undefined,
      };
      const extracted = await extract(extraction);
      say({ id: job.id, photos: answer(extracted, job, { recipe }) });
    } catch (error) {
      if (error instanceof InterruptedError) say({ id: job.id, stopped: true });
      else say({ id: job.id, error: (error as Error).message });
      // Another process may find the card again.
      if (error instanceof GpuLost) input.destroy();
    }
  };

  let heard = performance.now();
  const idle = setInterval(() => {
    if (at === undefined && performance.now() - heard > idleFor) input.destroy();
  }, idleFor / 10);
  idle.unref();
  for await (const bytes of linesOf(input)) {
    heard = performance.now();
    const line = parseLine(bytes);
    if (!line) continue;
    if ('photo' in line) photos.push(line.photo);
    else if ('job' in line) begin(line.job);
    else if (!waiting.delete(line.stop) && at === line.stop) stop.abort();
  }
  clearInterval(idle);
  waiting.clear();
  stop.abort();
  if (photos.length > 0) begin({ id: 'list', photos });
  await last;
}

/** A picture on which the graphics card is compared with the processor before it computes rows. */
function noise({ targetSize: [height, width] }: BatchPreparation): Uint8Array {
  const random = seededRandom(1);
  return Uint8Array.from({ length: height * width * 3 }, () => Math.floor(random() * 256));
}

function answer(
  { hashes, leftOut }: Extracted,
  { photos, keys }: Job,
  { recipe }: Pick<WorkerSettings, 'recipe'>,
): WorkedPhoto[] {
  const reasons = new Map(leftOut.map(({ at, reason }) => [at, reason]));
  let row = 0;
  return photos.map((_, at) => {
    const reason = reasons.get(at);
    if (reason !== undefined) return { reason };
    const hash = hashes[row++]!;
    return keys ? { hash, key: featureKey(hash, recipe) } : { hash };
  });
}

function otherKind(expected: string, found: string): Error {
  return problem({
    where: 'a worker',
    expected: `the kind of processor that the other rows are computed on (${expected})`,
    found,
    next: 'Features of two kinds differ by rounding. Leave one kind out, or pass `--mixed` (`mixed: true`).',
  });
}
