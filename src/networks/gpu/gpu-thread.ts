/** The thread that computes on the graphics card, seen from the thread that asks it to. */
import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ConvLayer } from '../graph/conv-graph';
import { GpuLost } from './gpu-lost';

/** A graphics card, or a program that stands for one. */
export interface Adapter {
  /** `nvidia`, `amd`, `google`; may be empty. */
  vendor: string;
  architecture: string;
  device: string;
  /** The driver, most often with its version. */
  description: string;
  /** Whether the processor computes, in place of a graphics card. */
  isSoftware: boolean;
  /** The most bytes that a tensor may have. */
  maxBytes: number;
}

/** A weight or an array of pixels. */
export interface GpuArray {
  shape: readonly number[];
  values: Float32Array;
}

/** A network as the thread gets it: layers that it computes itself, or a model of TensorFlow.js. */
export type GpuModel = { layers: readonly ConvLayer[]; weights: readonly GpuArray[] } | { artifacts: object };

/** Pixels on their way: bytes that the card prepares by a table, or what was prepared already. */
export type GpuPixels = { bytes: Uint8Array; table: Float32Array } | { values: Float32Array };

/** What the thread is asked for. */
export type GpuTask =
  | { do: 'load'; network: number; model: GpuModel }
  | { do: 'free'; network: number }
  | { do: 'largest'; network: number; shape: readonly number[] }
  | { do: 'run'; network: number; shape: readonly number[]; pixels: GpuPixels }
  | { do: 'memory' }
  | { do: 'close' };

/** What the thread gives: of a run the output, of `largest` its largest tensor in bytes, of `memory` what tensors there are. */
export interface GpuAnswer extends Partial<GpuArray> {
  bytes?: number;
  tensors?: number;
}

/** What the thread says: first which card it has, then the answer to a question, or why there is none, or that it is over. */
export type GpuMessage =
  | { adapter: Adapter | undefined }
  | { id: number; answer: GpuAnswer }
  | { id: number; fault: string }
  | { lost: string };

/** So long (ms) a process that ends waits for a batch. */
const patience = 5000;

interface Question {
  resolve(answer: GpuAnswer): void;
  reject(error: Error): void;
}

/** The thread. It does not keep the process alive while nobody waits for it. */
export class GpuThread {
  /** Why it can't compute any more. */
  lost: string | undefined;
  private readonly questions = new Map<number, Question>();
  private asked = 0;
  private isClosing = false;

  private constructor(
    private readonly worker: Worker,
    private readonly underWay: Int32Array,
    readonly adapter: Adapter,
  ) {
    worker.on('message', (message: GpuMessage) => this.receive(message));
    worker.on('error', (error) => this.end(error.message));
    worker.on('exit', () => this.end('its thread has ended'));
    // After the listeners, which would hold it.
    worker.unref();
  }

  /** Starts a thread; undefined where it finds no card that WebGPU can use. */
  static async start(): Promise<GpuThread | undefined> {
    // What the thread works on, which both threads see: now, its search for a card.
    const underWay = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const worker = new Worker(path.join(__dirname, 'gpu-worker.mjs'), {
      workerData: { underWay },
      // Without the flags that load TypeScript.
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    waitAtExit(worker, underWay);
    const [{ adapter }] = (await once(worker, 'message')) as [{ adapter: Adapter | undefined }];
    if (adapter) return new GpuThread(worker, underWay, adapter);
    await worker.terminate();
    return undefined;
  }

  /**
   * Asks for something; several questions may be under way, and are answered in their order.
   * @param transfer memory that the thread takes over.
   * @throws GpuLost where the card is lost, now or meanwhile, or can't do it.
   */
  ask(task: GpuTask, transfer: ArrayBuffer[] = []): Promise<GpuAnswer> {
    if (this.lost !== undefined) return Promise.reject(new GpuLost(this.lost));
    const id = this.asked++;
    return new Promise((resolve, reject) => {
      this.questions.set(id, { resolve, reject });
      this.worker.ref();
      Atomics.add(this.underWay, 0, 1);
      this.worker.postMessage({ id, task }, transfer);
    });
  }

  /** Gives the card back; what is under way fails. */
  async close(): Promise<void> {
    if (this.lost !== undefined) return;
    const ended = new Promise((resolve) => this.worker.once('exit', resolve));
    this.isClosing = true;
    await this.ask({ do: 'close' }).catch(() => {});
    await ended;
  }

  private receive(message: GpuMessage): void {
    if ('lost' in message) this.end(message.lost);
    if (!('id' in message)) return;
    const question = this.questions.get(message.id);
    this.questions.delete(message.id);
    this.rest();
    if ('fault' in message) question?.reject(new GpuLost(message.fault));
    else question?.resolve(message.answer);
  }

  private end(reason: string): void {
    this.lost ??= reason;
    for (const { reject } of this.questions.values()) reject(new GpuLost(this.lost));
    this.questions.clear();
    this.rest();
  }

  /** Lets the process end where it has nothing else to do. */
  private rest(): void {
    if (this.questions.size === 0 && !this.isClosing) this.worker.unref();
  }
}

/** Where a thread ends while it works, Dawn ends the process with an error of its own: a process that ends waits for the thread. */
function waitAtExit(worker: Worker, underWay: Int32Array): void {
  const wait = () => {
    const deadline = Date.now() + patience;
    for (let left = Atomics.load(underWay, 0); left > 0; left = Atomics.load(underWay, 0))
      if (Date.now() > deadline || Atomics.wait(underWay, 0, left, patience) === 'timed-out') return;
  };
  process.on('exit', wait);
  worker.once('exit', () => process.off('exit', wait));
}
