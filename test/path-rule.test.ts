/** One rule for every path that a caller gives: relative to the working directory, `~/` is the home folder. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  applications,
  buildHead,
  downloadPhotos,
  exportModel,
  findPhotos,
  ImageDataGenerator,
  loadHead,
  np,
  predictFolder,
  predictGenerator,
  predictPhoto,
  predictToFile,
  saveHead,
  scanPhotos,
  showGallery,
  showPhoto,
  splitDataset,
  trainHead,
} from '../src';
import { sampleFolder } from '../src/datasets/tutorial/sample-folder';
import { tf } from '../src/tensorflow';

const place = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-paths-')));
const home = path.join(place, 'home');
const work = path.join(place, 'work');
const earlier = { cwd: process.cwd(), home: process.env.HOME, userprofile: process.env.USERPROFILE };

before(() => {
  for (const [kind, name] of [
    ['cat', 'cats'],
    ['dog', 'dogs'],
  ]) {
    const folder = path.join(home, 'pets', name!);
    fs.mkdirSync(folder, { recursive: true });
    for (let i = 0; i < 6; i++)
      fs.copyFileSync(path.join(sampleFolder, `${kind}.${i}.jpg`), path.join(folder, `${i}.jpg`));
  }
  fs.mkdirSync(work);
  fs.cpSync(path.join(home, 'pets'), path.join(work, 'pets'), { recursive: true });
  process.env.HOME = home;
  process.env.USERPROFILE = home;
  process.env.LITTLE_DATA_DIR = path.join(place, 'data');
  process.chdir(work);
});
after(() => {
  process.chdir(earlier.cwd);
  delete process.env.LITTLE_DATA_DIR;
  process.env.HOME = earlier.home;
  if (earlier.userprofile === undefined) delete process.env.USERPROFILE;
  else process.env.USERPROFILE = earlier.userprofile;
  fs.rmSync(place, { recursive: true, force: true });
});

const flowOf = (folder: string) =>
  new ImageDataGenerator({
    preprocessingFunction: applications.vgg16.preprocessInput,
  }).flowFromDirectory(folder, {
    targetSize: [32, 32],
    batchSize: 4,
    classMode: null,
    shuffle: false,
    verbose: 0,
  });

describe('a path that starts with', () => {
  for (const [start, folder] of [
    ['~/', home],
    ['', work],
  ] as const) {
    test(`"${start}" is below ${folder === home ? 'the home folder' : 'the working directory'}, for reading and writing`, async () => {
      const at = (name: string) => path.join(folder, name);
      const flow = flowOf(`${start}pets`);
      assert.equal(flow.directory, at('pets'));
      const base = await applications.VGG16({ includeTop: false, weights: null, inputShape: [32, 32, 3] });
      const features = await predictGenerator(base, flow, { verbose: 0 });
      np.save(`${start}features.npy`, features);
      assert(fs.existsSync(at('features.npy')) && fs.existsSync(at('features.npy.json')));
      const loaded = np.load(`${start}features.npy`);
      assert.deepEqual(loaded.shape, features.shape);
      const file = await predictToFile(base, flowOf(`${start}pets`), { file: `${start}f.npy`, verbose: 0 });
      assert.equal(file.file, at('f.npy'));

      const head = buildHead({ inputShape: features.shape.slice(1), seed: 1, units: 4 });
      const labels = flow.classes;
      await trainHead(features, labels, { model: head, epochs: 1, seed: 1, verbose: 0 });
      await saveHead(head, `${start}head.h5`);
      assert(fs.existsSync(at('head.h5')));
      (await loadHead(`${start}head.h5`)).dispose();
      const options = { head: `${start}head.h5`, base };
      assert.equal((await predictPhoto(`${start}pets/cats/0.jpg`, options)).probability > 0, true);
      assert.equal((await predictFolder(`${start}pets`, { ...options, verbose: 0 })).length, 12);
      assert.equal((await exportModel(`${start}head.h5`, `${start}model`, { base })).dir, at('model'));

      assert.equal((await scanPhotos(`${start}pets`, { verbose: 0 })).dir, at('pets'));
      await showGallery(`${start}pets`, { perClass: 1 });
      await showPhoto(`${start}pets/cats/0.jpg`);
      const split = { validation: 0.3, seed: 1, verbose: 0 };
      assert.equal(
        (await splitDataset(`${start}pets`, { ...split, outDir: `${start}split` })).trainDir,
        at('split/train'),
      );
      assert.equal((await findPhotos(`${start}pets`))!.dir, at('pets'));
      tf.dispose([features, loaded]);
      base.dispose();
      head.dispose();
    });

    test(`"${start}" is where predictFolder() looks for photos, also where there are none`, async () => {
      fs.mkdirSync(path.join(folder, 'empty'));
      const base = await applications.VGG16({ includeTop: false, weights: null, inputShape: [32, 32, 3] });
      const features = await predictGenerator(base, flowOf(`${start}pets`), { verbose: 0 });
      const { model } = await trainHead(
        features,
        Array.from({ length: 12 }, (_, i) => Number(i > 5)),
        { epochs: 1, seed: 1, verbose: 0 },
      );
      await assert.rejects(predictFolder(`${start}empty`, { head: model, base, verbose: 0 }), {
        name: 'LittleDataError',
        message: /empty folder/,
      });
      tf.dispose(features);
      base.dispose();
      model.dispose();
    });

    test(`"${start}" is where downloadPhotos() writes`, async () => {
      const server = http.createServer((_, answer) => answer.end('photos'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/photos.zip`;
        const { file } = await downloadPhotos(`${start}downloads`, { url });
        assert.equal(file, path.join(folder, 'downloads', 'photos.zip'));
      } finally {
        server.close();
      }
    });
  }

  test('"~/" never makes a folder named ~', () => {
    assert.deepEqual(
      fs
        .readdirSync(place, { recursive: true, encoding: 'utf8' })
        .filter((name) => path.basename(name) === '~'),
      [],
    );
  });
});

test('what is no path is refused by the name of the argument', async () => {
  for (const wrong of [undefined, '', 7, 'a\0b'] as string[]) {
    assert.throws(() => np.load(wrong), /`file`: expected a path/);
    await assert.rejects(scanPhotos(wrong), /`dir`: expected a path/);
    await assert.rejects(predictFolder(wrong, { head: 'head.h5' }), /`dir`: expected a path/);
  }
});
