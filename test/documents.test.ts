import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import ts from 'typescript';
import { sampleFolder } from '../src/datasets/tutorial/sample-folder';
import { projectRoot } from './run-node';

const documents = ['.', 'data', 'docs', 'docs/api', 'bench']
  .filter((folder) => fs.existsSync(path.join(projectRoot, folder)))
  .flatMap((folder) => fs.readdirSync(path.join(projectRoot, folder)).map((name) => path.join(folder, name)))
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: fs.readFileSync(path.join(projectRoot, name), 'utf8') }));
const { scripts } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));

interface Block {
  document: string;
  line: number;
  language: string;
  code: string;
}

const blocks = documents.flatMap(blocksOf);
const blocksIn = (language: string) => blocks.filter((block) => block.language === language);
const placeOf = ({ document, line }: Block) => `${document}, line ${line}`;
const commands = blocksIn('sh')
  .flatMap((block) =>
    block.code.split('\n').map((line) => ({ place: placeOf(block), line: withoutComment(line) })),
  )
  .filter(({ line }) => line !== '');

test('the documents are there', () => {
  const names = documents.map(({ name }) => name);
  for (const name of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'environment.md', 'data/README.md'])
    assert(names.includes(path.normalize(name)), name);
});

test('each code block says what language it is in', () => {
  for (const block of blocks)
    assert(['ts', 'sh', 'json', 'text'].includes(block.language), `${placeOf(block)}: "${block.language}"`);
  for (const { code } of blocksIn('json')) JSON.parse(code);
});

describe('TypeScript in the documents', () => {
  // Below the project, where the package is found by its name.
  const folder = path.join(projectRoot, '.cache', 'test-documents', String(process.pid));
  let data: string;
  let files: { block: Block; file: string }[];

  before(() => {
    fs.mkdirSync(folder, { recursive: true });
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-documents-'));
    files = blocksIn('ts').map((block, i) => {
      // As a module, so that `await` may stand outside a function, as in a cell.
      const file = path.join(folder, `${i}.mts`);
      fs.writeFileSync(file, `${block.code}\nexport {};\n`);
      return { block, file };
    });
  });
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(data, { recursive: true, force: true });
  });

  test('is there, and fits the types of the package', () => {
    assert(files.length > 0);
    const config = ts.readConfigFile(path.join(projectRoot, 'tsconfig.json'), ts.sys.readFile).config;
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, projectRoot);
    const program = ts.createProgram(
      files.map(({ file }) => file),
      options,
    );
    const faults = ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.startsWith(folder));
    const texts = faults.map(({ file, messageText }) => {
      const block = files.find((own) => own.file === file!.fileName)!.block;
      return `${placeOf(block)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    assert.deepEqual(texts, []);
  });

  test('runs on a split of the sample', async () => {
    // Read when the package is loaded.
    process.env.LITTLE_DATA_DIR = data;
    const { splitDataset } = require('../src') as typeof import('../src');
    const { trainDir } = await splitDataset(sampleFolder, {
      ...{ train: [0, 23], validation: [24, 24] },
      ...{ outDir: path.join(data, 'classes'), verbose: 0 },
    });
    for (const { block, file } of files) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--conditions=little-data-source', '--import', 'tsx', file],
        {
          cwd: projectRoot,
          encoding: 'utf8',
          env: {
            ...{ PATH: process.env.PATH, HOME: process.env.HOME, TF_CPP_MIN_LOG_LEVEL: '3' },
            ...{ LITTLE_DATA_DIR: data, LITTLE_DATA_OWN_PHOTOS: trainDir },
          },
        },
      );
      assert.equal(status, 0, `${placeOf(block)}:\n${stdout}\n${stderr}`);
    }
  });

  test('leaves a command that answers as the README shows it', () => {
    const command = commands.find(({ line }) => line.startsWith('node data/'))!;
    const shown = blocksIn('json').find(({ code }) => code.includes('className'))!;
    // What `npm ci` would bring.
    fs.symlinkSync(path.join(projectRoot, 'node_modules'), path.join(data, 'node_modules'), 'junction');
    const [, script, photo] = command.line.split(' ');
    const photoFile = path.join(data, photo!);
    fs.copyFileSync(path.join(sampleFolder, 'cat.0.jpg'), photoFile);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [script!.replace('data', data), path.basename(photoFile)],
      { cwd: data, encoding: 'utf8' },
    );
    assert.equal(stdout.split('\n').length, 2, `${stdout}\n${stderr}`);
    const answer = JSON.parse(stdout);
    assert.deepEqual(Object.keys(answer), Object.keys(JSON.parse(shown.code)));
    assert.equal(answer.photo, photo);
  });
});

describe('commands in the documents', () => {
  test('are there, and name scripts and files that exist', () => {
    assert(commands.length > 3);
    for (const { place, line } of commands) {
      const [program, ...words] = line.split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word));
      const where = `${place}: ${line}`;
      assert(['npm', 'npx', 'node', 'git', 'cd', 'export'].includes(program!), where);
      // What lies in `data/` the blocks of TypeScript have made.
      const files = words.filter((word) => isFile(word) && !word.startsWith('data/'));
      if (program === 'node') for (const file of files) assertExists(file, where);
      if (program === 'npm') checkNpm(words, where);
    }
  });

  test('that change nothing and end soon, run', () => {
    const quick = commands.filter(({ line }) => /^node --import tsx --test /.test(line));
    assert(quick.length > 0);
    for (const { line } of quick) {
      // The test runner's own variable would make the child one of its workers.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const { status, stdout } = spawnSync(line, { shell: true, cwd: projectRoot, encoding: 'utf8', env });
      assert.equal(status, 0, `${line}\n${stdout}`);
    }
  });

  test('within sentences name scripts that exist, too', () => {
    for (const { name, text } of documents)
      for (const [, command] of text.matchAll(/`(npm (?:run [\w:]+|test)(?: [^`]*)?)`/g))
        checkNpm(command!.split(/\s+/).slice(1), `${name}: ${command}`);
  });
});

