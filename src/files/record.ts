/** Reads the JSON records that this package keeps beside a user's files. Anyone may have edited them: each is checked first. */
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { problem } from '../check';
import { shownPath } from '../paths';

/** A path below the record's folder, with `/` between folders: never absolute, and without `.` or `..`. */
export const pathWithin = v.pipe(v.string(), v.check(staysWithin, 'expected a path within the folder'));

/** A SHA-256, hexadecimal. */
export const sha256Text = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected a SHA-256'));

/** A count, a length or a label. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * An object of any names, each of which fits `key`, with values that fit `value`. `v.record` passes over the names
 * `__proto__`, `constructor` and `prototype`, and folders and photos may be called so.
 */
export function named<K extends v.GenericSchema<string, string>, V extends v.GenericSchema>(
  key: K,
  value: V,
) {
  return v.pipe(
    v.custom<Record<string, unknown>>(isObject, 'expected an object'),
    v.transform((object) => Object.entries(object)),
    v.array(v.tuple([key, value])),
    v.transform((entries) => Object.fromEntries(entries) as Record<string, v.InferOutput<V>>),
  );
}

/**
 * The content of the JSON file `file`; `undefined` where there is no such file.
 * @param options `what`: what the file is, such as "the record of a split"; `next`: what the reader can do where it is not.
 * @throws LittleDataError where the file can't be read or doesn't fit the schema: it names the file and the first value.
 */
export function readRecord<S extends v.GenericSchema>(
  file: string,
  schema: S,
  options: { what: string; next: string },
): v.InferOutput<S> | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    throw unfit(
      shownPath(file),
      code === 'EISDIR' ? 'a folder' : `a file that gives the error ${code}`,
      options,
    );
  }
  return parseRecord(text, schema, { ...options, where: shownPath(file) });
}

/** The content of a record's text; see `readRecord`. `where` names its file, or the attribute of a file. */
export function parseRecord<S extends v.GenericSchema>(
  text: string,
  schema: S,
  options: { where: string; what: string; next: string },
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unfit(options.where, `text that is not JSON (${(error as Error).message})`, options);
  }
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const place = v.getDotPath(issues[0]);
  throw unfit(
    options.where,
    `${issues[0].received.slice(0, 80)}${place ? ` at ${place.slice(0, 80)}` : ''} (${issues[0].message.slice(0, 160)})`,
    options,
  );
}

function unfit(where: string, found: string, { what, next }: { what: string; next: string }): Error {
  return problem({ where, expected: what, found, next });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function staysWithin(name: string): boolean {
  if (name === '' || name.includes('\0') || path.isAbsolute(name)) return false;
  const isWindows = path.sep === '\\';
  const steps = name.split(isWindows ? /[/\\]/ : '/');
  // `c:rex.jpg` is a file's name but on Windows, where it is one on another drive.
  const drive = isWindows ? /^[a-z]:/i : /^[a-z]:$/i;
  return steps.every((step) => step !== '' && step !== '.' && step !== '..' && !drive.test(step));
}
