import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { linesOf, parseLine } from '../../../src/features/cluster/photo-list';

async function lines(...chunks: (string | Buffer)[]): Promise<string[]> {
  const found: string[] = [];
  for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk)))))
    found.push(line.toString('latin1'));
  return found;
}

test('linesOf() cuts at line ends, wherever the chunks are cut, and keeps bytes that are no text', async () => {
  assert.deepEqual(await lines('a\nb', 'c\n', '\nd'), ['a', 'bc', '', 'd']);
  assert.deepEqual(await lines('a', 'b', 'c\nd\n'), ['abc', 'd']);
  assert.deepEqual(await lines(Buffer.from('J\xf6rg\n', 'latin1')), ['J\xf6rg']);
  assert.deepEqual(await lines(), []);
});

test('linesOf() ends where the stream is destroyed', async () => {
  const stream = new PassThrough();
  stream.write('a\n');
  const found: string[] = [];
  for await (const line of linesOf(stream)) {
    found.push(line.toString());
    setImmediate(() => stream.destroy());
  }
  assert.deepEqual(found, ['a']);
});

test('parseLine() reads a path, a job, or the end of one', () => {
  assert.deepEqual(parseLine(Buffer.from('cats/1.jpg')), { photo: 'cats/1.jpg' });
  assert.deepEqual(parseLine(Buffer.from('cats/1.jpg\r')), { photo: 'cats/1.jpg' });
  assert.equal(parseLine(Buffer.from('')), undefined);
  const job = { id: '7', photos: ['a b.jpg', 'ö.jpg'], kind: 'x', keys: true };
  assert.deepEqual(parseLine(Buffer.from(JSON.stringify(job))), { job });
  assert.deepEqual(parseLine(Buffer.from('{"stop":"7"}')), { stop: '7' });
});

test('parseLine() reads names that are not UTF-8, as bytes and in JSON, to the same text', () => {
  const bytes = Buffer.from('J\xf6rg.jpg', 'latin1');
  assert.deepEqual(parseLine(bytes), { photo: 'J\udcf6rg.jpg' });
  const line = Buffer.from(JSON.stringify({ id: '1', photos: ['J\udcf6rg.jpg'] }));
  // What Python's json.dumps makes of it, and what Node does.
  assert.match(line.toString(), /J\\udcf6rg/);
  assert.deepEqual(parseLine(line), { job: { id: '1', photos: ['J\udcf6rg.jpg'] } });
});

test('parseLine() refuses what begins like a job and is none', () => {
  for (const wrong of [
    '{',
    '{}',
    '{"id":"1"}',
    '{"id":1,"photos":[]}',
    '{"id":"1","photos":[""]}',
    '{"stop":1}',
  ])
    assert.throws(() => parseLine(Buffer.from(wrong)), /the list on standard input: .*Correct the line/);
});
