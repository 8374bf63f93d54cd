/** One try to download the rest of a file over HTTP. */
import fs from 'node:fs';
import { NetworkFailure, networkFailure, statusFailure } from './network-failure';
import type { PartialDownload } from './partial-download';
import { shownBytes } from './shown-bytes';

/**
 * Asks `url` for what `partial` lacks and adds it. Starts over where the server has another version, or can't send a part.
 *
 * @param options `bytes`: the length the whole must have; `anyVersion`: resume although the server named no version (a digest
 * will tell); `onProgress`; `signal` stops; `timeout`: milliseconds without a byte that make the try fail.
 * @throws NetworkFailure where the rest did not come whole; what came stays. Errors of the disk are thrown as they are.
 */
export async function fetchRest(
  partial: PartialDownload,
  options: {
    url: string;
    bytes?: number;
    anyVersion: boolean;
    onProgress?: (progress: { bytes: number; total: number | undefined }) => void;
    signal?: AbortSignal;
    timeout: number;
  },
): Promise<void> {
  const { url, bytes, anyVersion, onProgress, signal, timeout } = options;
  const have = partial.size();
  const validator = partial.validator();
  const goOn = have > 0 && (validator !== undefined || anyVersion);
  const watch = new AbortController();
  const silence = setTimeout(
    () => watch.abort(new NetworkFailure(`no data for ${timeout / 1000} s`, 'passing')),
    timeout,
  );
  const failed = (error: unknown): never => {
    throw networkFailure(watch.signal.aborted ? watch.signal.reason : error);
  };
  let out: fs.promises.FileHandle | undefined;
  try {
    const response = await fetch(url, {
      headers: {
        'accept-encoding': 'identity',
        ...(goOn && { range: `bytes=${have}-` }),
        ...(goOn && validator !== undefined && { 'if-range': validator }),
      },
      signal: signal ? AbortSignal.any([signal, watch.signal]) : watch.signal,
    }).catch(failed);
    const range = contentRange(response);
    if (goOn && response.status === 416 && range.total === have) return;
    if (goOn && (response.status === 416 || (response.status === 206 && range.start !== have))) {
      partial.restart();
      return await fetchRest(partial, options);
    }
    if (response.status !== 200 && !(goOn && response.status === 206))
      throw statusFailure(response.status, response.statusText);
    const total = response.status === 206 ? range.total : contentLength(response);
    if (bytes !== undefined && total !== undefined && total !== bytes)
      throw new NetworkFailure(`a file of ${total} bytes instead of ${bytes}`, 'final');
    if (response.status === 200) partial.restart(versionOf(response));
    out = await fs.promises.open(partial.path, 'a');
    const reader = response.body!.getReader();
    let at = partial.size();
    for (;;) {
      const { done, value } = await reader.read().catch(failed);
      if (done) break;
      silence.refresh();
      partial.check();
      await out.writeFile(value);
      at += value.length;
      if (bytes !== undefined && at > bytes) {
        partial.restart();
        throw new NetworkFailure(`more than the ${bytes} bytes it should have`, 'final');
      }
      onProgress?.({ bytes: at, total: total ?? bytes });
    }
    const whole = total ?? bytes;
    if (whole !== undefined && at < whole)
      throw new NetworkFailure(`an end after ${shownBytes(at)} of ${shownBytes(whole)}`, 'passing');
  } finally {
    clearTimeout(silence);
    watch.abort();
    await out?.close();
  }
}

function contentRange(response: Response): { start?: number; total?: number } {
  const header = response.headers.get('content-range') ?? '';
  const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(header) ?? [];
  return {
    start: start === undefined ? undefined : Number(start),
    total: total === undefined || total === '*' ? undefined : Number(total),
  };
}

function contentLength(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  // `fetch` unpacks an encoded body, whose length is then another.
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length);
}

function versionOf(response: Response): { etag?: string; lastModified?: string } {
  return {
    etag: response.headers.get('etag') ?? undefined,
    lastModified: response.headers.get('last-modified') ?? undefined,
  };
}
