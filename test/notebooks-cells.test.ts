/** What the kernel makes of cells, with a real kernel: loops, failures, interrupts, errors, results. */
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
  /** Seconds after which it is interrupted. */
  interrupt?: number;
}

interface CellResult {
  status: string;
  text: string;
  shown: Record<string, string>[];
}

async function runCells(cells: readonly SentCell[]): Promise<CellResult[]> {
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

test('after a cell that failed, names have the values that it set, or those from before', {
  timeout: 300_000,
}, async () => {
  const results = await runCells([
    { code: 'let units = 256; const head = "old"; function which() { return 1; }' },
    {
      code: 'units = 0; const made = 7; const text = String(units); if (made) throw new Error("no"); const head = "new";',
    },
    { code: 'console.log(units, made, text, head.toUpperCase(), which());' },
    { code: 'await null; const head = await Promise.reject(new Error("no")); const never1 = head;' },
    { code: 'console.log(head.toUpperCase());' },
    { code: 'console.log(never1);' },
    { code: 'import { join } from "path"; const joined = join("a", "b"); throw new Error("no");' },
    { code: 'console.log(joined, join("c", "d"));' },
  ]);
  assert.equal(results[2]!.text, '0 7 0 OLD 1\n');
  assert.equal(results[4]!.text, 'OLD\n');
  assert.match(results[5]!.text, /Cannot find name 'never1'/);
  assert.match(results[7]!.text, /^a.b c.d\n$/);
});

test('an interrupt ends cells that wait, and endless loops before and after an await', {
  timeout: 300_000,
}, async () => {
  const cells = [
    'for (;;) {}',
    'let seen = 0;\nawait new Promise((resolve) => setTimeout(resolve, 10));\nseen = 7;\nfor (;;) {}',
    'await new Promise(() => {});',
  ];
  const results = await runCells([
    ...cells.flatMap((code) => [{ code, interrupt: 1 }, { code: 'console.log(1 + 1);' }]),
    { code: 'console.log(seen);' },
  ]);
  for (const i of [0, 2, 4]) {
    assert.equal(results[i]!.status, 'error');
    assert.doesNotMatch(results[i]!.text, /^\s+at /m);
    assert.equal(results[i + 1]!.text, '2\n');
  }
  assert.equal(results[6]!.text, '7\n');
});

test('an error shows the lines of the cell that was written, and no frames of the kernel', {
  timeout: 300_000,
}, async () => {
  const results = await runCells([
    { code: 'let a = 1;\n\n// A comment.\n\nthrow new Error("at line 5");' },
    {
      code: 'interface Row { a: number }\n\nfunction fails(row: Row) {\n  throw new TypeError("no " + row.a);\n}',
    },
    { code: '\nawait null;\n\n\nfails({ a: 1 });' },
    { code: "import { buildHead } from 'little-data';" },
    { code: '\n\nbuildHead({ inputShape: [4, 4, 512], units: 0.5, seed: 1 });' },
    {
      code: '\nconst later = async () => {\n  await null;\n  throw new Error("later");\n};\nawait later();',
    },
  ]);
  assert.equal(results[0]!.text, 'Error: at line 5\n    at line 5 of cell [1]\n');
  assert.deepEqual(results[2]!.text.trim().split(/\n\s*/), [
    'TypeError: no 1',
    'at fails (line 4 of cell [2])',
    'at line 5 of cell [3]',
  ]);
  assert.deepEqual(results[5]!.text.trim().split(/\n\s*/), [
    'Error: later',
    'at later (line 4 of cell [6])',
    'at line 6 of cell [6]',
  ]);
  assert.match(results[4]!.text, /^LittleDataError: .*`units`.*\n {4}at line 3 of cell \[5\]\n$/);
});

test('the last expression of a cell shows numbers of a tensor, and a table of a DataFrame', {
  timeout: 300_000,
}, async () => {
  const results = await runCells([
    {
      code: "import * as tf from '@tensorflow/tfjs-node';\nimport { trainHead } from 'little-data';\nimport { DataFrame } from 'danfojs-node';",
    },
    { code: 'tf.tensor2d([[1, 2], [3, 4.5]])' },
    { code: 'console.log(tf.scalar(7, "int32"));' },
    { code: 'new DataFrame([[1, "<b>"], [2, "y"]], { columns: ["n", "name"] })' },
    { code: '({ a: [1, 2] })' },
    {
      code: 'await trainHead(tf.tensor2d([[1], [2], [3], [4]]), [0, 0, 1, 1], { epochs: 3, seed: 1, verbose: 0 })',
    },
  ]);
  for (const [i, words] of [
    [1, ['float32', '[2,2]', '4.5']],
    [2, ['int32', '7']],
  ] as const)
    for (const word of words) assert.ok(results[i]!.text.includes(word), results[i]!.text);
  const [table] = results[3]!.shown;
  assert.match(table!['text/html']!, /<th>name<\/th>.*<td>&#60;b&#62;<\/td>/);
  assert.match(table!['text/plain']!, /2 rows/);
  assert.equal(results[4]!.text, '{ a: [ 1, 2 ] }\n');
  assert.match(
    results[5]!.shown[0]!['text/plain']!,
    /^Head: Dense 256 relu, Dropout 0\.5, Dense 1 sigmoid\n3 epochs, seed 1: loss [\d.]+, acc [\d.]+ \(run \S+\)/,
  );
});
