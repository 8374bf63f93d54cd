import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { checkRoom } from '../../src/files/room';

test('checkRoom() says how many bytes are missing, and what to do', () => {
  const file = path.join(os.tmpdir(), 'a.npy');
  checkRoom(file, 1, 'Run it again.');
  assert.throws(
    () => checkRoom(file, 2 ** 60, 'Run it again.'),
    /a\.npy, .* are free, .* are needed.* Run it again\./,
  );
});
