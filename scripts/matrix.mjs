/**
 * `npm run matrix`: the set-up, the unit tests and notebook 01 (on the sample) under Node 20, 22 and 24. Prints a table and
 * writes it into environment.md. Majors as arguments run only these, and keep the other rows: `npm run matrix -- 22`.
 * Their versions stand in matrix/package.json; after a change there `npm install --package-lock-only` in that folder.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot, runProgram } from './setup/context.mjs';

const cache = path.join(projectRoot, '.cache', 'matrix');
const majors = ['20', '22', '24'];
const head = ['Node', 'set-up', 'unit tests', 'notebook 01 on the sample', 'tried on'];
const [opening, closing] = ['<!-- npm run matrix -->', '<!-- end of npm run matrix -->'];

/** The parts of a row: what is run, and what of its output is told. */
const parts = [
  { name: 'set-up', script: ['setup.mjs'], tell: () => 'passed' },
  { name: 'unit tests', script: ['test.mjs', 'unit'], tell: toldByTests },
  { name: 'notebook 01', script: ['tutorial.mjs'], tell: toldByNotebook },
];

/** The text of environment.md with the rows of `results` in its table; rows of other majors stay. */
export function withResults(text, results) {
  const [start, end] = [text.indexOf(opening), text.indexOf(closing)];
  if (start < 0 || end < start)
    throw new Error(`environment.md has no place for the table: ${opening} … ${closing}`);
  const rows = new Map();
  for (const line of text.slice(start, end).matchAll(/^\| (\d+)\..*$/gm)) rows.set(line[1], line[0]);
  for (const cells of results) rows.set(cells[0].split('.')[0], line(cells));
  const sorted = [...rows].sort(([one], [other]) => one - other).map(([, row]) => row);
  const table = [line(head), line(head.map(() => '---')), ...sorted].join('\n');
  return `${text.slice(0, start)}${opening}\n\n${table}\n\n${text.slice(end)}`;
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

async function matrix(wanted) {
  const results = [];
  let passed = true;
  for (const major of wanted) {
    const node = await fetchNode(major);
    const { stdout } = await runProgram(node, ['--version']);
    const cells = [stdout.trim().slice(1)];
    const data = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-matrix-'));
    try {
      for (const { name, script, tell } of parts) {
        console.log(`\n== Node ${cells[0]}: ${name} ==`);
        const start = Date.now();
        const { code, signal, printed } = await runScript(node, script, data);
        const told =
          code === 0 ? tell(printed) : `FAILED (${signal ? `ended by ${signal}` : `exit status ${code}`})`;
        passed &&= code === 0;
        cells.push(`${told}, ${Math.round((Date.now() - start) / 1000)} s`);
      }
    } finally {
      fs.rmSync(data, { recursive: true, force: true });
    }
    const system = `${os.type()} ${os.arch()}, ${new Date().toISOString().slice(0, 10)}`;
    results.push([...cells, system]);
  }
  // The note of what TensorFlow was tried with is to be that of the usual Node again.
  await runScript(process.execPath, ['setup.mjs'], os.tmpdir());
  const file = path.join(projectRoot, 'environment.md');
  fs.writeFileSync(`${file}.part`, withResults(fs.readFileSync(file, 'utf8'), results));
  fs.renameSync(`${file}.part`, file);
  console.log(`\n${[head, head.map(() => '---'), ...results].map(line).join('\n')}`);
  return passed;
}

/** The binary of a major version: this Node itself, or the one that `scripts/matrix/package-lock.json` names, with its digest. */
async function fetchNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${major}-${process.platform}-${process.arch}`;
  fs.mkdirSync(cache, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    fs.copyFileSync(path.join(projectRoot, 'scripts', 'matrix', file), path.join(cache, file));
  console.log(`Fetching ${name} ...`);
  const { npm_config_local_prefix: _, ...env } = process.env;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runProgram('npm', args, { cwd: cache, env, timeout: 10 * 60_000 });
  return path.join(cache, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function runScript(node, [script, ...args], data) {
  const child = spawn(node, [path.join(projectRoot, 'scripts', script), ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
      // The unit tests have folders of their own.
      ...(script === 'tutorial.mjs' ? { LITTLE_DATA_DIR: data, LITTLE_DATA_PHOTOS: '' } : {}),
    },
  });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
    process.stdout.write(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, printed }));
  });
}

function toldByTests(printed) {
  const count = (name) => printed.match(new RegExp(`^\\S ${name} (\\d+)$`, 'm'))?.[1] ?? 'unknown';
  return `${count('pass')} passed, ${count('skipped')} skipped`;
}

function toldByNotebook(printed) {
  const found = [...printed.matchAll(/^Final validation accuracy.*?: ([\d.]+)/gm)].map(([, value]) => value);
  return `passed (accuracies ${found.join(', ')})`;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !majors.includes(name));
  if (unknown) {
    console.error(
      `npm run matrix: expected among ${majors.join(', ')}, found ${unknown}. Correct the argument.`,
    );
    process.exitCode = 2;
  } else if (!(await matrix(asked.length > 0 ? asked : majors))) process.exitCode = 1;
}
