/** The record of a run that has ended. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { provenanceOf } from '../../features/provenance';
import { digestOfRows } from '../../formats/rows-digest';
import { wilsonInterval } from '../../numerics/wilson-interval';
import { projectRoot } from '../../paths';
import { layerWords } from '../../plots/layer-words';
import { backend, tf } from '../../tensorflow';
import { evaluatePredictions, rightRows } from '../evaluate-predictions';
import { countRuns, newRunId } from '../runs/run-files';
import { packBits, type RunRecord } from '../runs/run-record';
import { runKey } from './paused-run';
import type { TrainingRun } from './train-epochs';
import type { Trainer } from './trainer';

/** Takes what is known of a run whose trainer still has the weights. */
export function recordOf(
  run: TrainingRun,
  trainer: Trainer,
  { status, seconds }: { status: RunRecord['status']; seconds: number },
): RunRecord {
  const { model, data, history, options } = run;
  const { seed, ...settings } = run.settings;
  const now = new Date();
  const { validation } = data;
  const recipe = provenanceOf(data.features)?.recipe;
  const byHand = typeof settings.learningRate === 'function';
  return {
    ...{ version: 1, id: newRunId(now), time: now.toISOString(), status, seed },
    name: options.name ?? `run ${countRuns() + 1}`,
    settings: { ...settings, ...(byHand && { learningRate: 'by hand' }) },
    head: headWords(model),
    structure: JSON.stringify(model.toJSON(null, false)),
    ...(data.classIndices && { classIndices: data.classIndices }),
    photos: { train: data.labels.length, validation: validation?.labels.length ?? 0 },
    ...(recipe && { recipe }),
    digests: {
      train: digestOf(data.features, data.labels),
      ...(validation && {
        validation: digestOf(validation.features, validation.labels),
        ...photosOf(validation),
      }),
    },
    initialWeights: runKey(run.initial ?? []),
    versions: versions(),
    history: { ...history.history },
    ...(validation && resultOn(validation, trainer)),
    seconds,
  };
}

/** Score and right rows of the head as it is. */
function resultOn(
  { features, labels }: { features: Tensor; labels: Int32Array },
  trainer: Trainer,
): Pick<RunRecord, 'final' | 'right'> {
  const predictions = trainer.predict(features);
  const { loss, acc } = evaluatePredictions(predictions, labels);
  const right = rightRows(predictions, labels);
  predictions.dispose();
  const interval = wilsonInterval(right.filter(Boolean).length, right.length);
  return { final: { loss, acc, interval }, right: packBits(right) };
}

/** `Flatten, Dense 256 relu, Dropout 0.5, Dense 1 sigmoid`. */
function headWords(model: LayersModel): string {
  return model.layers
    .map((layer) => layerWords(layer).join(' '))
    .filter(Boolean)
    .join(', ');
}

/** By tensor: the same features are trained on again and again. */
const digests = new WeakMap<Tensor, { labels: string; digest: string }>();

function digestOf(features: Tensor, labels: Int32Array): string {
  const own = digestOfRows(labels, labels.length);
  const known = digests.get(features);
  if (known?.labels === own) return known.digest;
  const rows = digestOfRows(features.dataSync() as Float32Array, labels.length);
  const digest = createHash('sha256').update(rows).update(own).digest('hex');
  digests.set(features, { labels: own, digest });
  return digest;
}

/** The digest of the photos themselves, where their bytes are known. */
function photosOf({ features, labels }: { features: Tensor; labels: Int32Array }): { photos?: string } {
  const hashes = provenanceOf(features)?.hashes;
  if (!hashes) return {};
  const photos = createHash('sha256').update(hashes.join()).update(digestOfRows(labels, labels.length));
  return { photos: photos.digest('hex') };
}

function versions(): Record<string, string> {
  const { version } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  const native = (tf.backend() as { binding?: { TF_Version?: string } }).binding?.TF_Version;
  return {
    ...{ 'little-data': version, 'tensorflow.js': tf.version_core, backend, node: process.versions.node },
    ...(native && { tensorflow: native }),
  };
}
