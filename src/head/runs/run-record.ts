/** What is remembered of a training run. */
import * as v from 'valibot';
import { classIndicesSchema, recipeSchema } from '../../features/provenance';
import { sha256Text, wholeNumber } from '../../files/record';

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** A record of a run, as its file holds it. */
export const runRecordSchema = v.object({
  /** Version of this layout. */
  version: v.literal(1),
  /** Time and a random part: sorted, records stand in the order of their runs. */
  id: v.pipe(v.string(), v.regex(/^\d{8}T\d{9}-[0-9a-f]{6}$/, 'expected the id of a run')),
  name: v.string(),
  /** When it ended: ISO 8601, UTC. */
  time: v.string(),
  status: v.picklist(['complete', 'interrupted', 'stopped']),
  /** What `trainHead` was called with; `learningRate` is the text 'by hand' where a function gave it. */
  settings: v.record(v.string(), v.unknown()),
  seed: wholeNumber,
  /** The head's layers in short, such as `Flatten, Dense 256 relu, Dropout 0.5, Dense 1 sigmoid`. */
  head: v.string(),
  /** Its structure, as TensorFlow.js writes it: JSON. */
  structure: v.string(),
  classIndices: v.optional(classIndicesSchema),
  /** How many photos (rows) each split had. */
  photos: v.object({ train: wholeNumber, validation: wholeNumber }),
  recipe: v.optional(recipeSchema),
  /** SHA-256 of features and labels. */
  digests: v.object({ train: sha256Text, validation: v.optional(sha256Text) }),
  /** SHA-256 of the weights before the first step. */
  initialWeights: sha256Text,
  versions: v.record(v.string(), v.string()),
  /** Keras' `history.history`: numbers per epoch by name. */
  history: v.record(v.string(), v.array(v.number())),
  /** Of the head as it is after the run, on the validation split; `interval` is that of `acc`, 95%, by Wilson. */
  final: v.optional(v.object({ loss: v.number(), acc: fraction, interval: v.tuple([fraction, fraction]) })),
  /** For each validation row whether its prediction is right: bits, the first row lowest, in base64. */
  right: v.optional(v.string()),
  seconds: v.pipe(v.number(), v.minValue(0)),
});

/** What is remembered of a training run. */
export type RunRecord = v.InferOutput<typeof runRecordSchema>;

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
