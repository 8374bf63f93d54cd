import assert from 'node:assert/strict';
import { test } from 'node:test';
import { centralPart } from '../../src/images/central-part';

test('centralPart() keeps the centre in the proportions of the target', () => {
  const part = (height: number, width: number, targetSize: [number, number], cropFraction: number) =>
    centralPart({ height, width }, { targetSize, cropFraction });
  assert.deepEqual(part(300, 400, [224, 224], 1), { top: 0, left: 50, height: 300, width: 300 });
  assert.deepEqual(part(300, 400, [224, 224], 0.5), { top: 75, left: 125, height: 150, width: 150 });
  assert.deepEqual(part(100, 400, [50, 100], 1), { top: 0, left: 100, height: 100, width: 200 });
  assert.deepEqual(part(400, 100, [50, 100], 1), { top: 175, left: 0, height: 50, width: 100 });
});

test('centralPart() leaves the odd pixel below and to the right, and at least one of all', () => {
  const square = { targetSize: [10, 10], cropFraction: 1 } as const;
  assert.deepEqual(centralPart({ height: 10, width: 13 }, square), {
    ...{ top: 0, left: 1, height: 10, width: 10 },
  });
  assert.deepEqual(centralPart({ height: 1, width: 1 }, { ...square, cropFraction: 0.01 }), {
    ...{ top: 0, left: 0, height: 1, width: 1 },
  });
});
