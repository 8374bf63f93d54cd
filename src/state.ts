/** What must outlive a reload of this package's modules: a notebook's cell that imports again gets fresh code, not fresh state. */

/** The value kept under `name` in this process; `make` makes it the first time. */
export function processState<T>(name: string, make: () => T): T {
  const everything = globalThis as unknown as Record<symbol, unknown>;
  const key = Symbol.for(`little-data.${name}`);
  everything[key] ??= make();
  return everything[key] as T;
}
