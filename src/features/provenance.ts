/** Where features come from: what they were computed of, row by row. It goes with them from file to file. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import type { Precision } from '../graph/conv-graph';
import type { ExifOrientation } from '../photos/decode';
import type { Preprocessing } from '../photos/preprocessing';
import { processState } from '../state';

/** How a photo becomes a row of features: all that must be the same for a head to know what it sees. */
export interface FeatureRecipe {
  /** SHA-256 of the network's layers and weights. */
  model: string;
  /** `[height, width]` that photos are resized to. */
  targetSize: [number, number];
  preprocessing: Preprocessing;
  /** How a photo is resized: the nearest pixel, as Pillow takes it. */
  resampling: 'nearest';
  exifOrientation: ExifOrientation;
  /** What the network multiplies in; its features are float32 either way. */
  precision: Precision;
}

/** A recipe as an earlier version of this package noted it, made whole. */
export function completeRecipe(noted: Partial<FeatureRecipe>): FeatureRecipe {
  return { resampling: 'nearest', precision: 'float32', ...noted } as FeatureRecipe;
}

/** The recipe, and for each row its photo and label. */
export interface Provenance {
  recipe: FeatureRecipe;
  /** Class name -> label. */
  classIndices: Record<string, number>;
  /** Path of each row's photo below the folder, such as `cats/cat.0.jpg`. */
  filenames: string[];
  /** Label of each row. */
  labels: number[];
  /** SHA-256 of the bytes of each row's photo; earlier versions of this package did not note it. */
  hashes?: string[];
  /** The photos of the folder that have no row, as they could not be read: path -> reason. */
  leftOut?: Record<string, string>;
}

/** Notes where a tensor's rows, or what a model was trained on, came from. */
export function setProvenance(of: Tensor | LayersModel, provenance: Provenance): void {
  known().set(of, provenance);
}

/** Where a tensor's rows, or what a model was trained on, came from; `undefined` where nobody noted it. */
export function provenanceOf(of: Tensor | LayersModel): Provenance | undefined {
  return known().get(of);
}

function known(): WeakMap<object, Provenance> {
  return processState('provenance', () => new WeakMap<object, Provenance>());
}
