import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DaskClient, type DaskEvent, type DaskSettings } from '../../../src/features/cluster/dask-client';
import { projectRoot } from '../../run-node';
import { hasDask } from './dask-cluster';

/** A program that answers as a worker's does; a photo called `late` is never done. */
const program = `
  const say = (message) => console.log(JSON.stringify(message));
  say({ ready: 'kind of ' + process.env.WHOSE });
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, photos, stop } = JSON.parse(line);
    if (stop) say({ id: stop, stopped: true });
    else if (photos[0] === 'wrong') say({ id, error: 'It is wrong.' });
    else if (photos[0] === 'dies') process.kill(process.pid, 'SIGKILL');
    else if (photos[0] !== 'late') say({ id, photos: photos.map((name) => ({ hash: name })) });
  });
`;

const settings: DaskSettings = {
  place: { local: 1 },
  plugin: 'little-data-test',
  command: [process.execPath, '-e', program],
  home: projectRoot,
  env: { WHOSE: 'its own' },
  objects: null,
};

/** A client of one worker, and the next of its events that `wanted` takes. */
function started(changes: Partial<DaskSettings> = {}) {
  const events: DaskEvent[] = [];
  let wake = () => {};
  const client = new DaskClient({ ...settings, ...changes }, (event) => {
    events.push(event);
    wake();
  });
  const next = async <E extends DaskEvent['event']>(name: E): Promise<Extract<DaskEvent, { event: E }>> => {
    for (;;) {
      const at = events.findIndex(({ event }) => event === name);
      if (at >= 0) return events.splice(at, 1)[0] as Extract<DaskEvent, { event: E }>;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { client, next };
}

describe('DaskClient', () => {
  test('tells of workers, of their kind, and of tasks that are done, wrong, failed and taken back', async (context) => {
    if (!hasDask(context)) return;
    const { client, next } = started();
    assert.equal((await next('workers')).count, 1);
    assert.equal((await next('kind')).kind, 'kind of its own');
    // A name that is not UTF-8 comes back as it went.
    client.submit({ id: 'a', photos: ['1.jpg', 'J\udcf6rg.jpg'] }, 1);
    assert.match((await next('began')).began, /^tls:\/\/127\.0\.0\.1:/);
    const { task, answer } = await next('finished');
    assert.deepEqual([task, answer], ['a', { photos: [{ hash: '1.jpg' }, { hash: 'J\udcf6rg.jpg' }] }]);

    client.submit({ id: 'b', photos: ['wrong'] }, 1);
    const wrong = await next('failed');
    assert.deepEqual([wrong.task, wrong.error, wrong.refused], ['b', 'It is wrong.', true]);
    client.submit({ id: 'c', photos: ['dies'] }, 1);
    const died = await next('failed');
    assert.deepEqual([died.task, died.refused], ['c', false]);

    // The worker is free again once what it was at is taken back.
    client.submit({ id: 'd', photos: ['late'] }, 1);
    while ((await next('began')).task !== 'd');
    client.cancel('d');
    client.submit({ id: 'e', photos: ['2.jpg'] }, 1);
    assert.equal((await next('finished')).task, 'e');
    await client.close();
    assert.equal((await next('ended')).event, 'ended');
  });

  test('says why a worker can not start its program', async (context) => {
    if (!hasDask(context)) return;
    const { client, next } = started({ command: [process.execPath, '-e', 'throw new Error("No weights.")'] });
    const { refused, error } = await next('failed');
    assert.equal(refused, true);
    assert.match(error, /No weights\./);
    await client.close();
  });

  test('ends, with the reason, where the scheduler can not be reached', async (context) => {
    if (!hasDask(context)) return;
    const { client, next } = started({ place: { address: 'tls://127.0.0.1:1' } });
    assert.match((await next('ended')).errors, /Error/);
    await client.close();
  });
});
