/** Whether a network runs on the graphics card, and in batches of which size. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { problem } from '../../check';
import type { Precision } from '../graph/conv-graph';
import { modelDigest } from '../model-digest';
import type { Network, NetworkUse } from '../network';
import { bestBatchSize } from './batch-size';
import { deviceOf } from './device';
import { differenceOf } from './difference-of';
import { findGpu, mayHaveGpu, nameOfAdapter } from './find-gpu';
import { type GpuNetwork, gpuNetwork } from './gpu-network';
import { type GpuTrial, rememberedTrial, rememberTrial, trialKey } from './gpu-record';

/** With `device: 'auto'`, fewer photos are not worth looking for a card and compiling its programs. */
const many = 64;

/** The largest difference between the card's features and the processor's, in proportion to the largest feature. */
const tolerance = 1e-3;

/** What there is to choose from. */
export interface Choice {
  precision: Precision;
  use: NetworkUse;
  cpu(): Promise<Network>;
}

/**
 * The network on the card; undefined where the processor is to run it.
 * @throws LittleDataError with `device: 'gpu'`, where there is no card, or it can't be trusted with this network.
 */
export async function chooseGpu(model: LayersModel, choice: Choice): Promise<Network | undefined> {
  const device = deviceOf(model);
  const isWanted = device === 'gpu';
  const { precision, use } = choice;
  if (device === 'cpu') return undefined;
  if (!isWanted && (precision !== 'float32' || use.photos < many || !(await mayHaveGpu()))) return undefined;
  if (precision !== 'float32')
    throw refused('`precision`', { expected: "'float32'", found: `'${precision}'` });
  const found = await findGpu();
  if ('none' in found) {
    if (!isWanted) return undefined;
    throw refused('`device`', { expected: 'a graphics card', found: found.none });
  }
  let trial: GpuTrial;
  let network: GpuNetwork;
  try {
    network = await gpuNetwork(model, found.thread);
    trial = await trialOf(model, { network, choice });
  } catch (error) {
    if (isWanted) throw error;
    console.log(`${(error as Error).message} The processor computes instead.`);
    return undefined;
  }
  if (trial.difference <= tolerance) return withBatchSize(network, trial.batchSize);
  const difference = `${nameOfAdapter(found.thread.adapter)}, whose features differ from the processor's by ${trial.difference.toPrecision(2)} of their size`;
  if (isWanted)
    throw refused('`device`', {
      expected: 'a graphics card that computes as the processor does',
      found: difference,
    });
  console.log(`The processor computes: the graphics card is ${difference}.`);
  return undefined;
}

/** What is remembered of the network on this card, or what a photo of the run shows. */
async function trialOf(
  model: LayersModel,
  { network, choice }: { network: GpuNetwork; choice: Choice },
): Promise<GpuTrial> {
  const { preparation, sample, photos } = choice.use;
  const { adapter } = network.thread;
  const key = trialKey(adapter, { digest: modelDigest(model), targetSize: preparation.targetSize });
  const known = rememberedTrial(key);
  if (known) return known;
  const photo = await sample();
  if (!photo) return { difference: 0, batchSize: 1 };
  const [wanted, found] = [await choice.cpu(), network];
  const difference = differenceOf(
    (await found.rows([photo], preparation)).values,
    (await wanted.rows([photo], preparation)).values,
  );
  // For one photo, how large a batch might be is not worth the time.
  if (photos < many || difference > tolerance) return { difference, batchSize: 1 };
  const trial = { difference, batchSize: await bestBatchSize(network, preparation) };
  rememberTrial(key, trial);
  return trial;
}

function withBatchSize(network: GpuNetwork, batchSize: number): Network {
  return {
    device: 'gpu',
    batchSize,
    rows: (photos, preparation) => network.rows(photos, preparation),
  };
}

function refused(where: string, { expected, found }: { expected: string; found: string }): Error {
  return problem({
    where,
    expected,
    found,
    next: "Load the base with `device: 'auto'` or `'cpu'`. `npm run doctor` tells what is missing.",
  });
}
