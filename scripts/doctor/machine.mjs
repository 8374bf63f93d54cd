/** The machine: system, processor, memory, disk. */
import fs from 'node:fs';
import path from 'node:path';
import { note, ok, size, wrong } from './context.mjs';

const wasm = 'WebAssembly serves there, about seven times slower';

/** An operating system and a C library that the native TensorFlow knows; no Rosetta. */
export async function checkSystem({ node, env, machine, run }) {
  const found = `${node.platform} ${node.arch}`;
  if (node.platform === 'darwin' && node.arch === 'x64' && (await isTranslated(run, env)))
    return note(
      `${found}: this Node runs under Rosetta, where TensorFlow's library needs instructions that are missing`,
      'Install Node for arm64 (nodejs.org, or `brew install node` in a native terminal), delete node_modules, and run `npm run setup`.',
    );
  if (node.platform !== 'linux')
    return ['darwin', 'win32'].includes(node.platform)
      ? ok(`${found} (never tried, but nothing speaks against it)`)
      : note(`${found}: there is no native TensorFlow for it`, `Nothing to do: ${wasm}.`);
  const glibc = machine.glibc();
  if (!glibc)
    return note(
      `${found} with musl: the native TensorFlow is made for glibc`,
      `Take a Debian or Ubuntu image for the full speed; ${wasm}.`,
    );
  const [major, minor] = glibc.split('.').map(Number);
  if (major === 2 && minor < 27)
    return note(
      `${found} with glibc ${glibc}: the native TensorFlow needs 2.27`,
      `Take a newer system for the full speed; ${wasm}.`,
    );
  return ok(`${found}, glibc ${glibc}`);
}

/** AVX, without which the native TensorFlow doesn't start; AVX2, AVX-512, bf16, which make it faster. */
export async function checkProcessor({ node, env, machine, run }) {
  const cores = `${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}`;
  if (node.arch !== 'x64') return ok(`${cores}, ${node.arch}`);
  const flags = await processorFlags({ node, env, machine, run });
  if (flags.size === 0) return ok(`${cores}; the system doesn't tell what the processor can do`);
  if (!flags.has('avx'))
    return note(
      `${cores} without AVX: the native TensorFlow doesn't start on this processor`,
      `Set LITTLE_DATA_BACKEND=wasm; ${wasm}. In a virtual machine, pass the host's processor through.`,
    );
  const known = { AVX2: 'avx2', 'AVX-512': 'avx512f', bf16: 'avx512_bf16' };
  const list = Object.entries(known).map(([name, flag]) => `${flags.has(flag) ? name : `no ${name}`}`);
  const found = `${cores}, ${list.join(', ')}`;
  return flags.has('avx2')
    ? ok(`${found}${flags.has('avx512_bf16') ? '' : ": `precision: 'bfloat16'` can't be used"}`)
    : note(found, 'Nothing to do: VGG16 takes two to four times as long as with AVX2.');
}

/** 1.2 GB, which VGG16 takes. */
export async function checkMemory({ machine }) {
  const found = `${size(machine.totalMemory)} of memory, ${size(machine.freeMemory)} of it free`;
  if (machine.totalMemory < 1.2e9)
    return wrong(found, 'VGG16 takes 1.2 GB: give the machine or the container 2 GB.');
  if (machine.freeMemory < 1.2e9)
    return note(found, 'VGG16 takes 1.2 GB: close other programs before the features are computed.');
  return ok(found);
}

/** What the set-up still needs, or what the features and heads do. */
export async function checkDisk({ root, machine }) {
  const isSetUp = ['node_modules', '.venv'].every((name) => fs.existsSync(path.join(root, name)));
  const needed = isSetUp ? 0.3e9 : 2.3e9;
  const free = machine.freeDisk(root);
  const found = `${size(free)} of disk free`;
  if (free >= needed) return ok(found);
  return wrong(
    `${found}, and ${isSetUp ? 'features and heads' : 'the set-up'} may take ${size(needed)}`,
    'Free some, or move the project to another disk. `.cache/npm` may be deleted.',
  );
}

async function isTranslated(run, env) {
  try {
    const { stdout } = await run('sysctl', ['-n', 'sysctl.proc_translated'], { env, timeout: 10_000 });
    return stdout.trim() === '1';
  } catch {
    // Macs without Rosetta don't know the name.
    return false;
  }
}

async function processorFlags({ node, env, machine, run }) {
  if (node.platform === 'linux')
    return new Set(
      machine
        .cpuinfo()
        .match(/^flags\s*:(.*)$/m)?.[1]
        .trim()
        .split(/\s+/) ?? [],
    );
  if (node.platform !== 'darwin') return new Set();
  try {
    const names = ['machdep.cpu.features', 'machdep.cpu.leaf7_features'];
    const { stdout } = await run('sysctl', ['-n', ...names], { env, timeout: 10_000 });
    return new Set(
      stdout
        .toLowerCase()
        .replace(/avx1\.0/, 'avx')
        .split(/\s+/)
        .filter(Boolean),
    );
  } catch {
    return new Set();
  }
}
