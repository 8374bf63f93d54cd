/** What is remembered of a training run. */
import * as v from 'valibot';
import { classIndicesSchema, recipeSchema } from '../../features/provenance';
import { sha256Text, wholeNumber } from '../../files/record';

/** What is remembered of a training run. */
export interface RunRecord {
  /** Version of this layout. */
  version: 1;
  /** Time and a random part: sorted by it, records stand in the order of their runs. */
  id: string;
  /** What it is called. */
  name: string;
  /** When it ended: ISO 8601, UTC. */
  time: string;
  /** Whether it ended by itself, by Kernel > Interrupt, or because it could not come to anything. */
  status: 'complete' | 'interrupted' | 'stopped';
  /** What `trainHead` was called with; `learningRate` is the text 'by hand' where a function gave it. */
  settings: Record<string, unknown>;
  /** The seed. */
  seed: number;
  /** The head's layers in short, such as `Flatten, Dense 256 relu, Dropout 0.5, Dense 1 sigmoid`. */
  head: string;
  /** Its structure, as TensorFlow.js writes it: JSON. */
  structure: string;
  /** Class name -> label, where it is known. */
  classIndices?: Record<string, number>;
  /** How many photos (rows) each split had. */
  photos: {
    /** Of the train split. */
    train: number;
    /** Of the validation split; 0 without one. */
    validation: number;
  };
  /** How the features were made, where it is known. */
  recipe?: object;
  /** What the data was, by SHA-256. */
  digests: {
    /** Of the train features and their labels. */
    train: string;
    /** Of the validation features and their labels. */
    validation?: string;
    /** Of the bytes of the validation photos and their labels, where they are known. */
    photos?: string;
  };
  /** SHA-256 of the weights before the first step. */
  initialWeights: string;
  /** Of this package, TensorFlow, the backend and Node. */
  versions: Record<string, string>;
  /** Keras' `history.history`: numbers per epoch by name. */
  history: Record<string, number[]>;
  /** Of the head as it is after the run, on the validation split. */
  final?: {
    /** Mean cross-entropy in nats. */
    loss: number;
    /** Fraction of right predictions, 0..1. */
    acc: number;
    /** The 95% interval of `acc`, by Wilson. */
    interval: [number, number];
  };
  /** For each validation row whether its prediction is right: bits, the first row lowest, in base64. */
  right?: string;
  /** How long it took. */
  seconds: number;
}

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** A record of a run, as its file holds it. */
export const runRecordSchema = v.object({
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^\d{8}T\d{9}-[0-9a-f]{6}$/, 'expected the id of a run')),
  name: v.string(),
  time: v.string(),
  status: v.picklist(['complete', 'interrupted', 'stopped']),
  settings: v.record(v.string(), v.unknown()),
  seed: wholeNumber,
  head: v.string(),
  structure: v.string(),
  classIndices: v.optional(classIndicesSchema),
  photos: v.object({ train: wholeNumber, validation: wholeNumber }),
  recipe: v.optional(recipeSchema),
  digests: v.object({
    train: sha256Text,
    validation: v.optional(sha256Text),
    photos: v.optional(sha256Text),
  }),
  initialWeights: sha256Text,
  versions: v.record(v.string(), v.string()),
  history: v.record(v.string(), v.array(v.number())),
  final: v.optional(v.object({ loss: v.number(), acc: fraction, interval: v.tuple([fraction, fraction]) })),
  right: v.optional(v.string()),
  seconds: v.pipe(v.number(), v.minValue(0)),
}) satisfies v.GenericSchema<unknown, RunRecord>;

/** Whether two runs were evaluated on the same photos in the same order, whatever their features are. */
export function samePhotos(a: RunRecord, b: RunRecord): boolean {
  if (a.digests.validation === undefined || b.digests.validation === undefined) return false;
  if (a.digests.photos && b.digests.photos) return a.digests.photos === b.digests.photos;
  return a.digests.validation === b.digests.validation;
}

/** Packs true and false into bits, in base64. */
export function packBits(values: readonly boolean[]): string {
  const bytes = Buffer.alloc(Math.ceil(values.length / 8));
  for (const [i, value] of values.entries()) if (value) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes.toString('base64');
}

/** The first `n` of packed bits. */
export function unpackBits(text: string, n: number): boolean[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: n }, (_, i) => Boolean(bytes[i >> 3]! & (1 << (i & 7))));
}
