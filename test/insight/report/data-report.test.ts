import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { headMetadata } from '../../../src/head/head-metadata';
import { dataReport } from '../../../src/insight/report/data-report';
import { paragraph } from '../../../src/insight/report/report-page';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { temporaryFolder } from '../../datasets/folders';
import { madeUp } from './made-up';

let dir: string;
before(async () => {
  await tensorflowReady();
  dir = temporaryFolder('data-report');
});
after(() => fs.rmSync(dir, { recursive: true }));

const place = (name: string) => path.join(dir, name);

describe('dataReport()', () => {
  test('writes all parts into one small file, returns their data, and leaves head and tensors as they were', async () => {
    const options = await madeUp(place('all.html'));
    const before = { metadata: headMetadata(options.head), numTensors: tf.memory().numTensors };
    const { file, bytes, evaluation, calibration, leaked, suspects, curve } = await dataReport(options);
    assert.deepEqual({ metadata: headMetadata(options.head), numTensors: tf.memory().numTensors }, before);
    const html = fs.readFileSync(file, 'utf8');
    assert.equal(Buffer.byteLength(html), bytes);
    assert.equal(html.match(/<h2>/g)!.length, 7);
    assert.equal(html.match(/<svg /g)!.length, 3);
    assert.ok(html.includes(evaluation.acc.toFixed(3)));
    for (const { sentence } of [calibration!, curve!])
      assert.ok(html.includes(paragraph(sentence)), sentence);
    const wrong = evaluation.photos.filter((photo) => photo.trueClass !== photo.predictedClass);
    assert.ok(wrong.length > 0 && wrong.every(({ file }) => html.includes(path.basename(file!))));
    assert.match(
      html,
      leaked!.twins.length > 0 ? /a twin in the train split \(the same/ : /None of the \d+ validation/,
    );
    assert.ok(suspects!.suspects.length > 0);
    assert.doesNotMatch(html, /data:image/);
    assert.ok(!html.includes(path.dirname(wrong[0]!.file!)), 'names the folder of this machine');
    assert.deepEqual(fs.readdirSync(dir), ['all.html']);
  });

  test('has small pictures where `photos` asks for them, and stays below 5 MB', async () => {
    const { file, bytes } = await dataReport({ ...(await madeUp(place('photos.html'))), photos: true });
    const pictures = fs.readFileSync(file, 'utf8').match(/src="data:image\/jpeg;base64/g)!.length;
    assert.ok(pictures > 5 && pictures <= 72, `${pictures}`);
    assert.ok(bytes < 5e6, `${bytes}`);
  });

  test('says why a part can not be told, and writes the others', async () => {
    const options = await madeUp(place('few.html'));
    const train = { features: tf.slice(options.train.features, [39, 0], [3, 16]), labels: [0, 1, 1] };
    const { suspects, curve, file } = await dataReport({ ...options, train });
    assert.deepEqual([suspects, curve], [undefined, undefined]);
    assert.match(fs.readFileSync(file, 'utf8'), /Suspect labels<\/h2>\s*<p>[^<]*two rows or more/);
    train.features.dispose();
  });

  test('shows names as they are, and runs none of them', async () => {
    const options = await madeUp(place('names.html'), { classNames: ['<script>a', 'b"&'] });
    const { file } = await dataReport({ ...options, title: '<img src=x>' });
    const html = fs.readFileSync(file, 'utf8');
    assert.doesNotMatch(html, /<script|<img/);
  });

  test('refuses another kind of file, and data that do not belong to the head, and writes nothing', async () => {
    const options = await madeUp(place('none.html'));
    await assert.rejects(dataReport({ ...options, file: place('none.txt') }), /`file`/);
    const train = { features: tf.ones([4, 3]), labels: [0, 0, 1, 1] };
    await assert.rejects(dataReport({ ...options, train }), /the train data/);
    await assert.rejects(dataReport({ ...options, validation: train }), /the evaluation data/);
    assert.ok(!fs.existsSync(place('none.html')));
  });
});
