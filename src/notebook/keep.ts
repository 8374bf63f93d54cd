/** Tensors of a cell that is run again: what its earlier run made is freed. */
import { processState } from '../state';

interface Disposable {
  dispose(): unknown;
}

/**
 * Keeps `value` under `name` and returns it; what an earlier call kept under that name is disposed, its tensors and
 * models, also within arrays and objects. So a cell that is run again does not fill the memory:
 * `const features = keep('features', np.load(file))`.
 *
 * @param name what the value is known by; the variable's name is a good one.
 * @param value a tensor, a model, or an array or plain object with such in it; other values are only handed through.
 * @returns `value`.
 * @example
 * ```ts
 * import { keep, np } from 'little-data';
 * const features = keep('features', np.load('features.npy'));
 * ```
 */
export function keep<T>(name: string, value: T): T {
  const kept = processState('kept', () => new Map<string, unknown>());
  const earlier = disposables(kept.get(name));
  kept.set(name, value);
  const inUse = new Set([...kept.values()].flatMap((other) => disposables(other)));
  for (const thing of earlier) if (!inUse.has(thing)) thing.dispose();
  return value;
}

/** Tensors and models in a value that are not disposed yet. */
function disposables(value: unknown, seen = new Set<unknown>()): Disposable[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return [];
  seen.add(value);
  const thing = value as { dispose?: unknown; isDisposed?: boolean; _refCount?: number };
  if (typeof thing.dispose === 'function') {
    // A model has no `isDisposed`; its count of users is what its own `dispose` checks, and throws.
    return thing.isDisposed || thing._refCount === 0 ? [] : [thing as Disposable];
  }
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return plain ? Object.values(value).flatMap((part) => disposables(part, seen)) : [];
}
