import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { needs } from '../../fixtures/skip';
import { projectRoot, script, withProject } from '../project';

test('checkPlace() refuses the characters with which notebooks fail, names them, and lets all others be', async () => {
  const { checkPlace } = await script('setup/place.mjs');
  const node = { platform: 'linux' };
  for (const character of ['#', '%', '?', '*', ':', '\\', '\n', '\t', '\x01'])
    assert.throws(
      () => checkPlace({ root: `/home/pro${character}ject`, node }),
      (error: Error) => {
        assert(error.message.includes(JSON.stringify(character)), error.message);
        assert.match(error.message, /Rename or move the folder/);
        return true;
      },
    );
  // A notebook ran in a folder of each of these names.
  for (const name of [
    'a b',
    `'"$HOME`,
    '[a]{b}',
    '{resource_dir}',
    ';&|<>!`~@,=+()^',
    'é 日本 😀',
    '-a',
    '.a',
  ])
    checkPlace({ root: `/home/${name}`, node });
  checkPlace({ root: 'C:\\little-data', node: { platform: 'win32' } });
  assert.throws(() => checkPlace({ root: 'C:\\a#b', node: { platform: 'win32' } }), /"#"/);
});

test('setup() writes nothing in a folder that it refuses', async () => {
  const { setup } = await script('setup.mjs');
  await withProject(async (context) => {
    const root = path.join(context.root, 'pro#ject');
    fs.mkdirSync(root);
    await assert.rejects(setup({ ...context, root }), /has the character "#"/);
    assert.deepEqual(fs.readdirSync(root), []);
  });
});

test('`npm run setup`, and each command that begins with it, says the same of \\, with which Node itself fails', async (t) => {
  if (!needs(t, path.sep === '/', 'a folder can not have \\ in its name here')) return;
  const { scripts } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  await withProject(async ({ root }) => {
    const folder = path.join(root, 'pro\\ject');
    fs.mkdirSync(path.join(folder, 'scripts'), { recursive: true });
    for (const name of ['place.cjs', 'setup.mjs'])
      fs.copyFileSync(path.join(projectRoot, 'scripts', name), path.join(folder, 'scripts', name));
    for (const name of ['setup', 'lab', 'tutorial', 'photos', 'doctor', 'kernel:install', 'test']) {
      const [command, ...args] = scripts[name].split(' ');
      assert.equal(command, 'node');
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^The path of the project's folder, .*pro\\ject, has the character "\\".*Rename or move/,
        name,
      );
    }
  });
});
