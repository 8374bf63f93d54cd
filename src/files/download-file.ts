/** Downloads one large file. It resumes where it stopped, and gives the file its name only when it is complete and correct. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LittleDataError, problem } from '../check';
import { diskFault, shownPath } from '../paths';
import { putInPlace } from './atomic';
import { fetchRest } from './fetch-rest';
import { type Lock, withLockBeside } from './lock';
import { NetworkFailure, proxyHint } from './network-failure';
import { openPartial, type PartialDownload } from './partial-download';
import { shownBytes } from './shown-bytes';

/** How far a download is, in bytes. */
export interface DownloadProgress {
  /** On the disk, those of earlier calls included. */
  bytes: number;
  /** The length of the whole file where the server or the caller gave it. */
  total: number | undefined;
}

/** A file that was downloaded. */
export interface DownloadedFile {
  /** Its path. */
  file: string;
  /** Its length. */
  bytes: number;
  /** The digest of the whole file, 64 hexadecimal digits. */
  sha256: string;
  /** Whether it lay there already, so that nothing was downloaded. */
  wasThere: boolean;
}

/** How a file is downloaded. */
export interface DownloadOptions {
  /** The digest that the whole file must have, 64 hexadecimal digits. @default not checked */
  sha256?: string;
  /** The length that the whole file must have. @default what the server says */
  bytes?: number;
  /** Called with `{ bytes, total }` for each piece that arrived. @default nothing */
  onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download and keeps what is there for the next call. @default none */
  signal?: AbortSignal;
  /** `false` discards what an earlier call left. @default true */
  resume?: boolean;
  /** Failed tries in a row, each bringing nothing new, after which one more is the last. @default 5 */
  retries?: number;
  /** Milliseconds before the second try, doubled for each more, 30 s at most. @default 1000 */
  retryDelay?: number;
  /** Milliseconds without a byte after which a try counts as failed. @default 30000 */
  timeout?: number;
}

const longestDelay = 30_000;

/**
 * Downloads `url` to `file`. The bytes go to `<file>.part`, with what the server said about them in `<file>.part.json`; a later
 * call resumes there if the server still has the same file. `file` itself appears when all is there and right.
 *
 * A file that is there already is kept where its SHA-256 is `sha256`, refused where it is another one, and replaced where no
 * `sha256` is given.
 *
 * @throws LittleDataError for an address that can't be reached or is refused, a digest or a length that is wrong (the partial
 * file is removed then), a full disk, a second download of the same file at the same time, and at the `signal`.
 */
export async function downloadFile(
  url: string,
  file: string,
  options: DownloadOptions = {},
): Promise<DownloadedFile> {
  const { sha256 } = options;
  if (sha256 !== undefined && fs.existsSync(file)) return keepFile(file, sha256);
  try {
    const download = async (lock: Lock) => {
      const partial = openPartial(file, { url, lock });
      try {
        await fetchAll(partial, url, { ...options, file });
        return await finish(partial, file, { ...options, url });
      } finally {
        partial.release();
      }
    };
    return await withLockBeside(file, download, { wait: 0, doing: 'is downloading' });
  } catch (error) {
    throw diskFault(error, {
      place: file,
      what: 'the download',
      next: 'Start it again to resume.',
    });
  }
}

/** Fetches what is missing of the partial file, again and again where a try fails. */
async function fetchAll(
  partial: PartialDownload,
  url: string,
  {
    file,
    sha256,
    bytes,
    onProgress,
    signal,
    resume = true,
    retries = 5,
    retryDelay = 1000,
    timeout = 30_000,
  }: DownloadOptions & { file: string },
): Promise<void> {
  if (!resume) partial.restart();
  const anyVersion = sha256 !== undefined;
  let failures = 0;
  let arrived = false;
  for (;;) {
    if (signal?.aborted) throw stopped(file, partial);
    const before = partial.size();
    try {
      return await fetchRest(partial, { url, bytes, anyVersion, onProgress, signal, timeout });
    } catch (error) {
      if (signal?.aborted) throw stopped(file, partial);
      if (!(error instanceof NetworkFailure)) throw error;
      const gained = partial.size() > before;
      arrived ||= gained;
      failures = gained ? 1 : failures + 1;
      const hopeless = error.kind === 'final' || (error.kind === 'unreachable' && !arrived);
      if (hopeless || failures > retries) throw unreached(url, file, error);
    }
    const delay = Math.min(retryDelay * 2 ** (failures - 1), longestDelay);
    await sleep(delay, undefined, { signal }).catch(() => undefined);
  }
}

/** The SHA-256 of a file's bytes, read piece by piece: 64 hexadecimal digits. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}

async function keepFile(file: string, sha256: string): Promise<DownloadedFile> {
  const found = await sha256OfFile(file);
  if (found === sha256.toLowerCase())
    return { file, bytes: fs.statSync(file).size, sha256: found, wasThere: true };
  throw problem({
    where: shownPath(file),
    expected: `no file yet, or the one with the SHA-256 ${sha256}`,
    found: `one with the SHA-256 ${found}`,
    next: 'It was not changed. Move it elsewhere or delete it, then start again.',
  });
}

async function finish(
  partial: PartialDownload,
  file: string,
  { url, sha256, bytes }: { url: string; sha256?: string; bytes?: number },
): Promise<DownloadedFile> {
  const size = partial.size();
  const found = await sha256OfFile(partial.path);
  const rightSize = bytes === undefined || size === bytes;
  if (!rightSize || (sha256 !== undefined && found !== sha256.toLowerCase())) {
    partial.restart();
    throw problem({
      where: url,
      expected: rightSize ? `a file with the SHA-256 ${sha256}` : `a file of ${bytes} bytes`,
      found: rightSize ? `one of ${size} bytes with the SHA-256 ${found}` : `one of ${size} bytes`,
      next: 'It was removed. Start again; if it happens twice, the file at this address is no longer the same.',
    });
  }
  partial.check();
  putInPlace(partial.path, file);
  return { file, bytes: size, sha256: found, wasThere: false };
}

function stopped(file: string, partial: PartialDownload): LittleDataError {
  return new LittleDataError(
    `The download of ${shownPath(file)} was stopped after ${shownBytes(partial.size())}. Start it again to resume.`,
  );
}

function unreached(url: string, file: string, failure: NetworkFailure): LittleDataError {
  return problem({
    where: url,
    expected: 'a file to download',
    found: failure.message,
    next:
      `Start it again later to resume.${proxyHint()} Or open the address in a browser and put ` +
      `the file as ${path.basename(file)} into the folder ${shownPath(path.dirname(path.resolve(file)))}.`,
  });
}
