import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { dataPath, fromProject, projectRoot, resolvePath, sharedDataPath, shownPath } from '../src/paths';

let folder: string;
const earlier = process.env.LITTLE_DATA_DIR;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-paths-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
  if (earlier === undefined) delete process.env.LITTLE_DATA_DIR;
  else process.env.LITTLE_DATA_DIR = earlier;
});

test('projectRoot is the folder whose package.json names this package', () => {
  assert.equal(
    JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')).name,
    'little-data',
  );
});

describe('dataPath()', () => {
  test('is below data/ of the project, whatever the current folder', () => {
    delete process.env.LITTLE_DATA_DIR;
    const before = process.cwd();
    process.chdir(folder);
    try {
      assert.equal(dataPath('train.npy'), path.join(projectRoot, 'data', 'train.npy'));
    } finally {
      process.chdir(before);
    }
  });

  test('takes an empty LITTLE_DATA_DIR for none', () => {
    process.env.LITTLE_DATA_DIR = '';
    assert.equal(dataPath('train.npy'), path.join(projectRoot, 'data', 'train.npy'));
  });

  test('is below LITTLE_DATA_DIR where that is set, and makes the folder that would hold it', () => {
    process.env.LITTLE_DATA_DIR = path.join(folder, 'elsewhere');
    const file = dataPath('runs', 'a', 'x.npy');
    assert.equal(file, path.join(folder, 'elsewhere', 'runs', 'a', 'x.npy'));
    assert.deepEqual(fs.readdirSync(path.join(folder, 'elsewhere', 'runs')), ['a']);
    assert(!fs.existsSync(file));
  });

  test('takes a relative LITTLE_DATA_DIR from the project', () => {
    process.env.LITTLE_DATA_DIR = path.relative(projectRoot, folder);
    assert.equal(dataPath('x.npy'), path.join(folder, 'x.npy'));
  });
});

describe('dataPath() in a notebook', () => {
  const kept = { session: process.env.JPY_SESSION_NAME, folder: process.env.LITTLE_DATA_FOLDER };
  const set = (name: string, value?: string) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  after(() => {
    set('JPY_SESSION_NAME', kept.session);
    set('LITTLE_DATA_FOLDER', kept.folder);
  });
  /** Relative to `data/`. */
  const placeFor = (session?: string, named?: string) => {
    process.env.LITTLE_DATA_DIR = path.join(folder, 'data');
    set('JPY_SESSION_NAME', session);
    set('LITTLE_DATA_FOLDER', named);
    return path.relative(path.join(folder, 'data'), dataPath('train')).split(path.sep).join('/');
  };

  test('is below a folder of the notebook, so that a copy of it or one of its name elsewhere has another', () => {
    const at = (...parts: string[]) => path.join(projectRoot, 'notebooks', ...parts);
    assert.equal(placeFor(at('01.ipynb')), 'notebooks/01/train');
    assert.equal(placeFor(at('01-Copy1.ipynb')), 'notebooks/01-Copy1/train');
    assert.equal(placeFor(at('mine', '01.ipynb')), 'notebooks/mine/01/train');
    assert.equal(placeFor(path.join(folder, 'elsewhere.ipynb')), 'notebooks/elsewhere/train');
    assert.equal(placeFor('relative.ipynb'), 'notebooks/relative/train');
  });

  test('is in `data/` itself where no notebook is known: in a console, or a program', () => {
    for (const session of [undefined, '', 'Console 1', 'd9a4-11']) assert.equal(placeFor(session), 'train');
  });

  test('is where LITTLE_DATA_FOLDER says', () => {
    assert.equal(placeFor(path.join(projectRoot, 'notebooks', '01.ipynb'), 'cats'), 'cats/train');
    assert.equal(placeFor(path.join(projectRoot, 'notebooks', '01.ipynb'), '.'), 'train');
  });

  test('does not hold what notebooks share', () => {
    placeFor(path.join(projectRoot, 'notebooks', '01.ipynb'));
    assert.equal(sharedDataPath('cache'), path.join(folder, 'data', 'cache'));
  });
});

test('fromProject() takes relative paths from the project, `~/` from the home folder, and leaves absolute ones', () => {
  assert.equal(fromProject('~/photos'), path.join(os.homedir(), 'photos'));
  assert.equal(fromProject('~'), os.homedir());
  assert.equal(fromProject('~mine/photos'), path.join(projectRoot, '~mine', 'photos'));
  assert.equal(fromProject('data/weights'), path.join(projectRoot, 'data', 'weights'));
  assert.equal(fromProject(folder), folder);
});

test('resolvePath() takes relative paths from the working directory, `~/` from the home folder', () => {
  assert.equal(resolvePath('~/photos'), path.join(os.homedir(), 'photos'));
  assert.equal(resolvePath('~'), os.homedir());
  assert.equal(resolvePath('~mine/photos'), path.resolve('~mine', 'photos'));
  assert.equal(resolvePath('photos'), path.join(process.cwd(), 'photos'));
  assert.equal(resolvePath(folder), folder);
  assert.throws(() => resolvePath('', 'dir'), /`dir`: expected a path/);
});

test('shownPath() is short inside the project, and as given outside', () => {
  assert.equal(shownPath(path.join(projectRoot, 'data', 'a.npy')), path.join('data', 'a.npy'));
  assert.equal(shownPath(path.join(folder, 'a.npy')), path.join(folder, 'a.npy'));
  assert.equal(shownPath(projectRoot), projectRoot);
});
