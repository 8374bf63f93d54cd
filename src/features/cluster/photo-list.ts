/** Lists of photos as a worker reads them from its standard input: a job as JSON, or a path, in each line. */
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { problem, show } from '../../check';
import { nameOf } from '../../files/byte-names';

/** Photos that are computed together. */
export interface Job {
  /** Comes back with each message on the job. */
  id: string;
  /** Their paths, absolute or from the working directory; bytes that are not UTF-8 as `src/files/byte-names.ts` has them. */
  photos: string[];
  /** The kind of processor that may compute them. @default any */
  kind?: string;
  /** Whether the answer names the rows' keys. @default false */
  keys?: boolean;
}

/** A line of the list: a job, an end to one, or the path of one photo. */
export type Line = { job: Job } | { stop: string } | { photo: string };

const message = v.union([
  v.strictObject({ stop: v.string() }),
  v.strictObject({
    id: v.string(),
    photos: v.array(v.pipe(v.string(), v.minLength(1))),
    kind: v.optional(v.string()),
    keys: v.optional(v.boolean()),
  }),
]);

/** One line, without its end; `undefined` for an empty one. @throws where it begins like a job and is none. */
export function parseLine(bytes: Buffer): Line | undefined {
  const text = nameOf(bytes).replace(/\r$/, '');
  if (text === '') return undefined;
  if (!text.startsWith('{')) return { photo: text };
  const parsed = v.safeParse(message, jsonOf(text));
  if (parsed.success) return 'stop' in parsed.output ? parsed.output : { job: parsed.output };
  throw problem({
    where: 'the list on standard input',
    expected: 'in each line a path, or a job such as {"id": "1", "photos": ["a.jpg"]}',
    found: show(text),
    next: 'Correct the line. A path that begins with { is written as ./{...',
  });
}

/** The lines of a stream, as bytes: names of files need not be UTF-8. */
export async function* linesOf(input: Readable): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        yield Buffer.concat([...parts, chunk.subarray(start, end)]);
        parts = [];
        start = end + 1;
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
    }
  } catch (error) {
    // It was closed on this side: no more is wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    return;
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
