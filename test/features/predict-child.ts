/** Run by `predict.test.ts` in a process of its own: writes the features of a folder to a file. */
import { predictToFile } from '../../src/features/predict-generator';
import { tensorflowReady } from '../../src/tensorflow';
import { flow, tinyNetwork } from './tiny';

async function main([photos, file]: string[]): Promise<void> {
  await tensorflowReady();
  const { model, after } = tinyNetwork();
  after.batch = () => console.log('batch');
  await predictToFile(model, flow(photos!), { file: file!, verbose: 0 });
}

void main(process.argv.slice(2));
