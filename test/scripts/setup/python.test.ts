import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { needs } from '../../fixtures/skip';
import { type Context, projectRoot, type Run, read, script, withProject, write } from '../project';

/** Stands for Python and pip: makes an environment of one package. */
function python(context: Context, { fails = '' } = {}): Run {
  return async (_command, args) => {
    if (fails && args.includes(fails))
      throw Object.assign(new Error('python ended with exit status 1'), { output: 'no route' });
    if (args.includes('venv')) write(args.at(-1)!, 'bin/python', '');
    const [verifier] = args.filter((name) => name.endsWith('verify.py'));
    if (verifier) {
      const [made] = fs.readdirSync(path.join(context.cache, 'install'));
      write(path.join(context.cache, 'install', made!), 'venv/lib/six.py', '');
    }
    return { stdout: verifier ? '["lib/six.py"]' : '3.11.7\n', stderr: '' };
  };
}

describe('installPython()', () => {
  test('leaves the earlier .venv as it is when pip fails, or what it installed is not whole', async () => {
    const { installPython } = await script('setup/python.mjs');
    for (const fails of ['install', 'check', path.join(projectRoot, 'scripts', 'setup', 'verify.py')])
      await withProject(async (context) => {
        write(context.root, 'scripts/requirements.txt', 'six==1.17.0\n');
        write(context.root, '.venv/bin/python', 'earlier');
        await assert.rejects(
          installPython({ ...context, run: python(context, { fails }) }),
          /could not be made: .*exit status 1\. An earlier \.venv was left as it is\.\nno route\n.*start again/s,
        );
        assert.equal(read(context.root, '.venv/bin/python'), 'earlier');
        assert.deepEqual(fs.readdirSync(context.cache), []);
      });
  });

  test('makes .venv once, and again after a change of the pins or of the place, or where a package is gone', async () => {
    const { installPython } = await script('setup/python.mjs');
    await withProject(async (context) => {
      write(context.root, 'scripts/requirements.txt', 'six==1.17.0\n');
      const ready = { ...context, run: python(context) };
      assert.equal((await installPython(ready)).did, true);
      assert.equal((await installPython(context)).did, false);
      write(context.root, 'scripts/requirements.txt', 'six==1.16.0\n');
      assert.equal((await installPython(ready)).did, true);
      fs.rmSync(path.join(context.root, '.venv', 'lib', 'six.py'));
      assert.equal((await installPython(ready)).did, true);
      write(
        context.root,
        '.venv/.little-data.json',
        (read(context.root, '.venv/.little-data.json') ?? '').replace(context.root, '/elsewhere'),
      );
      assert.equal((await installPython(ready)).did, true);
      // What an interrupted write left, or somebody wrote.
      for (const stamp of ['null', '{"parts":[]}', '{', '[]']) {
        write(context.root, '.venv/.little-data.json', stamp);
        assert.equal((await installPython(ready)).did, true, stamp);
      }
    });
  });

  test('puts its own place into the scripts that name it, and leaves programs alone', async () => {
    const { installPython } = await script('setup/python.mjs');
    await withProject(async (context) => {
      write(context.root, 'scripts/requirements.txt', '');
      let made = '';
      const run: Run = async (command, args, options) => {
        if (args.includes('venv')) {
          made = args.at(-1)!;
          write(made, 'bin/jupyter', `#!${made}/bin/python\n# é`);
          write(made, 'bin/program', `\0${made}`);
        }
        return python(context)(command, args, options);
      };
      await installPython({ ...context, run });
      assert.equal(read(context.root, '.venv/bin/jupyter'), `#!${context.root}/.venv/bin/python\n# é`);
      assert.equal(read(context.root, '.venv/bin/program'), `\0${made}`);
    });
  });

  test('says which package to install where Python is too old or lacks venv', async () => {
    const { installPython } = await script('setup/python.mjs');
    await withProject(async (context) => {
      write(context.root, 'scripts/requirements.txt', '');
      const run: Run = async (command, args) => {
        if (command === 'python3' && !args.join().includes('ensurepip'))
          return { stdout: '3.12.1\n', stderr: '' };
        if (command === 'python') return { stdout: '3.8.10\n', stderr: '' };
        throw new Error(`${command} could not be started`);
      };
      await assert.rejects(
        installPython({ ...context, run }),
        /python3 \(3\.12\.1\) lacks its module venv or ensurepip; python is 3\.8\.10\. .*apt install python3 python3-venv/,
      );
    });
  });

  test('never leaves a stamp on a part of an environment: 30 set-ups killed at any moment while pip runs', async (t) => {
    if (!needs(t, process.platform !== 'win32', 'the stand-in for Python is a shell script')) return;
    await withProject(async (context) => {
      const parts = Array.from({ length: 12 }, (_, i) => `part${i}`);
      // Writes its files one by one, wherever its folder is meanwhile; goes on after its set-up is gone. Some are slow, so
      // that the next set-up overtakes them.
      const script = `#!/bin/sh
        case "$*" in
          *"-m venv"*) for made; do :; done; mkdir -p "$made/bin"; cp "$0" "$made/bin/python";;
          *"-m pip install"*) cd "$(dirname "$0")/.." && pause=0.01; [ $(($$ % 2)) = 0 ] && pause=0.1
            for part in ${parts.join(' ')}; do echo half > $part; sleep $pause; echo whole > $part; done;;
          *verify.py*) cd "$(dirname "$0")/.." && ! grep -L whole ${parts.join(' ')} | grep -q . && echo '${JSON.stringify(parts)}';;
          *) echo 3.11.7;;
        esac`;
      fs.chmodSync(write(context.root, 'bin/python3', script), 0o755);
      write(context.root, 'scripts/requirements.txt', '');
      const url = (name: string) => JSON.stringify(path.join(projectRoot, 'scripts', 'setup', name));
      const code = `
        const { makeContext } = await import(${url('context.mjs')});
        const { sweepWorkFolders } = await import(${url('files.mjs')});
        const { withLock } = await import(${url('lock.mjs')});
        const { installPython } = await import(${url('python.mjs')});
        const context = makeContext({ root: ${JSON.stringify(context.root)}, log: () => {} });
        await withLock(context, () => { sweepWorkFolders(context); return installPython(context); }, { poll: 10 });`;
      const env = { ...process.env, PATH: `${path.join(context.root, 'bin')}:${process.env.PATH}` };
      const setUp = () =>
        spawn(process.execPath, ['--input-type=module', '-e', code], { env, stdio: 'inherit' });
      const venv = path.join(context.root, '.venv');
      let completed = 0;
      for (let round = 0; round < 30; round++) {
        const child = setUp();
        const ended = once(child, 'exit');
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 700));
        child.kill('SIGKILL');
        await ended;
        if (!fs.existsSync(path.join(venv, '.little-data.json'))) continue;
        await new Promise((resolve) => setTimeout(resolve, 50));
        completed++;
        for (const part of parts) assert.equal(read(venv, part), 'whole\n', `round ${round}: ${part}`);
        fs.rmSync(venv, { recursive: true });
      }
      const [status] = await once(setUp(), 'exit');
      assert.equal(status, 0);
      for (const part of parts) assert.equal(read(venv, part), 'whole\n', part);
      t.diagnostic(`${completed} of 30 were completed`);
    });
  });
});

