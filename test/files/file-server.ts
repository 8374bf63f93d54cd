/** A server on loopback that gives one file, with the faults that a test asks for. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** What the answers do; a test changes it at any time. */
export interface Behaviour {
  body: Buffer;
  /** Where the bytes arrive: the partial file of the download. */
  part: string;
  /** Whether `Range` is understood. @default true */
  ranges?: boolean;
  etag?: string;
  lastModified?: string;
  /** Bytes after which the connection is cut, answer by answer; undefined: sent whole. */
  cuts?: (number | undefined)[];
  /** Statuses answered instead, one after the other. */
  statuses?: number[];
  /** Cuts by ending the answer in order, without a promised length. */
  chunked?: boolean;
  /** Never goes on after the headers and the first bytes. */
  silent?: boolean;
}

/** A request as it came. */
export interface Asked {
  range?: string;
  ifRange?: string;
  url?: string;
}

/** A running server: `behaviour` and `requests` are open to the test. */
export interface FileServer {
  origin: string;
  behaviour: Behaviour;
  requests: Asked[];
  close: () => void;
}

/** Starts a server on a free port of 127.0.0.1; `/moved` leads to `/photos.zip`. */
export async function serveFile(behaviour: Behaviour): Promise<FileServer> {
  const listener = http.createServer((request, response) => answer(server, request, response));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const server: FileServer = {
    origin: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    behaviour,
    requests: [],
    close: () => {
      listener.closeAllConnections();
      listener.close();
    },
  };
  return server;
}

function answer(server: FileServer, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { behaviour } = server;
  const { range, 'if-range': ifRange } = request.headers as Record<string, string | undefined>;
  server.requests.push({ range, ifRange, url: request.url });
  if (request.url === '/moved') return void response.writeHead(302, { location: '/photos.zip' }).end();
  const status = behaviour.statuses?.shift();
  if (status) return void response.writeHead(status).end('no');
  const strong = behaviour.etag?.startsWith('W/') ? undefined : behaviour.etag;
  const version = strong ?? behaviour.lastModified;
  const headers: http.OutgoingHttpHeaders = {};
  if (behaviour.etag) headers.etag = behaviour.etag;
  if (behaviour.lastModified) headers['last-modified'] = behaviour.lastModified;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN);
  const part = behaviour.ranges !== false && from >= 0 && (ifRange === undefined || ifRange === version);
  const { length } = behaviour.body;
  if (part && from >= length)
    return void response.writeHead(416, { 'content-range': `bytes */${length}` }).end();
  const body = part ? behaviour.body.subarray(from) : behaviour.body;
  if (part) headers['content-range'] = `bytes ${from}-${length - 1}/${length}`;
  if (!behaviour.chunked) headers['content-length'] = body.length;
  response.writeHead(part ? 206 : 200, headers);
  const cut = behaviour.cuts?.shift();
  if (behaviour.silent) return void response.write(body.subarray(0, 1000));
  if (cut === undefined) response.end(body);
  else if (behaviour.chunked) response.end(body.subarray(0, cut));
  else {
    response.write(body.subarray(0, cut));
    void cutOff(response, behaviour.part, (part ? from : 0) + cut);
  }
}

/** Cuts the connection once `bytes` lie in the partial file: what is still on its way might be lost. */
async function cutOff(response: http.ServerResponse, part: string, bytes: number): Promise<void> {
  while (!response.destroyed && (fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0) !== bytes)
    await setTimeout(2);
  response.destroy();
}
