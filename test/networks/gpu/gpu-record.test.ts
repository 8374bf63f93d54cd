import assert from 'node:assert/strict';
import fs from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { rememberedTrial, rememberTrial, trialKey } from '../../../src/networks/gpu/gpu-record';
import { sharedDataPath } from '../../../src/paths';
import { temporary } from '../../features/tiny';

let remove: () => void;
beforeEach(() => {
  remove = temporary().remove;
});
afterEach(() => remove());

const adapter = {
  ...{ vendor: 'nvidia', architecture: 'hopper', device: '', description: 'driver 1' },
  ...{ isSoftware: false, maxBytes: 2 ** 30 },
};
const network = { digest: 'a'.repeat(64), targetSize: [4, 4] as const };

test('a trial is remembered for its card, driver, network and size', () => {
  const key = trialKey(adapter, network);
  assert.equal(rememberedTrial(key), undefined);
  rememberTrial(key, { difference: 1e-6, batchSize: 64 });
  rememberTrial(trialKey(adapter, { ...network, targetSize: [8, 8] }), { difference: 0, batchSize: 16 });
  assert.deepEqual(rememberedTrial(trialKey({ ...adapter }, network)), { difference: 1e-6, batchSize: 64 });
  assert.equal(rememberedTrial(trialKey({ ...adapter, description: 'driver 2' }, network)), undefined);
  assert.equal(rememberedTrial(trialKey(adapter, { ...network, digest: 'b'.repeat(64) })), undefined);
});

test('a damaged record is as none, and the next trial replaces it', () => {
  const key = trialKey(adapter, network);
  for (const text of ['{', '{"x": {"difference": "no"}}']) {
    fs.writeFileSync(sharedDataPath('cache', 'gpu.json'), text);
    assert.equal(rememberedTrial(key), undefined);
  }
  rememberTrial(key, { difference: 0, batchSize: 32 });
  assert.equal(rememberedTrial(key)!.batchSize, 32);
});
