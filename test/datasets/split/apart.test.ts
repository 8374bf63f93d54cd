import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, type TestContext, test } from 'node:test';
import { extractZip } from '../../../src/files/extract-zip';
import { makeZip } from '../../files/make-zip';
import { namespaces, needsNamespaces, start, until } from '../../files/namespaces';
import { filesBelow, put, temporaryFolder } from '../folders';

const names = Array.from({ length: 400 }, (_, i) => `Cat/${i}.jpg`);

let dir: string;
let zip: string;
let out: string;
beforeEach(async () => {
  dir = temporaryFolder('apart');
  zip = put(dir, 'pets.zip', await makeZip(names.map((name) => ({ name }))));
  out = path.join(dir, 'out');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** Unpacks the zip in a namespace, 2 ms and more a file; returns once a few files are there. */
async function unpackIn(context: TestContext, command: readonly string[]) {
  const script = `
    const { extractZip } = require('./src/files/extract-zip');
    const onEntry = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    extractZip(${JSON.stringify(zip)}, ${JSON.stringify(out)}, { onEntry }).then(() => console.log('unpacked'));`;
  const started = start(context, { words: ['-e', script], command });
  await until(() => filesBelow(dir).length > 20);
  return started;
}

function assertComplete(): void {
  for (const name of names)
    assert.equal(fs.readFileSync(path.join(out, name), 'utf8'), `bytes of ${name}`, name);
  assert.deepEqual(fs.readdirSync(dir).sort(), ['out', 'pets.zip']);
}

describe('extractZip() beside a process that it cannot see', () => {
  for (const [name, command] of Object.entries(namespaces))
    test(`waits for one in a namespace ${name}, deletes nothing of it, and takes what it unpacked`, async (context) => {
      if (!needsNamespaces(context)) return;
      const { child } = await unpackIn(context, command);
      const ended = once(child, 'exit');
      const part = fs.readdirSync(dir).find((entry) => entry.endsWith('.part'))!;
      const before = filesBelow(path.join(dir, part));
      let written = 0;
      const unpacked = extractZip(zip, out, { onEntry: () => written++ });
      await until(() => filesBelow(dir).length > 60);
      const after = fs.existsSync(path.join(dir, part)) ? filesBelow(path.join(dir, part)) : names;
      assert.deepEqual(
        before.filter((file) => !after.includes(file)),
        [],
      );
      assert.equal((await unpacked).extracted, names.length);
      assert.equal(written, 0);
      assert.deepEqual(await ended, [0, null]);
      assertComplete();
    });

  test('unpacks all itself once the other one was killed, and leaves nothing of it', async (context) => {
    if (!needsNamespaces(context)) return;
    const { kill } = await unpackIn(context, namespaces['with a /proc of its own']!);
    await kill();
    for (const claim of fs.readdirSync(dir).filter((name) => name.startsWith('.')))
      fs.utimesSync(path.join(dir, claim), 0, 0);
    let written = 0;
    await extractZip(zip, out, { onEntry: () => written++ });
    assert.equal(written, names.length);
    assertComplete();
  });
});
