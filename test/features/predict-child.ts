/** Run by `predict.test.ts` in a process of its own: writes the features of a folder to a file. */
import { predictToFile } from '../../src/features/predict';
import { flow, tinyNetwork } from './tiny';

const [photos, file] = process.argv.slice(2) as [string, string];
const { model, after } = tinyNetwork();
after.batch = () => console.log('batch');

void predictToFile(model, flow(photos), { file, verbose: 0 });
