/** Runs a few lines in a Node process of their own, for what is decided once a process: environment, signals, preloads. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The project's folder. */
export const projectRoot = path.resolve(__dirname, '..');

/** What the lines printed, and how the process ended. */
export interface NodeRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs CommonJS `code`; `preload`: the flags before it, default those that load TypeScript. */
export function runNode(
  code: string,
  {
    env = {},
    cwd = projectRoot,
    preload = ['--import', 'tsx'],
  }: { env?: Record<string, string>; cwd?: string; preload?: string[] } = {},
): NodeRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...preload, '-e', code], {
    cwd,
    encoding: 'utf8',
    // A test's own variables must not reach the child by way of the test runner.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TF_CPP_MIN_LOG_LEVEL: '3', ...env },
  });
  return { status, stdout, stderr };
}
