import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { downloadPhotos, photoHelp, photoSources } from '../../src/datasets/tutorial/photo-sources';
import { type DownloadOptions, downloadFile } from '../../src/files/download-file';
import { type FileServer, serveFile } from './file-server';
import { seenSyncs } from './syncs';

const content = randomBytes(400_000);
const sha256 = digest(content);

let server: FileServer;
let dir: string;
let file: string;

before(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'download-'));
  server = await serveFile({ body: content, part: '' });
});
after(() => {
  server.close();
  fs.rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(dir, 't-')), 'photos.zip');
  server.behaviour = { body: content, part: `${file}.part`, etag: '"v1"' };
  server.requests = [];
});

const get = (options: DownloadOptions = {}, url = `${server.origin}/photos.zip`) =>
  downloadFile(url, file, { retryDelay: 1, ...options });
const ranges = () => server.requests.map(({ range }) => range);
const left = () => fs.readdirSync(path.dirname(file)).sort();

/** Stops a download by its signal after `bytes`. */
async function stopAfter(bytes: number): Promise<void> {
  const stop = new AbortController();
  const size = server.behaviour.body.length;
  server.behaviour.cuts = [bytes];
  const running = get({
    signal: stop.signal,
    onProgress: (progress) => {
      if (progress.bytes >= bytes) stop.abort();
    },
  });
  await assert.rejects(running, /was stopped after .* to resume/);
  assert.deepEqual(left(), ['photos.zip.part', 'photos.zip.part.json']);
  assert.ok(fs.statSync(`${file}.part`).size < size);
  server.requests = [];
}

test('downloadFile() downloads, checks and reports a whole file', async () => {
  const seen: number[] = [];
  const result = await get({
    sha256: sha256.toUpperCase(),
    bytes: content.length,
    onProgress: ({ bytes, total }) => {
      assert.equal(total, content.length);
      seen.push(bytes);
    },
  });
  assert.deepEqual(result, { file, bytes: content.length, sha256, wasThere: false });
  assert.ok(fs.readFileSync(file).equals(content));
  assert.equal(seen.at(-1), content.length);
  assert.deepEqual(left(), ['photos.zip']);
});

test('downloadFile() keeps a file that is there and right, and refuses another one', async () => {
  fs.writeFileSync(file, content);
  assert.equal((await get({ sha256 })).wasThere, true);
  fs.writeFileSync(file, 'mine');
  await assert.rejects(get({ sha256 }), /Move it elsewhere or delete it/);
  assert.equal(fs.readFileSync(file, 'utf8'), 'mine');
  assert.equal(server.requests.length, 0);
});

test('downloadFile() goes on where an earlier call was stopped', async () => {
  await stopAfter(150_000);
  await get({ sha256 });
  assert.deepEqual(server.requests, [{ range: 'bytes=150000-', ifRange: '"v1"', url: '/photos.zip' }]);
  assert.ok(fs.readFileSync(file).equals(content));
  assert.deepEqual(left(), ['photos.zip']);
});

test('downloadFile() starts over with resume: false', async () => {
  await stopAfter(150_000);
  await get({ sha256, resume: false });
  assert.deepEqual(ranges(), [undefined]);
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() goes on after dropped connections', async () => {
  server.behaviour.cuts = [100_000, 100_000, 100_000];
  await get({ sha256, retries: 1 });
  assert.deepEqual(ranges(), [undefined, 'bytes=100000-', 'bytes=200000-', 'bytes=300000-']);
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() goes on by Last-Modified where the ETag is weak', async () => {
  server.behaviour.etag = 'W/"v1"';
  server.behaviour.lastModified = 'Mon, 01 Jan 2024 00:00:00 GMT';
  server.behaviour.cuts = [100_000];
  await get();
  assert.equal(server.requests[1]!.ifRange, server.behaviour.lastModified);
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() starts over where the server names no version, unless a digest will tell', async () => {
  server.behaviour.etag = undefined;
  server.behaviour.cuts = [100_000];
  await get();
  assert.deepEqual(ranges(), [undefined, undefined]);
  fs.rmSync(file);
  server.requests = [];
  server.behaviour.cuts = [100_000];
  await get({ sha256 });
  assert.deepEqual(ranges(), [undefined, 'bytes=100000-']);
});

test('downloadFile() starts over where the server sends no ranges', async () => {
  server.behaviour.ranges = false;
  server.behaviour.cuts = [100_000];
  await get({ sha256 });
  assert.deepEqual(ranges(), [undefined, 'bytes=100000-']);
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() starts over where the file on the server has changed', async () => {
  await stopAfter(150_000);
  server.behaviour.etag = '"v2"';
  server.behaviour.body = randomBytes(200_000);
  const result = await get();
  assert.deepEqual(ranges(), ['bytes=150000-']);
  assert.equal(result.sha256, digest(server.behaviour.body));
  assert.ok(fs.readFileSync(file).equals(server.behaviour.body));
});

test('downloadFile() takes what is whole already, and starts over where more is there than on the server', async () => {
  await stopAfter(150_000);
  fs.writeFileSync(`${file}.part`, content);
  await get({ sha256 });
  assert.deepEqual(ranges(), ['bytes=400000-']);
  fs.rmSync(file);
  await stopAfter(150_000);
  fs.writeFileSync(`${file}.part`, randomBytes(500_000));
  await get({ sha256 });
  assert.deepEqual(ranges(), ['bytes=500000-', undefined]);
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() removes what has another digest and names both', async () => {
  const other = digest(Buffer.from('other'));
  await assert.rejects(get({ sha256: other }), (error: Error) => {
    assert.match(error.message, new RegExp(`${other}.*${sha256}.*removed`));
    return true;
  });
  assert.deepEqual(left(), []);
});

