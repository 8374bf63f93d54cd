/** A folder that is written whole or not at all, and that never takes the place of anything else. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { problem } from '../check';
import { entryAt } from '../files/entry-at';
import { type Part, withPart } from '../files/part';
import { named, pathWithin, readRecord, sha256Text } from '../files/record';
import { diskFault, resolvePath, shownPath } from '../paths';

/** Lists the files of an exported folder with their SHA-256: what differs from it was put there by somebody. */
const marker = 'little-data.json';

const schema = v.object({ kind: v.string(), files: named(pathWithin, sha256Text) });

/** Folders exported here, as told by their marker. */
export type ExportKind = 'model' | 'web page' | 'predictor';

/**
 * Fills a folder beside `dir` through `write`, then gives it its name. An earlier export of the same kind in whose files
 * nobody has changed anything is replaced; every other folder that is not empty is refused before `write` is called.
 *
 * @returns the absolute path, and the size of all files in bytes.
 */
export async function writeFolder(
  dir: string,
  { kind, write }: { kind: ExportKind; write: (place: string) => Promise<void> | void },
): Promise<{ dir: string; bytes: number }> {
  const place = resolvePath(dir, 'dir');
  const wanted = entryAt(place) ? fs.realpathSync(place) : place;
  checkReplaceable(wanted, kind);
  const fill = async (part: Part) => {
    fs.mkdirSync(part.path);
    await write(part.path);
    const files = digestsOf(part.path);
    fs.writeFileSync(path.join(part.path, marker), `${JSON.stringify({ kind, files }, null, 1)}\n`);
    const bytes = filesIn(part.path).reduce(
      (sum, name) => sum + fs.statSync(path.join(part.path, name)).size,
      0,
    );
    await part.finish(() => checkReplaceable(wanted, kind));
    return { dir: wanted, bytes };
  };
  try {
    // A second export waits for the first one, and then replaces it.
    return await withPart(wanted, fill, { wait: Infinity, doing: 'is exporting to', onWait: console.log });
  } catch (error) {
    throw diskFault(error, {
      place: wanted,
      what: `the ${kind}`,
      next: 'Then run it again. An earlier export is unchanged.',
    });
  }
}

/** Throws unless `dir` is missing, empty, or an export of this kind as it was written. */
function checkReplaceable(dir: string, kind: ExportKind): void {
  const found = whatIsThere(dir, kind);
  if (found === undefined) return;
  throw problem({
    where: shownPath(dir),
    expected: `a new or empty folder, or an earlier ${kind} from here as it was written`,
    found,
    next: 'Pass another folder, or move what is there elsewhere.',
  });
}

function whatIsThere(dir: string, kind: ExportKind): string | undefined {
  const stat = entryAt(dir);
  if (!stat) return undefined;
  if (!stat.isDirectory()) return 'a file';
  const names = fs.readdirSync(dir);
  if (names.length === 0) return undefined;
  const earlier = readMarker(dir);
  if (!earlier) return `a folder with ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`;
  if (earlier.kind !== kind) return `a ${earlier.kind}`;
  const files = digestsOf(dir);
  const changed = [...new Set([...Object.keys(files), ...Object.keys(earlier.files)])].filter(
    (name) => files[name] !== earlier.files[name],
  );
  const dirs = foldersIn(dir).filter(
    (name) => !Object.keys(files).some((file) => file.startsWith(`${name}/`)),
  );
  if (isDeepStrictEqual(files, earlier.files) && dirs.length === 0) return undefined;
  return `one with changes of yours (${[...changed, ...dirs].slice(0, 3).join(', ')})`;
}

function readMarker(dir: string): v.InferOutput<typeof schema> | undefined {
  return readRecord(path.join(dir, marker), schema, {
    what: 'the list of files of an exported folder',
    next: 'Pass another folder, or move what is there elsewhere.',
  });
}

/** SHA-256 of each file but the marker, by its path below `dir` with slashes; a link or device has none. */
function digestsOf(dir: string): Record<string, string> {
  const names = filesIn(dir).filter((name) => name !== marker);
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(dir, name);
      if (!fs.lstatSync(file).isFile()) return [name, ''];
      return [name, createHash('sha256').update(fs.readFileSync(file)).digest('hex')];
    }),
  );
}

/** What `npm ci` installs in an exported predictor: it is no change, and goes with the earlier export. */
const installed = /^node_modules(\/|$)/;

/** Everything that is no folder, links included. */
function filesIn(dir: string): string[] {
  return entriesOf(dir, (entry) => !entry.isDirectory());
}

function foldersIn(dir: string): string[] {
  return entriesOf(dir, (entry) => entry.isDirectory());
}

function entriesOf(dir: string, wanted: (entry: fs.Dirent) => boolean): string[] {
  return fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(wanted)
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => !installed.test(name))
    .sort();
}
