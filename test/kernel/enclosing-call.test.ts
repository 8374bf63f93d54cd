import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot, runNode } from '../run-node';

/** Cells with the cursor at `|`, and the name that the cursor's call has. */
const cells: [string, string | undefined][] = [
  ['trainHead(features, |)', 'trainHead'],
  ['trainHead(|', 'trainHead'],
  ['await trainHead(features, { epochs: | })', 'trainHead'],
  ['new ImageDataGenerator({ rescale: 1 / 255, | })', 'ImageDataGenerator'],
  ['np.save("a.npy", |)', 'save'],
  ['outer(inner(1), |)', 'outer'],
  ['outer(inner(|))', 'inner'],
  ['const a = 5; |', undefined],
  ['f(1); |', undefined],
];

test('the call that the cursor is in is found, in unfinished cells too', () => {
  const places = cells.map(([cell]) => [cell.replace('|', ''), cell.indexOf('|')]);
  const code = `
    const { enclosingCall } = require(${JSON.stringify(path.join(projectRoot, 'src', 'kernel', 'enclosing-call.cjs'))});
    console.log(JSON.stringify(${JSON.stringify(places)}.map(([cell, at]) => enclosingCall(cell, at) ?? -1)));`;
  const { status, stdout, stderr } = runNode(code);
  assert.equal(status, 0, stderr);
  const found = JSON.parse(stdout) as number[];
  for (const [i, [cell, name]] of cells.entries()) {
    const at = found[i]!;
    const word = at < 0 ? undefined : /^\w+/.exec(cell.replace('|', '').slice(at))?.[0];
    assert.equal(word, name, cell);
  }
});
