/** The part of a file that was downloaded so far, and what the server said about the whole. */
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { problem } from '../check';
import { shownPath } from '../paths';
import { writeWhole } from './atomic';
import type { Lock } from './lock';
import { readRecord } from './record';

const schema = v.object({
  url: v.string(),
  etag: v.optional(v.string()),
  lastModified: v.optional(v.string()),
});

/** What tells one version of a file on a server from another. */
export type Version = Omit<v.InferOutput<typeof schema>, 'url'>;

/** A download that this process works on. */
export interface PartialDownload {
  /** `<file>.part`: the first bytes of the file. */
  path: string;
  /** Bytes there are. */
  size: () => number;
  /** What `If-Range` takes for the version that the bytes are of; undefined where the server named none that it takes. */
  validator: () => string | undefined;
  /** Throws where another process has taken over: see `Lock`. */
  check: () => void;
  /** Deletes the bytes; those to come are of `version`. */
  restart: (version?: Version) => void;
  /** Ends the work: the bytes stay for another call, if there are any. */
  release: () => void;
}

/**
 * Opens `<file>.part` with the bytes that an earlier call left of the same `url`. Its metadata lies in `<file>.part.json`.
 *
 * @param options `lock`: the one on `file`, which the caller holds.
 * @throws LittleDataError where `<file>.part` has no metadata: somebody else made it.
 */
export function openPartial(file: string, { url, lock }: { url: string; lock: Lock }): PartialDownload {
  const part = `${path.resolve(file)}.part`;
  const record = `${part}.json`;
  const earlier = readRecord(record, schema, {
    what: 'the metadata of an unfinished download',
    next: `Delete it and ${shownPath(part)}, then start again.`,
  });
  if (!earlier && fs.existsSync(part))
    throw problem({
      where: shownPath(part),
      expected: 'no file, or an unfinished download with its metadata beside it',
      found: 'a file without metadata, perhaps of a browser that is downloading',
      next: 'It was not changed. Wait for the browser, or move the file elsewhere. Then start again.',
    });
  let version: Version = {};
  const partial: PartialDownload = {
    path: part,
    size: () => fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0,
    validator: () => (version.etag?.startsWith('W/') ? undefined : version.etag) ?? version.lastModified,
    check: lock.check,
    restart: (next = {}) => {
      lock.check();
      fs.rmSync(part, { force: true });
      version = next;
      writeWhole(record, (descriptor) =>
        fs.writeFileSync(descriptor, `${JSON.stringify({ url, ...version })}\n`),
      );
    },
    release: () => {
      if (partial.size() > 0 || !lock.isHeld()) return;
      for (const left of [part, record]) fs.rmSync(left, { force: true });
    },
  };
  if (earlier?.url === url) version = { etag: earlier.etag, lastModified: earlier.lastModified };
  else partial.restart();
  return partial;
}
