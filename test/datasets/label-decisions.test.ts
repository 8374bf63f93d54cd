import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { labelsFile, readDecisions, writeDecision } from '../../src/datasets/label-decisions';
import { splitDataset } from '../../src/datasets/split/split-dataset';
import { predictGenerator } from '../../src/features/predict-generator';
import { checkLabels } from '../../src/head/labels';
import { tensorflowReady } from '../../src/tensorflow';
import { coloured, smallBase } from '../head/data';
import { projectRoot } from '../run-node';
import { filesBelow, printed, temporaryFolder } from './folders';

before(tensorflowReady);
const dir = temporaryFolder('decisions');
after(() => fs.rmSync(dir, { recursive: true, force: true }));

let made = 0;
const photos = () => coloured(path.join(dir, String(made++)));
const flow = (folder: string, more = {}) =>
  new ImageDataGenerator().flowFromDirectory(folder, {
    ...{ targetSize: [16, 16], classMode: null, shuffle: false, verbose: 0 },
    ...more,
  });

describe('writeDecision()', () => {
  test('keeps decisions by photo, and gives back what was decided before', async () => {
    const folder = photos();
    assert.equal(await writeDecision(folder, 'blue/1.png', { decision: 'keep' }), undefined);
    const relabel = { decision: 'relabel', className: 'red, "deep"' } as const;
    assert.deepEqual(await writeDecision(folder, 'blue/1.png', relabel), { decision: 'keep' });
    await writeDecision(folder, 'red/2.png', { decision: 'delete' });
    assert.deepEqual(
      [...readDecisions(folder)],
      [
        ['blue/1.png', relabel],
        ['red/2.png', { decision: 'delete' }],
      ],
    );
    assert.deepEqual(await writeDecision(folder, 'blue/1.png', undefined), relabel);
    assert.deepEqual([...readDecisions(folder).keys()], ['red/2.png']);
  });

  test('loses none where two processes decide at once', async () => {
    const folder = photos();
    const script = path.join(dir, 'decide.ts');
    fs.writeFileSync(
      script,
      `import { writeDecision } from ${JSON.stringify(path.join(projectRoot, 'src/datasets/label-decisions'))};
       (async () => {
         for (let i = 0; i < 8; i++) await writeDecision(${JSON.stringify(folder)}, process.argv[2] + '/' + i + '.png', { decision: 'keep' });
       })();`,
    );
    const run = (name: string) =>
      new Promise((resolve) =>
        spawn(process.execPath, ['--import', 'tsx', script, name], { cwd: projectRoot, stdio: 'inherit' }).on(
          'exit',
          resolve,
        ),
      );
    assert.deepEqual(await Promise.all([run('blue'), run('red')]), [0, 0]);
    assert.equal(readDecisions(folder).size, 16);
  });

  test("leaves somebody else's labels.csv alone, and flowFromDirectory() passes over it", async () => {
    const folder = photos();
    fs.writeFileSync(path.join(folder, 'labels.csv'), 'id,breed\n1,collie\n');
    await assert.rejects(
      writeDecision(folder, 'red/1.png', { decision: 'keep' }),
      /found the columns id, breed/,
    );
    assert.equal(flow(folder).samples, 12);
    fs.writeFileSync(path.join(folder, 'labels.csv'), 'photo,decision,class\nred/1.png,relabel,\n');
    assert.throws(() => flow(folder), /labels\.csv, row 2: expected a photo/);
  });
});