describe('links and names in the documents', () => {
  test('lead to files and headings that exist', () => {
    for (const { name, text } of documents)
      for (const [, target] of proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target!)) continue;
        const [file, anchor] = target!.split('#');
        const place = file ? path.join(path.dirname(name), decodeURIComponent(file)) : name;
        assertExists(place, `${name} links to ${target}`);
        if (anchor) assert(anchorsOf(place).has(anchor), `${name} links to ${target}: no such heading`);
      }
  });

  test('of source files, scripts, tests and notebooks are right', () => {
    // The API reference speaks of the files that its functions write.
    for (const { name, text } of documents.filter((document) => !isReference(document)))
      for (const [, file] of text.matchAll(
        /`((?:src|scripts|test|notebooks|docs|bench)\/[\w./-]*|[\w-]+\.(?:json|md))`/g,
      )) {
        const beside = path.join(path.dirname(name), file!);
        assert(isThere(file!) || isThere(beside), `${name} names ${file}`);
      }
  });
});

test("the README tells the accuracies of the notebook's run", (context) => {
  const notebook = fs.readFileSync(
    path.join(projectRoot, 'notebooks', '01-image-classification-with-little-data.ipynb'),
    'utf8',
  );
  const readme = documents.find(({ name }) => name === 'README.md')!.text;
  const final = [...notebook.matchAll(/Final validation accuracy, [^:"]+: (0\.\d+) \(mean/g)];
  if (final.length === 0) return context.skip('the notebook is without outputs');
  for (const [, accuracy] of final)
    assert(readme.includes(accuracy!), `${accuracy}: write it into the README, and run scripts/picture.mjs`);
});

test('the pictures of the documents are small', () => {
  const folder = path.join(projectRoot, 'docs', 'images');
  for (const name of fs.readdirSync(folder)) {
    const bytes = fs.statSync(path.join(folder, name)).size;
    assert(bytes > 1_000 && bytes < 100_000, `${name}: ${bytes} bytes`);
  }
});

/** The fenced blocks of a document; those of the API reference are signatures, which are not for running. */
function blocksOf(document: { name: string; text: string }): Block[] {
  if (isReference(document)) return [];
  const { name, text } = document;
  return [...text.matchAll(/^( *)```(.*)\n([\s\S]*?)\n\1```$/gm)].map((match) => ({
    document: name,
    line: text.slice(0, match.index).split('\n').length,
    language: match[2]!.trim(),
    code: match[3]!,
  }));
}

function isReference({ name }: { name: string }): boolean {
  return path.dirname(name) === path.join('docs', 'api');
}

function proseOf(text: string): string {
  return text.replace(/^( *)```[\s\S]*?\n\1```$/gm, '').replace(/`[^`\n]*`/g, '');
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '').trim();
}

/** What `npm test` says that it can run, when it is asked for a part that it doesn't have. */
const testParts = spawnSync(process.execPath, ['scripts/test.mjs', 'no-such-part'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .stderr.split('expected among ')[1]!
  .split(', found')[0]!
  .split(', ');

function checkNpm([command, ...rest]: string[], where: string): void {
  if (command !== 'run' && command !== 'test') return;
  const name = command === 'run' ? rest[0]! : 'test';
  assert(scripts[name], `${where}: no such script`);
  const file = /^node (scripts|bench)\/\S+/.exec(scripts[name])?.[0].slice(5);
  if (file) assertExists(file, where);
  const parts = command === 'test' && rest[0] === '--' ? rest.slice(1) : [];
  for (const part of parts) assert(testParts.includes(part), `${where}: no part ${part}`);
}

function isFile(word: string): boolean {
  return /^[\w./-]+\.(ts|mts|mjs|cjs|js)$/.test(word);
}

function isThere(file: string): boolean {
  return fs.existsSync(path.join(projectRoot, file));
}

function assertExists(file: string, where: string): void {
  assert(isThere(file), `${where}: ${file} is missing`);
}

/** Where a link into a document may lead: its headings as code hosts name them, and explicit marks. */
function anchorsOf(file: string): Set<string> {
  const text = fs.readFileSync(path.join(projectRoot, file), 'utf8');
  const marks = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!);
  const seen = new Map<string, number>();
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const slug = heading!
      .toLowerCase()
      .replace(/\\/g, '')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set([...marks, ...headings]);
}
