/** Run by `store.test.ts` in a process of its own: fills the store, until it is killed or done. */
import { FeatureStore } from '../../../src/features/store/store';
import { put } from './rows';

const [first = 0, batches = 0] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const store = new FeatureStore();
  for (let batch = 0; batch < batches; batch++) {
    const numbers = Array.from({ length: 8 }, (_, i) => first + batch * 8 + i);
    await put(store, numbers);
    console.log(`batch ${batch}`);
  }
  await store.close();
  console.log('done');
}

void main();
