/** A tiny project in a temporary folder, and the scripts of the set-up, for the tests beside this file. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { weightFiles } from '../../src/networks/weight-files.cjs';

/** How a step asks for a program to be run. */
export type Run = (
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; stall?: number },
) => Promise<{ stdout: string; stderr: string }>;

/** What a step is given; see scripts/setup/context.mjs. */
export interface Context {
  root: string;
  cache: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  run: Run;
  node: { version: string; platform: string; arch: string; execPath: string };
}

/** The real project's folder. */
export const projectRoot = path.resolve(__dirname, '..', '..');

/** A module of `scripts/`; these are plain JavaScript, so that it has no type. */
// biome-ignore lint/suspicious/noExplicitAny: the scripts run before there is anything that checks types
export async function script(name: string): Promise<any> {
  return import(pathToFileURL(path.join(projectRoot, 'scripts', name)).href);
}

/** Gives `use` a context for an empty project, on Linux x64, that starts no program; removes it afterwards. */
export async function withProject(use: (context: Context, lines: string[]) => Promise<void>): Promise<void> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-setup-')));
  const lines: string[] = [];
  const context: Context = {
    root,
    cache: path.join(root, '.cache'),
    env: { PATH: process.env.PATH, HOME: root },
    log: (line) => lines.push(line),
    run: async (command) => {
      throw new Error(`${command} was started`);
    },
    node: { version: '20.19.0', platform: 'linux', arch: 'x64', execPath: path.join(root, 'bin', 'node') },
  };
  try {
    await use(context, lines);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** Writes a file below `root`, with its folders. */
export function write(root: string, name: string, content: string | object): string {
  const file = path.join(root, ...name.split('/'));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The text of a file below `root`, or `undefined`. */
export function read(root: string, name: string): string | undefined {
  const file = path.join(root, ...name.split('/'));
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

/** Writes what the packages, Python, TensorFlow and weights steps leave behind when they are through. */
export async function makeReady({ root, cache, node }: Context): Promise<void> {
  const { sha256, stampOf, writeJson } = await script('setup/files.mjs');
  const lock = '{"packages":{}}';
  write(root, 'package-lock.json', lock);
  write(root, 'node_modules/.little-data.json', {
    lockfile: sha256(lock),
    platform: node.platform,
    arch: node.arch,
  });
  write(root, 'node_modules/@tensorflow/tfjs-node/package.json', { version: '4.22.0' });
  write(root, 'node_modules/.package-lock.json', { packages: { 'node_modules/@tensorflow/tfjs-node': {} } });

  const requirements = write(root, 'scripts/requirements.txt', 'six==1.17.0\n');
  write(root, '.venv/bin/python', '');
  write(root, '.venv/.little-data.json', {
    requirements: sha256(fs.readFileSync(requirements)),
    root,
    interpreter: path.join('bin', 'python'),
    parts: [path.relative(path.join(root, '.venv'), write(root, '.venv/lib/six.py', ''))],
  });

  const binding = 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node';
  const files = [{ file: binding, ...stampOf(write(root, binding, 'binding')) }];
  writeJson(path.join(cache, 'tensorflow.json'), {
    ...{ backend: 'tensorflow', way: 'built', tfjsNode: '4.22.0', node: 20, files },
  });

  const weights = Object.keys(weightFiles).filter((name) => weightFiles[name]!.inRepository);
  const stamps = weights.map((name) => [
    name,
    stampOf(write(root, `data/weights/${name}`, 'stands for weights')),
  ]);
  writeJson(path.join(cache, 'weights.json'), Object.fromEntries(stamps));
  const { checkKernelspec } = await script('setup/kernelspec.mjs');
  await checkKernelspec({ root, log: () => {} });
}
