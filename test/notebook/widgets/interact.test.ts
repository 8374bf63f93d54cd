import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interact, slider } from '../../../src';
import { printed } from '../fake-kernel';
import { FrontEnd } from './front-end';

const settled = () => new Promise((resolve) => setTimeout(resolve, 250));

test('interact runs at once, once more after the last of several moves, and never twice at once', async () => {
  const front = new FrontEnd();
  const seen: unknown[] = [];
  let running = 0;
  await front.during(async () => {
    await printed(() =>
      interact(
        { units: [16, 512], dropout: 0.5, optimizer: ['adam', 'sgd'], early: true },
        async (values) => {
          assert.equal(++running, 1);
          await new Promise((resolve) => setTimeout(resolve, 20));
          running--;
          seen.push(values);
        },
      ),
    );
    await settled();
    const id = front.idOf('IntSliderModel');
    for (const value of [100, 200, 300]) front.change(id, { value });
    front.change(front.idOf('DropdownModel'), { index: 1 });
    await settled();
  });
  assert.deepEqual(seen, [
    { units: 16, dropout: 0.5, optimizer: 'adam', early: true },
    { units: 300, dropout: 0.5, optimizer: 'sgd', early: true },
  ]);
});

test('an error of the function stands below the controls until a run goes well', async () => {
  const front = new FrontEnd();
  await front.during(async () => {
    await printed(() =>
      interact({ units: slider('units', { min: 0, max: 10 }) }, ({ units }) => {
        if (units === 0) throw new RangeError('no <units>');
      }),
    );
    await settled();
    const message = () => String(front.models.get(front.idOf('HTMLModel'))!.value);
    assert.match(message(), /RangeError: no &#60;units&#62;/);
    front.change(front.idOf('IntSliderModel'), { value: 5 });
    await settled();
    assert.equal(message(), '');
  });
});

test('a setting of another kind is refused by its name', () => {
  assert.throws(() => interact({ units: {} as never }, () => {}), /`units`/);
  assert.throws(() => interact({ units: 5 }, undefined as never), /a function/);
});
