/** Which generator a list of labels came from: by it, a function that is given labels knows what else they belong to. */
import { processState } from '../../state';
import type { DirectoryIterator } from './directory-iterator';

/** Records that `labels` is the `classes` of `generator`. */
export function setLabelSource(labels: readonly number[], generator: DirectoryIterator): void {
  known().set(labels, generator);
}

/** The generator whose `classes` this very array is; `undefined` for a copy, or a list of the caller's own. */
export function labelSource(labels: object): DirectoryIterator | undefined {
  return known().get(labels);
}

function known(): WeakMap<object, DirectoryIterator> {
  return processState('label-sources', () => new WeakMap<object, DirectoryIterator>());
}
