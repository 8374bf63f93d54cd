/** Where a cluster is: on this machine, or at the address of a Dask scheduler. */
import os from 'node:os';
import { problem, show } from '../../check';

/** A cluster: workers on this machine, or a scheduler's address. */
export type ClusterPlace = { local: number } | { address: string };

/**
 * Reads `local`, `local:2`, `tcp://host:8786` or `tls://host:8786`. `local` alone has a worker per core.
 * @throws where it is anything else.
 */
export function clusterPlace(text: unknown): ClusterPlace {
  if (typeof text === 'string') {
    const local = /^local(?::([1-9]\d{0,2}))?$/.exec(text);
    if (local) return { local: Number(local[1] ?? os.availableParallelism()) };
    if (/^(tcp|tls):\/\/[^\s/]+:\d{1,5}$/.test(text)) return { address: text };
  }
  throw problem({
    where: '`cluster`',
    expected: "'local:2' (workers on this machine) or the address of a Dask scheduler, 'tcp://host:8786'",
    found: show(text),
    next: 'Correct it, or leave it out to compute in this process. The variable LITTLE_DATA_CLUSTER counts where it is left out.',
  });
}
