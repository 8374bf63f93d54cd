import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { displayBundle, inKernel, LiveDisplay } from '../../src/notebook/display';
import { inFakeKernel, printed } from './fake-kernel';

const bundle = { 'image/svg+xml': '<svg/>', 'text/plain': 'a picture' };

test('inKernel() is true while tslab runs a cell', async () => {
  assert.equal(inKernel(), false);
  await inFakeKernel(() => assert.equal(inKernel(), true));
  assert.equal(inKernel(), false);
});

describe('displayBundle()', () => {
  test('sends all forms in one message', async () => {
    const messages = await inFakeKernel(() => displayBundle(bundle));
    assert.deepEqual(messages, [{ data: bundle, metadata: {}, transient: {}, update: false }]);
  });

  test('names the output that it replaces', async () => {
    const [message] = await inFakeKernel(() => displayBundle(bundle, { id: 'x', update: true }));
    assert.deepEqual([message?.transient, message?.update], [{ display_id: 'x' }, true]);
  });

  test('prints the text outside a kernel, once', async () => {
    const lines = await printed(() => {
      displayBundle(bundle);
      displayBundle(bundle, { id: 'x', update: true });
      displayBundle({ 'image/svg+xml': '<svg/>' });
    });
    assert.deepEqual(lines, ['a picture']);
  });
});

test('LiveDisplay shows once and is then replaced in place', async () => {
  const messages = await inFakeKernel(() => {
    const [one, other] = [new LiveDisplay(), new LiveDisplay()];
    one.show({ 'text/plain': '1' });
    other.show({ 'text/plain': '2' });
    one.show({ 'text/plain': '3' });
  });
  const ids = messages.map((message) => message.transient.display_id);
  assert.deepEqual(
    messages.map((message) => message.update),
    [false, false, true],
  );
  assert(ids[0] && ids[1]);
  assert.equal(ids[2], ids[0]);
  assert.notEqual(ids[1], ids[0]);
});
