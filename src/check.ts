/** Argument checks with one wording: what was expected, where, what was found, what to do. */

/** The parts of every error message of this package. */
export interface Problem {
  /** The argument, file or folder that is wrong: a name, or a path. */
  where: string;
  /** What should have been there, as a noun phrase. */
  expected: string;
  /** What was there instead, as a noun phrase. */
  found: string;
  /** What the reader can do now: whole sentences. */
  next: string;
}

const explained: unique symbol = Symbol.for('little-data.explained');

/** An error that says where, what was expected, what was found, and what to do next. */
export class LittleDataError extends Error {
  /** `'LittleDataError'`. */
  override name = 'LittleDataError';

  /**
   * The kernel shows such an error by its message and the cell's line.
   * @internal
   */
  get [explained](): true {
    return true;
  }
}

/** Makes the error for a problem; the caller throws it. */
export function problem({ where, expected, found, next }: Problem): LittleDataError {
  return new LittleDataError(shownLine(`${where}: expected ${expected}, found ${found}. ${next}`));
}

/**
 * A text as one line that a screen shows character by character: control characters, line breaks and those that turn the
 * direction of writing stand as escapes (`\x1b`, `\u202e`). Names of files and classes may hold them, and a terminal obeys them.
 */
export function shownLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const unit = character.charCodeAt(0);
    // A byte that is no character: see `src/files/byte-names.ts`.
    const code = (unit >= 0xdc80 && unit <= 0xdcff ? unit - 0xdc00 : unit).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** Throws unless `value` is an integer in `[min, max]`; returns it. */
export function checkInteger(
  name: string,
  value: unknown,
  { min, max }: { min?: number; max?: number } = {},
): number {
  if (Number.isSafeInteger(value) && isWithin(value as number, { min, max })) return value as number;
  throw problem({
    where: `\`${name}\``,
    expected: `an integer${boundsText({ min, max })}`,
    found: show(value),
    next: `Pass such a number as \`${name}\`.`,
  });
}

/** Throws unless `value` is a finite number in `[min, max]`; returns it. */
export function checkNumber(
  name: string,
  value: unknown,
  { min, max }: { min?: number; max?: number } = {},
): number {
  if (Number.isFinite(value) && isWithin(value as number, { min, max })) return value as number;
  throw problem({
    where: `\`${name}\``,
    expected: `a number${boundsText({ min, max })}`,
    found: show(value),
    next: `Pass such a number as \`${name}\`.`,
  });
}

/** Throws unless `value` is one of `allowed`; returns it. */
export function checkOneOf<T>(name: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw problem({
    where: `\`${name}\``,
    expected: `one of ${allowed.map(show).join(', ')}`,
    found: show(value),
    next: `Pass one of these as \`${name}\`.`,
  });
}

/** Throws unless `value` is a list of names, each of which occurs once; returns it. */
export function checkNames(name: string, value: unknown): readonly string[] {
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
  if (isList && new Set(value).size === value.length) return value;
  const twice = isList && value.find((each, i) => value.indexOf(each) < i);
  throw problem({
    where: `\`${name}\``,
    expected: 'a list of names, each of them once',
    found: twice ? `${show(twice)} twice` : show(value),
    next:
      typeof value === 'string' ? `Pass \`[${show(value)}]\`.` : `Pass a list such as \`['cats', 'dogs']\`.`,
  });
}

/** Throws unless `value` is a model of TensorFlow.js; returns it. */
export function checkModel<T>(name: string, value: T): T {
  const { layers, predict } = Object(value) as { layers?: unknown; predict?: unknown };
  if (Array.isArray(layers) && typeof predict === 'function') return value;
  throw problem({
    where: `\`${name}\``,
    expected: 'a model of layers, such as `applications.VGG16` or `buildHead` give',
    found: value instanceof Promise ? 'a promise' : show(value),
    next: value instanceof Promise ? 'Await it first.' : `Pass the model itself as \`${name}\`.`,
  });
}

/** Throws when `options` is no object, or holds a key that is not in `known`: a typing error would otherwise pass in silence. */
export function checkKeys(name: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw problem({
      where: name,
      expected: `an object of options (${known.map((k) => `\`${k}\``).join(', ')})`,
      found: show(options),
      next: 'Pass the options by their names, or leave them out.',
    });
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw problem({
      where: name,
      expected: `options among ${known.map((k) => `\`${k}\``).join(', ')}`,
      found: `\`${key}\``,
      next: 'Correct the name or leave it out.',
    });
  }
}

/** A value as it is shown in a message: short, and with its type visible. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return shownLine(JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value))
    return `[${value.slice(0, 6).map(show).join(', ')}${value.length > 6 ? ', ...' : ''}]`;
  if (typeof value === 'object' && value !== null)
    return `an object (${value.constructor?.name ?? 'no class'})`;
  return String(value);
}

/** `3 photos of no class (a.jpg, b.jpg, ...)`; nothing for none. */
export function counted(names: readonly string[], one: string, many: string): string {
  if (names.length === 0) return '';
  const first = names.slice(0, 5).join(', ');
  return `${names.length} ${names.length === 1 ? one : many} (${first}${names.length > 5 ? ', ...' : ''})`;
}

interface Bounds {
  min: number | undefined;
  max: number | undefined;
}

function isWithin(value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Bounds) {
  return value >= min && value <= max;
}

/** The bounds that there are, in words that follow a noun. */
function boundsText({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  return max !== undefined ? ` up to ${max}` : '';
}
