/** How a cluster is used: what a caller may say of it. */
import { checkKeys, problem, show } from '../../check';
import { type ClusterPlace, clusterPlace } from './cluster-place';
import type { BaseSource } from './worker-settings';

/** The options of a cluster. */
export interface ClusterOptions {
  /** `'local:2'`: two workers on this machine; or the address of a Dask scheduler, `'tcp://host:8786'`. */
  at: string;
  /** Whether workers of several kinds of processor may work at one file: their rows differ by rounding. @default false */
  mixed?: boolean;
  /** Where workers see folders of this machine that have other paths there: `{ '/data/photos': '/mnt/photos' }`. @default at the same paths */
  paths?: Readonly<Record<string, string>>;
  /** Where the workers find the photos of the folder, under the same names, in an object store: `'s3://bucket/photos'`. @default in a folder that all machines share */
  photos?: string;
  /** Where rows travel in an object store: `'s3://bucket/rows'`. Needed with `photos`. @default in the feature store of a folder that all machines share */
  rows?: string;
  /** The project's folder on the workers. @default this one's path there; a worker's own variable `LITTLE_DATA_WORKER_HOME` wins */
  home?: string;
}

/** Options that were checked. */
export interface CheckedCluster extends Omit<ClusterOptions, 'at' | 'photos' | 'rows'> {
  place: ClusterPlace;
  objects?: { photos: string; rows: string };
  /** The base by its name or file, where a caller knows it. */
  base?: BaseSource;
}

/** A cluster as options name it; where they don't, as the variable `LITTLE_DATA_CLUSTER` does; `undefined` for none. */
export function checkCluster(given: string | ClusterOptions | undefined): CheckedCluster | undefined {
  const named = given ?? (process.env.LITTLE_DATA_CLUSTER || undefined);
  if (named === undefined) return undefined;
  const options: ClusterOptions = typeof named === 'object' ? named : { at: named };
  checkKeys('cluster', options, ['at', 'mixed', 'paths', 'photos', 'rows', 'home']);
  const { at, photos, rows, ...rest } = options;
  const place = clusterPlace(at);
  if (photos === undefined && rows === undefined) return { place, ...rest };
  for (const [name, address] of Object.entries({ photos, rows }))
    if (typeof address !== 'string' || !/^[a-z0-9]+:\/\/./.test(address))
      throw problem({
        where: `\`${name}\``,
        expected:
          'an address in an object store, such as s3://bucket/folder; `photos` and `rows` go together',
        found: show(address),
        next: 'Pass both, or leave both out where all machines share the folder.',
      });
  const withoutEnd = (address: string) => address.replace(/\/+$/, '');
  return { place, ...rest, objects: { photos: withoutEnd(photos!), rows: withoutEnd(rows!) } };
}

/** The path of a file or folder of this machine as workers see it. */
export function seenByWorkers(file: string, paths: ClusterOptions['paths'] = {}): string {
  const [from, to] = Object.entries(paths).find(([own]) => file === own || file.startsWith(`${own}/`)) ?? [];
  return from === undefined ? file : to + file.slice(from.length);
}
