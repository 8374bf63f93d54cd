import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf } from '../../../src/insight/duplicates/groups';

test('groupsOf() puts together what pairs connect, also by way of others', () => {
  const pairs = [
    { a: 4, b: 5 },
    { a: 1, b: 2 },
    { a: 0, b: 5 },
    { a: 4, b: 0 },
  ];
  assert.deepEqual(groupsOf(7, pairs), [
    [0, 4, 5],
    [1, 2],
  ]);
  assert.deepEqual(groupsOf(3, []), []);
});
