import assert from 'node:assert/strict';
import { test } from 'node:test';

const { Shown } = require('../../src/kernel/shown.cjs');

/** What a cell is given, in order. */
function given(shown: InstanceType<typeof Shown>): unknown[] {
  const parts: unknown[] = [];
  shown.showIn({
    write: (name: string, text: string) => parts.push([name, text]),
    display: (content: object, update: boolean) => parts.push([content, update]),
  });
  return parts.slice(1, -1);
}

test('prints and displays are shown in their order, each display as it was last', () => {
  const shown = new Shown();
  const [first, newer] = [1, 2].map((n) => ({ data: { n }, transient: { display_id: 'a' } }));
  shown.write('stdout', 'one ');
  shown.write('stdout', 'line\n');
  shown.display(first, false);
  shown.write('stderr', 'oh');
  shown.display(newer, true);
  // An update of a display of another cell shows nothing.
  shown.display({ data: {}, transient: { display_id: 'other' } }, true);
  assert.deepEqual(given(shown), [
    ['stdout', 'one line\n'],
    [newer, false],
    ['stderr', 'oh'],
  ]);
});

test('of a long print the end is kept, and of a cell that showed nothing nothing is said', () => {
  const shown = new Shown();
  for (let i = 0; i < 3000; i++) shown.write('stdout', `${'x'.repeat(99)}\n`);
  shown.write('stdout', 'end');
  const [[, text]] = given(shown) as [[string, string]];
  assert.ok(text.endsWith('\nend') && text.length <= 50_000, String(text.length));
  assert.deepEqual(given(new Shown()), []);
});
