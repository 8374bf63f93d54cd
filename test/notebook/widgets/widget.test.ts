import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  button,
  dropdown,
  fileUpload,
  hbox,
  imageView,
  progress,
  slider,
  tabs,
  textInput,
  toggle,
  vbox,
} from '../../../src';
import { countModels } from '../../../src/notebook/widgets/widget-model';
import { inFakeKernel, printed } from '../fake-kernel';
import { FrontEnd } from './front-end';

test('a slider that a person moves has the new value, tells it once, and is echoed', async () => {
  const front = new FrontEnd();
  await front.during(() => {
    const units = slider('units', { min: 16, max: 512, value: 256 });
    const seen: number[] = [];
    const stop = units.onChange((value) => void seen.push(value));
    const id = front.idOf('IntSliderModel');
    assert.equal(front.models.get(id)!.description, 'units');
    front.change(id, { value: 300 });
    front.change(id, { value: 300 });
    assert.equal(units.value, 300);
    assert.deepEqual(front.methods, ['echo_update', 'echo_update']);
    units.value = 20;
    assert.equal(front.models.get(id)!.value, 20);
    stop();
    front.change(id, { value: 40 });
    assert.deepEqual(seen, [300, 20]);
    assert.throws(() => {
      units.value = 1000;
    }, /from 16 to 512/);
    units.close();
  });
});

test('each kind of widget gives what a person has set', async () => {
  const front = new FrontEnd();
  await front.during(() => {
    const rate = slider('rate', { scale: 'log', min: 1e-5, max: 0.1, value: 0.001 });
    const [id] = [front.idOf('FloatLogSliderModel')];
    assert.deepEqual([front.models.get(id)!.min, front.models.get(id)!.max], [-5, -1]);
    front.change(id, { value: 0.01 });
    assert.equal(rate.value, 0.01);
    const optimizer = dropdown('optimizer', { choices: ['adam', 'sgd'], value: 'adam' });
    front.change(front.idOf('DropdownModel'), { index: 1 });
    assert.equal(optimizer.value, 'sgd');
    const early = toggle('early');
    front.change(front.idOf('CheckboxModel'), { value: true });
    assert.equal(early.value, true);
    const name = textInput('name');
    front.change(front.idOf('TextModel'), { value: 'first' });
    assert.equal(name.value, 'first');
    const go = button('Go');
    const clicks: number[] = [];
    go.onChange((value) => void clicks.push(value));
    for (let i = 0; i < 2; i++)
      front.send(front.idOf('ButtonModel'), { method: 'custom', content: { event: 'click' } });
    assert.deepEqual(clicks, [1, 2]);
    const bar = progress('epochs', { max: 50 });
    bar.value = 10;
    assert.equal(front.models.get(front.idOf('FloatProgressModel'))!.value, 10);
    for (const widget of [rate, optimizer, early, name, go, bar]) widget.close();
    assert.equal(front.models.size, 0);
  });
});

test('files arrive with their bytes, and pictures are sent beside the JSON', async () => {
  const front = new FrontEnd();
  await front.during(() => {
    const upload = fileUpload('a photo');
    const file = { name: 'cat.jpg', type: 'image/jpeg', size: 3, last_modified: 0, content: null };
    front.change(
      front.idOf('FileUploadModel'),
      { value: [file] },
      { paths: [['value', 0, 'content']], buffers: [Uint8Array.of(1, 2, 3)] },
    );
    assert.deepEqual(upload.value, [{ name: 'cat.jpg', bytes: Uint8Array.of(1, 2, 3) }]);
    const picture = imageView(Uint8Array.of(9, 8), { width: 100, alt: 'a cat' });
    const id = front.idOf('ImageModel');
    assert.equal(front.models.get(id)!.value, null);
    const { data, buffers } = front.askForStates();
    const at = (data.buffer_paths as unknown[][]).findIndex((path) => path[0] === id);
    assert.deepEqual((data.buffer_paths as unknown[][])[at], [id, 'state', 'value']);
    assert.deepEqual(buffers[at], Uint8Array.of(9, 8));
    const states = data.states as Record<string, { model_name: string }>;
    assert.equal(states[id]!.model_name, 'ImageModel');
    upload.close();
    picture.close();
  });
});

test('two hundred runs of a cell leave the widgets of the last one', async () => {
  const front = new FrontEnd();
  await front.during(() => {
    const before = countModels();
    const run = () => {
      front.cell.run++;
      vbox([slider('a', { max: 10 }), hbox([toggle('b'), button('c')])]).show();
    };
    run();
    const [models, open] = [front.models.size, countModels()];
    for (let i = 0; i < 200; i++) run();
    assert.equal(front.models.size, models);
    assert.equal(countModels(), open);
    assert.ok(open > before);
    // Another cell closes nothing of this one.
    front.cell.id = 'another';
    toggle('d').show();
    assert.ok(front.models.size > models);
  });
});

test('without a front end a widget is its value as text, and works', async () => {
  const units = slider('units', { min: 16, max: 512, value: 256 });
  const pages = tabs({ settings: vbox([units, toggle('stop early', { value: true })]) });
  units.value = 300;
  const lines = await printed(() => pages.show());
  assert.deepEqual(lines, ['units: 300\nstop early: yes']);
  const [shown] = await inFakeKernel(() => pages.show());
  assert.deepEqual(Object.keys(shown!.data).sort(), [
    'application/vnd.jupyter.widget-view+json',
    'text/html',
    'text/plain',
  ]);
  pages.close();
});

test('numbers that do not fit a slider, and boxes of other things, are refused', () => {
  assert.throws(() => slider('a', { min: 2, max: 1 }), /`min` below `max`/);
  assert.throws(() => slider('a', { min: 0, max: 10, value: 11 }), /`value`.*from 0 to 10/);
  assert.throws(() => slider('a', { scale: 'log', min: 0 }), /`min`/);
  assert.throws(() => dropdown('a', { choices: ['x', 'y'], value: 'z' as 'x' }), /`value`/);
  assert.throws(() => hbox([5 as never]), /expected widgets.*found 5/);
});
