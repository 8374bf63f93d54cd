/**
 * `npm run bench:scheduler`: a real Dask scheduler under 100,000 tasks that do nothing, and under tasks as extraction has them.
 * `--tasks`, `--workers` change the numbers. Writes `bench/results/scheduler.json`. Needs `npm run setup -- --cluster`.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { clusterVenv } from '../scripts/setup/cluster.mjs';
import { pythonIn } from '../scripts/setup/interpreter.mjs';
import { machine } from './machine.mjs';

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    workers: { type: 'string', default: '1000' },
  },
});
const workers = Number(values.workers);
const tasks = Number(values.tasks);
const { processor, cores } = machine();

/** Half a minute of a worker: some 3,000 photos of 10 ms each, and a word to the client every two seconds. */
const half = { photos: 3000, told: 15 };
const result = {
  date: new Date().toISOString().slice(0, 10),
  ...{ processor, cores },
  // As many at once as a thousand workers have, on fewer: they share one process with the client.
  empty_tasks: simulate({ workers: workers / 20, threads: 20, tasks, photos: 1, told: 0, rest: 5 }),
  tasks_as_in_extraction: simulate({ workers, threads: 1, tasks: Math.ceil(tasks / 50), ...half, rest: 30 }),
};
fs.writeFileSync(path.join(root, 'bench/results/scheduler.json'), `${JSON.stringify(result, null, 2)}\n`);

function simulate(job) {
  const python = pythonIn(path.join(root, clusterVenv(root).name));
  const { status, stdout, stderr } = spawnSync(
    python,
    ['-I', path.join(import.meta.dirname, 'scheduler.py'), JSON.stringify(job)],
    { encoding: 'utf8', timeout: 30 * 60_000, maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`The simulation ended with ${status}:\n${stderr.slice(-4000)}`);
  console.log(stdout.trim());
  return JSON.parse(stdout);
}
