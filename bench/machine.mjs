/** The machine that a benchmark runs on. */
import fs from 'node:fs';
import os from 'node:os';

/** Processor, cores, the instructions that count, memory, system. */
export function machine() {
  const info = process.platform === 'linux' ? fs.readFileSync('/proc/cpuinfo', 'utf8') : '';
  const flags = /^flags\s*:(.*)$/m.exec(info)?.[1].trim().split(/\s+/) ?? [];
  const [cpu] = os.cpus();
  return {
    processor: cpu?.model ?? 'unknown',
    cores: os.availableParallelism(),
    flags: flags.filter((flag) => /^(avx2|fma|avx512f|avx512_vnni|avx512_bf16|amx_bf16)$/.test(flag)),
    memory_mb: Math.round(os.totalmem() / 2 ** 20),
    system: `${os.type()} ${os.arch()}`,
  };
}
