import assert from 'node:assert/strict';
import os from 'node:os';
import { test } from 'node:test';
import { clusterPlace } from '../../../src/features/cluster/cluster-place';

test('clusterPlace() reads workers of this machine, and the address of a scheduler', () => {
  assert.deepEqual(clusterPlace('local:3'), { local: 3 });
  assert.deepEqual(clusterPlace('local'), { local: os.availableParallelism() });
  assert.deepEqual(clusterPlace('tcp://10.0.0.1:8786'), { address: 'tcp://10.0.0.1:8786' });
  assert.deepEqual(clusterPlace('tls://[::1]:8786'), { address: 'tls://[::1]:8786' });
});

test('clusterPlace() refuses anything else by name', () => {
  for (const wrong of [
    '',
    'local:0',
    'local:-1',
    'local:2000',
    'remote',
    'http://host:8786',
    'tcp://host',
    2,
    null,
  ])
    assert.throws(() => clusterPlace(wrong), /`cluster`: expected 'local:2'.*LITTLE_DATA_CLUSTER/);
});
