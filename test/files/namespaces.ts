/** Processes that are killed, or that don't see each other: in PID namespaces of their own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '../fixtures/skip';
import { projectRoot } from '../run-node';

/** How a process is started in a namespace of its own: seeing its own /proc, or that of the processes outside. */
export const namespaces: Record<string, readonly string[]> = {
  'with a /proc of its own': ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
  'with the /proc of others': ['unshare', '--pid', '--fork', '--kill-child'],
};

/** Whether such a process can be started here, as the superuser can on Linux; else the test is skipped. */
export function needsNamespaces(context: TestContext): boolean {
  const [command, ...words] = namespaces['with a /proc of its own']!;
  const works = spawnSync(command!, [...words, 'true']).status === 0;
  if (!works) context.skip('`unshare --pid` may not be used here');
  return works;
}

/** Whether processes can be told apart by their numbers here; else the test is skipped. */
export function needsProc(context: TestContext): boolean {
  return needs(context, process.platform === 'linux', 'processes are told apart by /proc, which is on Linux');
}

/** Starts Node with these words, by `command` where one is given. The end of the test ends it, and what it started. */
export function start(
  context: TestContext,
  { words, command = [] }: { words: readonly string[]; command?: readonly string[] },
): { child: ChildProcess; kill: (signal?: NodeJS.Signals) => Promise<void> } {
  const [program, ...rest] = [...command, process.execPath, '--require', 'tsx/cjs', ...words];
  const child = spawn(program!, rest, {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid!, signal);
    if (signal === 'SIGKILL') await ended;
  };
  context.after(() => kill());
  return { child, kill };
}

/** Waits until something holds, a minute at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !holds(); await sleep(5))
    if (performance.now() > end) throw new Error(`It did not come to hold: ${holds}`);
}
