/** Where features come from: what they were computed of, row by row. It goes with them from file to file. */
import type { Tensor } from '@tensorflow/tfjs-node';
import * as v from 'valibot';
import type { Preprocessing } from '../datasets/batches/preprocessing';
import { named, pathWithin, sha256Text, wholeNumber } from '../files/record';
import type { ExifOrientation } from '../images/decode-photo';
import { type Interpolation, interpolations, type Resizing } from '../images/resize-photo';
import type { Precision } from '../networks/graph/conv-graph';
import { processState } from '../state';

/** How a photo becomes a row of features: all that must be the same for a head to know what it sees. */
export interface FeatureRecipe {
  /** SHA-256 of the network's layers and weights. */
  model: string;
  /** `[height, width]` that photos are resized to. */
  targetSize: [number, number];
  preprocessing: Preprocessing;
  /** How a photo is resized, as Pillow does it. */
  resampling: Interpolation;
  /** The fraction of each photo's centre that is kept; missing where it is all of it. */
  cropFraction?: number;
  exifOrientation: ExifOrientation;
  /** What the network multiplies in; its features are float32 either way. */
  precision: Precision;
  /** `'gpu'` where a graphics card ran the network, whose rounding is its own; missing where the processor did. */
  device?: 'gpu';
}

const size = v.pipe(wholeNumber, v.minValue(1));

/** A recipe in a record; an earlier version of this package wrote neither `resampling` nor `precision`. */
export const recipeSchema = v.object({
  model: sha256Text,
  targetSize: v.tuple([size, size]),
  preprocessing: v.object({
    rescale: v.pipe(v.number(), v.finite()),
    function: v.nullable(v.string()),
    digest: v.optional(v.string()),
  }),
  resampling: v.optional(v.picklist(interpolations), 'nearest'),
  cropFraction: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  exifOrientation: v.picklist(['apply', 'ignore']),
  precision: v.optional(v.picklist(['float32', 'bfloat16']), 'float32'),
  device: v.optional(v.literal('gpu')),
}) satisfies v.GenericSchema<unknown, FeatureRecipe>;

/** Class name -> label in a record: 0, 1, ... */
export const classIndicesSchema = v.pipe(
  named(v.string(), wholeNumber),
  v.check((classes) => {
    const labels = new Set(Object.values(classes));
    return Object.keys(classes).every((_, label) => labels.has(label));
  }, 'expected the labels 0, 1, ..., one for each class'),
);

/** The recipe where it is known, and for each row its photo and label. */
export interface Provenance {
  /** `undefined` where the preprocessing function has no name. */
  recipe?: FeatureRecipe;
  /** The folder of the photos, as it is shown; for messages. Earlier versions of this package did not record it. */
  directory?: string;
  /** Class name -> label. */
  classIndices: Record<string, number>;
  /** Path of each row's photo below the folder, such as `cats/cat.0.jpg`. */
  filenames: string[];
  /** Label of each row. */
  labels: number[];
  /** SHA-256 of the bytes of each row's photo; earlier versions of this package did not record it. */
  hashes?: string[];
  /** The photos of the folder that have no row, as they could not be read: path -> reason. */
  leftOut?: Record<string, string>;
}

/** Provenance in a record. */
export const provenanceSchema = v.object({
  recipe: v.optional(recipeSchema),
  directory: v.optional(v.string()),
  classIndices: classIndicesSchema,
  filenames: v.array(pathWithin),
  labels: v.array(wholeNumber),
  hashes: v.optional(v.array(sha256Text)),
  leftOut: v.optional(named(pathWithin, v.string())),
}) satisfies v.GenericSchema<unknown, Provenance>;

/** Records where a tensor's rows came from. */
export function setProvenance(features: Tensor, provenance: Provenance): void {
  known().set(features, provenance);
}

/** Where a tensor's rows came from; `undefined` where nobody recorded it. */
export function provenanceOf(features: Tensor): Provenance | undefined {
  return known().get(features);
}

function known(): WeakMap<object, Provenance> {
  return processState('provenance', () => new WeakMap<object, Provenance>());
}

/** How photos are made smaller, as `resizePhoto` takes it. */
export function resizingOf({ targetSize, resampling, cropFraction }: FeatureRecipe): Resizing {
  return { targetSize, interpolation: resampling, ...(cropFraction !== undefined && { cropFraction }) };
}

/** How photos are made smaller, in words: `150 x 150`, `224 x 224 bicubic from the centre`. */
export function sizeWords({ targetSize, interpolation = 'nearest', cropFraction }: Resizing): string {
  const filter = interpolation === 'nearest' ? '' : ` ${interpolation}`;
  const part = cropFraction === undefined ? '' : ` of the central ${Math.round(100 * cropFraction)}%`;
  return `${targetSize.join(' x ')}${filter}${part}`;
}

/** How photos are prepared, in words: `pixels / 255`, or the function's name. */
export function preprocessingWords({ rescale, function: name }: Preprocessing): string {
  const scaled =
    rescale === 1
      ? undefined
      : rescale < 1
        ? `pixels / ${Number((1 / rescale).toPrecision(6))}`
        : `pixels * ${rescale}`;
  return [name ?? undefined, scaled].filter(Boolean).join(' of ') || 'pixels as they are';
}
