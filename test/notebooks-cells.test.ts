/** What the kernel makes of cells, with a real kernel: where loops may stand, and what runs after a cell that failed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './run-node';
import { script } from './scripts/project';

interface SentCell {
  code: string;
  /** Whether it is sent before the one above it is answered. */
  early?: boolean;
}

async function runCells(cells: readonly SentCell[]): Promise<{ status: string; text: string }[]> {
  const { jupyterEnvironment, venvPython } = await script('setup/jupyter.mjs');
  const { status, stdout, stderr } = spawnSync(
    venvPython(),
    ['-I', path.join(__dirname, 'kernel', 'run_cells.py')],
    {
      cwd: path.join(projectRoot, 'notebooks'),
      env: jupyterEnvironment({ env: process.env }),
      input: JSON.stringify(cells),
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** What a name holds after the loop of a cell; each takes 1, 2, 3 from `flow()`, `{ x, y }` each. */
const loops: [string, string][] = [
  ['let a = 0; for await (const { x, y } of flow()) a += x * y;', '60'],
  ['for await (const { x } of flow()) seen.push(x);\nlet a = seen.length;', '3'],
  ['let a = 0; if (a === 0) { for await (const { x } of flow()) a += x; }', '6'],
  ['let a = 0; for (const n of [1, 2]) for await (const { x } of flow()) a += n * x;', '18'],
  ['let a = 0; try { for await (const { x } of flow()) { a += x; break; } } finally { a += 10; }', '11'],
  ['let a = 0; each: for await (const { x } of flow()) { if (x === 2) continue each; a += x; }', '4'],
  ['let a = await Promise.resolve(1); for await (const { x } of flow()) a += x;', '7'],
  [
    'const sum = async () => { let s = 0; for await (const { x } of flow()) s += x; return s; };\nlet a = await sum();',
    '6',
  ],
];

test('`for await` works in every position in a cell', { timeout: 300_000 }, async () => {
  const start = `async function* flow() { for (const x of [1, 2, 3]) yield { x, y: 10 }; }
    const seen: number[] = [];`;
  const cells = loops.flatMap(([code]) => [{ code }, { code: 'console.log(a);' }]);
  const results = await runCells([{ code: start }, ...cells]);
  for (const { status, text } of results) assert.equal(status, 'ok', text);
  for (const [i, [code, expected]] of loops.entries())
    assert.equal(results[2 * i + 2]!.text, `${expected}\n`, code);
});

test('a cell that is sent right after one that failed runs; those that waited behind it do not', {
  timeout: 300_000,
}, async () => {
  const fails = [
    'throw new Error("no");',
    'await Promise.reject(new Error("no"));',
    'let wrong: number = "text";',
  ];
  const busy = 'const end = Date.now() + 1000; while (Date.now() < end);';
  const cells = [
    ...fails.flatMap((code) => [{ code }, { code: 'console.log("runs");' }]),
    { code: `${busy} throw new Error("no");` },
    { code: 'console.log("waited");', early: true },
    { code: 'console.log("waited too");', early: true },
    { code: 'console.log("runs");' },
  ];
  const results = await runCells(cells);
  const statuses = results.map(({ status }) => status);
  assert.deepEqual(statuses, [...fails.flatMap(() => ['error', 'ok']), 'error', 'aborted', 'aborted', 'ok']);
  assert.deepEqual(
    results.filter(({ status }) => status !== 'error').map(({ text }) => text),
    [...fails.map(() => 'runs\n'), '', '', 'runs\n'],
  );
});