test('verify.py finds each file that is missing or changed, and a package that is not there', async (t) => {
  const { venvPython } = await script('setup/interpreter.mjs');
  const { verifyVenv } = await script('setup/venv.mjs');
  const { runProgram } = await script('setup/context.mjs');
  if (!needs(t, fs.existsSync(venvPython(projectRoot)), 'there is no .venv: npm run setup')) return;
  await withProject(async (context) => {
    // A small environment on the packages' own files: `packaging`, which the verifier itself needs.
    const run: Run = runProgram;
    const venv = path.join(context.root, 'venv');
    await run(venvPython(projectRoot), ['-I', '-m', 'venv', '--without-pip', venv], {
      cwd: context.root,
      env: process.env,
    });
    const code = 'import packaging, os; print(os.path.dirname(packaging.__file__))';
    const { stdout } = await run(venvPython(projectRoot), ['-I', '-c', code], {
      cwd: context.root,
      env: process.env,
    });
    const from = path.dirname(stdout.trim());
    const site = path.join(venv, path.relative(path.join(projectRoot, '.venv'), from));
    const names = fs.readdirSync(from).filter((name) => /^packaging(-|$)/.test(name));
    for (const name of names) fs.cpSync(path.join(from, name), path.join(site, name), { recursive: true });
    const [version] = names.flatMap((name) => /^packaging-(.*)\.dist-info$/.exec(name)?.[1] ?? []);
    const verify = (requirements: string) =>
      verifyVenv(
        { ...context, env: process.env, run },
        { folder: venv, requirements: write(context.root, 'r.txt', requirements) },
      );
    const pinned = `packaging==${version} \\\n    --hash=sha256:0\n`;
    const parts = await verify(pinned);
    assert.deepEqual(parts.map((part: string) => path.basename(part)).sort(), names.sort());
    const refuses = (requirements: string, said: RegExp) =>
      assert.rejects(verify(requirements), (error: { output: string }) => {
        assert.match(error.output, said);
        return true;
      });
    await refuses(`${pinned}six==1.17.0\n`, /^six==1\.17\.0 is missing$/m);
    await refuses('packaging==1.0\n', /^packaging==1\.0 is there as /m);
    const file = path.join(site, 'packaging', 'tags.py');
    fs.appendFileSync(file, ' ');
    await refuses(pinned, /^packaging: packaging.tags\.py differs from its RECORD$/m);
    fs.rmSync(path.join(site, 'packaging', 'licenses'), { recursive: true });
    await refuses(pinned, /^packaging: packaging.licenses.__init__\.py is missing$/m);
  });
});