describe('flowFromDirectory()', () => {
  test('gives photos the class that was decided, leaves deleted ones out, and says so', async () => {
    const folder = photos();
    await writeDecision(folder, 'blue/1.png', { decision: 'relabel', className: 'red' });
    await writeDecision(folder, 'red/2.png', { decision: 'delete' });
    await writeDecision(folder, 'red/3.png', { decision: 'unsure' });
    let found: ReturnType<typeof flow> | undefined;
    const { lines } = await printed(() => {
      found = flow(folder, { verbose: 1 });
    });
    assert.deepEqual(found!.classes, [0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    assert.equal(found!.filenames[1], 'blue/1.png');
    assert.ok(!found!.filenames.includes('red/2.png'));
    assert.match(lines.join('\n'), /labels\.csv 1 have another class than their folder, and 1 are left out/);
    assert.doesNotMatch(lines.join('\n'), /Not taken/);
    // The photos themselves stay.
    assert.equal(fs.readdirSync(path.join(folder, 'red')).length, 6);
    // Where only one class is taken, a photo of another one is none of its.
    assert.equal(flow(folder, { classes: ['blue'] }).samples, 5);
  });

  test('features that were made before name the cell to run again', async () => {
    const folder = photos();
    const generator = flow(folder);
    const features = await predictGenerator(smallBase(), generator, { verbose: 0 });
    const check = (labels: number[]) => checkLabels(labels, { features, name: 'train', classes: 2 });
    check(generator.classes);
    await writeDecision(folder, 'blue/1.png', { decision: 'relabel', className: 'red' });
    assert.throws(() => check(flow(folder).classes), /row 1 \(blue\/1\.png\).*predictGenerator\(\) again/);
    await writeDecision(folder, 'blue/1.png', { decision: 'delete' });
    assert.throws(() => check(flow(folder).classes), /predictGenerator\(\) again/);
    features.dispose();
  });
});

test('labelsFile() is one for all folders of a split, and outlives another split of the same photos', async () => {
  const [source, outDir] = [photos(), path.join(dir, 'split')];
  const split = await splitDataset(source, { validation: 0.4, seed: 1, outDir, verbose: 0 });
  assert.equal(labelsFile(split.trainDir), path.join(outDir, 'labels.csv'));
  assert.equal(labelsFile(split.validationDir), labelsFile(split.trainDir));
  assert.equal(labelsFile(source), path.join(source, 'labels.csv'));
  for (const name of ['blue', 'red'])
    await writeDecision(split.trainDir, `${name}/0.png`, { decision: 'delete' });
  const again = await splitDataset(source, { validation: 0.6, seed: 4, outDir, verbose: 0 });
  const left = [again.trainDir, again.validationDir].flatMap((folder) => flow(folder).filenames);
  assert.equal(left.length, 10);
});

test('splitDataset() by fraction places photos in the class that was decided, leaves deleted ones out, and says so', async () => {
  const folder = photos();
  const [first, second] = [path.join(folder, 'blue/1.png'), path.join(folder, 'red/1.png')];
  const bytes = [first, second].map((file) => fs.readFileSync(file, 'latin1'));
  await writeDecision(folder, 'blue/1.png', { decision: 'relabel', className: 'red' });
  await writeDecision(folder, 'red/2.png', { decision: 'delete' });
  await writeDecision(folder, 'blue/2.png', { decision: 'relabel', className: 'green' });
  await writeDecision(folder, 'blue/3.png', { decision: 'keep' });
  const outDir = path.join(dir, String(made++));
  const { result: split, lines } = await printed(() =>
    splitDataset(folder, { validation: 0.3, seed: 1, outDir }),
  );
  const placed = filesBelow(outDir).filter((name) => name.endsWith('.png'));
  const named = (name: string) => placed.filter((file) => file.endsWith(name));
  assert.deepEqual(split.leftOut, [
    { filename: 'blue/2.png', reason: 'labels.csv: of the class green' },
    { filename: 'red/2.png', reason: 'labels.csv: deleted from the data set' },
  ]);
  assert.equal(named('/red/blue/1.png').length, 1, placed.join());
  assert.equal(named('/red/1.png').length, 1, placed.join());
  assert.deepEqual([named('/2.png'), named('/blue/1.png')], [[], named('/red/blue/1.png')]);
  assert.equal(fs.readFileSync(path.join(outDir, named('/red/blue/1.png')[0]!), 'latin1'), bytes[0]);
  assert.ok(lines.includes('In another class than their folder, by labels.csv: 1.'), lines.join('\n'));
  assert.ok(!lines.some((line) => line.startsWith('Not taken')), lines.join('\n'));
  assert.deepEqual(
    [first, second].map((file) => fs.readFileSync(file, 'latin1')),
    bytes,
  );
});