test('downloadFile() gives up at once on a 404, with the way by hand', async () => {
  server.behaviour.statuses = [404, 404];
  await assert.rejects(get(), /HTTP 404.*open the address in a browser and put the file as photos\.zip/);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(left(), []);
});

test('downloadFile() tries again after server errors, and says which when it gives up', async () => {
  server.behaviour.statuses = [500, 503];
  await get({ sha256 });
  assert.equal(server.requests.length, 3);
  fs.rmSync(file);
  server.requests = [];
  server.behaviour.statuses = [500, 500, 500, 500];
  await assert.rejects(get({ retries: 2 }), /HTTP 500/);
  assert.equal(server.requests.length, 3);
});

test('downloadFile() follows a redirect', async () => {
  await get({ sha256 }, `${server.origin}/moved`);
  assert.deepEqual(
    server.requests.map(({ url }) => url),
    ['/moved', '/photos.zip'],
  );
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() does not take less or more than it should have', async () => {
  server.behaviour.chunked = true;
  server.behaviour.cuts = [100_000];
  await get({ bytes: content.length });
  assert.deepEqual(ranges(), [undefined, 'bytes=100000-']);
  assert.ok(fs.readFileSync(file).equals(content));
  fs.rmSync(file);
  await assert.rejects(get({ bytes: 1000 }), /more than the 1000 bytes/);
  assert.deepEqual(left(), []);
  server.behaviour.chunked = false;
  await assert.rejects(get({ bytes: 1000 }), /a file of 400000 bytes instead of 1000/);
  assert.deepEqual(left(), []);
});

test('downloadFile() counts silence as a failed try and keeps what came', async () => {
  server.behaviour.silent = true;
  await assert.rejects(get({ timeout: 1000, retries: 0 }), /no data for 1 s/);
  server.behaviour.silent = false;
  await get({ sha256 });
  assert.deepEqual(ranges(), [undefined, 'bytes=1000-']);
  assert.ok(fs.readFileSync(file).equals(content));
});

test('downloadFile() says at once that nothing can be reached', async () => {
  const closed = http.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const before = process.env.HTTPS_PROXY;
  process.env.HTTPS_PROXY = 'http://proxy.invalid';
  try {
    await assert.rejects(
      get({}, `http://127.0.0.1:${port}/photos.zip`),
      /a refused connection \(ECONNREFUSED\).*The proxy that HTTPS_PROXY names.*browser/,
    );
  } finally {
    if (before === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = before;
  }
  await assert.rejects(get({}, 'no address'), /something that is no address/);
  assert.deepEqual(left(), []);
});

test('downloadFile() refuses a second download of the same file meanwhile', async () => {
  const first = get({ sha256 });
  await assert.rejects(
    get({ sha256 }),
    new RegExp(`Another process \\(process ${process.pid} on .*\\) is downloading ${file}\\. Wait`),
  );
  await first;
  assert.deepEqual(left(), ['photos.zip']);
});

test('downloadFile() leaves the unfinished file of another program, such as a browser, as it is', async () => {
  fs.writeFileSync(`${file}.part`, 'of a browser');
  await assert.rejects(get(), /photos\.zip\.part: expected .* found a file without metadata/);
  assert.equal(fs.readFileSync(`${file}.part`, 'utf8'), 'of a browser');
  assert.deepEqual(left(), ['photos.zip.part']);
});

test('downloadFile() refuses metadata that it did not write, and names the file', async () => {
  await stopAfter(150_000);
  for (const text of ['null', '[]', '{"url": 1}', '{"url": "x", "etag": null}', '{"ur']) {
    fs.writeFileSync(`${file}.part.json`, text);
    await assert.rejects(get(), /photos\.zip\.part\.json: expected the metadata of an unfinished download/);
    assert.equal(fs.statSync(`${file}.part`).size, 150_000);
  }
});

test('downloadFile() adds nothing and names nothing once another process has taken over', async () => {
  server.behaviour.cuts = [100_000];
  const taken = get({
    onProgress: () => {
      for (const name of left().filter((entry) => entry.startsWith('.little-data-lock')))
        fs.rmSync(path.join(path.dirname(file), name));
    },
  });
  await assert.rejects(taken, /another process took over/);
  assert.deepEqual(left(), ['photos.zip.part', 'photos.zip.part.json']);
});

test('downloadFile() flushes the file before it has its name, and its folder after', async () => {
  const syncs = (await seenSyncs(() => get({ sha256 }))).filter(({ place }) => !place.includes('.json'));
  const [bytes, name] = syncs.slice(-2);
  assert.deepEqual([bytes!.place, bytes!.files.includes('photos.zip')], [`${file}.part`, false]);
  assert.deepEqual([name!.place, name!.files.includes('photos.zip')], [path.dirname(file), true]);
});

test('downloadPhotos() puts the zip under its own name into the folder', async () => {
  const folder = path.join(path.dirname(file), 'new folder');
  const result = await downloadPhotos(folder, { url: `${server.origin}/a/pets%201.zip?x=1`, sha256 });
  assert.equal(result.file, path.join(folder, 'pets 1.zip'));
});

test('photoHelp() names each address, size and licence', () => {
  for (const { address, size, licence } of photoSources)
    for (const text of [address, size, licence]) assert.ok(photoHelp().includes(text), text);
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
