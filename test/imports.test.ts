import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { projectRoot, runNode } from './run-node';

/** The rooms in the order of the data's path. Each imports those before it. Rooms of one line do not import each other. */
const order: string[][] = [
  ['root'],
  ['numerics'],
  ['notebook'],
  ['files'],
  ['formats', 'images', 'plots'],
  ['datasets'],
  ['networks'],
  ['features'],
  ['head'],
  ['insight'],
  ['export'],
];
const mayImport: Record<string, string[]> = Object.fromEntries(
  order.flatMap((rooms, place) => rooms.map((room) => [room, order.slice(0, place).flat()])),
);

const source = path.join(projectRoot, 'src');
const files = fs
  .readdirSync(source, { recursive: true, encoding: 'utf8' })
  // The templates are copied into exported folders, and import nothing from here.
  .filter(
    (name) =>
      (/\.(ts|mjs)$/.test(name) || name === path.join('files', 'owner.cjs')) &&
      !name.startsWith(path.join('export', 'templates')),
  )
  .map((name) => ({ name, text: fs.readFileSync(path.join(source, name), 'utf8') }));
const index = files.find((file) => file.name === 'index.ts')!;

/** Everything that a file imports or requires, types and late imports included. */
function importsOf({ text }: { text: string }): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
}
const isOurs = (request: string) => request.startsWith('.');

describe('src/', () => {
  test('has only the rooms that are named here', () => {
    assert(files.length > 0);
    for (const { name } of files) assert(mayImport[roomOf(name)], `${name} lies in a room of its own`);
  });

  for (const { name, text } of files.filter((file) => file !== index))
    test(`${name} imports only leftwards`, () => {
      const room = roomOf(name);
      for (const request of importsOf({ text }).filter(isOurs)) {
        const target = path.relative(source, path.join(source, path.dirname(name), request));
        assert(!target.startsWith('..') && target !== 'index', `${request} leaves the rooms`);
        const other = roomOf(target);
        assert(other === room || mayImport[room]!.includes(other), `${room} may not import ${target}`);
      }
    });

  test('the root files stand on check, paths and state alone', () => {
    for (const file of files.filter(({ name }) => roomOf(name) === 'root' && name !== 'index.ts'))
      for (const request of importsOf(file).filter(isOurs))
        assert(['./check', './paths', './state'].includes(request), `${file.name} imports ${request}`);
  });

  test('imports only packages that package.json names as dependencies', () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
    const dependencies = { ...manifest.dependencies, ...manifest.optionalDependencies };
    for (const file of files)
      for (const request of importsOf(file).filter((name) => !isOurs(name) && !name.startsWith('node:'))) {
        const name = request.split('/', request.startsWith('@') ? 2 : 1).join('/');
        assert(name in dependencies, `${file.name} imports ${request}`);
        assert.notEqual(name, 'tslab', `${file.name} imports the kernel`);
      }
  });

  test('has a kernel that needs Node, tsx, tslab and its sockets alone', () => {
    const kernel = path.join(source, 'kernel');
    for (const name of fs.readdirSync(kernel)) {
      const others = importsOf({ text: fs.readFileSync(path.join(kernel, name), 'utf8') });
      for (const request of others)
        assert.match(request, /^(node:|tsx\/cjs$|zeromq$|tslab\b|@tslab\/|\.\/)/, name);
    }
  });

  test('loads TensorFlow in one place, and in the thread of the graphics card: all others import its types', () => {
    const places = ['tensorflow.ts', path.join('networks', 'gpu', 'gpu-worker.mjs')];
    // Classes of messages, which load nothing else of it.
    const messages = '@tensorflow/tfjs-node/dist/proto/api_pb.js';
    for (const { name, text } of files) {
      const loads = loadsOf(text).some(
        (request) => request.startsWith('@tensorflow/') && request !== messages,
      );
      assert.equal(loads, places.includes(name), name);
    }
  });
});

test('no file of src/ imports itself through others, not even a type', () => {
  const names = new Set(files.map(({ name }) => name));
  const graph = new Map(
    files.map((file) => [
      file.name,
      importsOf(file)
        .filter(isOurs)
        .map((request) => path.join(path.dirname(file.name), request))
        .map((target) => [target, `${target}.ts`].find((name) => names.has(name)))
        .filter((name) => name !== undefined),
    ]),
  );
  assert.deepEqual(circlesOf(graph), []);
});

describe('loadsOf()', () => {
  const loading = [
    "import 'a'",
    "import a from 'a'",
    "import * as a from 'a'",
    "import {\n  type A,\n  b,\n} from 'a'",
    "import { type A } from 'a'",
    "import a = require('a')",
    "export * from 'a'",
    "export { b } from 'a'",
    "const a = require('a')",
    "const b = () => import('a').then(({ c }) => c)",
    'const a = await import(`a`)',
  ];
  for (const text of loading) test(`finds ${text}`, () => assert.deepEqual(loadsOf(text), ['a']));

  const others = [
    "import type * as a from 'a'",
    "import type { A } from 'a'",
    "import type a = require('a')",
    "export type { A } from 'a'",
    "const place = require.resolve('a')",
    "type A = typeof import('a')",
    "let a: import('a').A",
    "// import 'a'",
    'const text = "import(\'a\')"',
  ];
  for (const text of others) test(`passes over ${text}`, () => assert.deepEqual(loadsOf(text), []));
});

describe('index.ts', () => {
  const exported = exportsOf(index.text);

  test('names each export, and does nothing else', () => {
    assert.equal(exported.length, new Set(exported.map(({ name }) => name)).size);
    assert(exported.some(({ name }) => name === 'applications'));
  });

  test('gives a program each name that it exports', () => {
    const { stdout, stderr } = runNode(
      `const all = require('little-data');
       console.log(JSON.stringify(Object.keys(all).filter((name) => all[name] !== undefined)));`,
      { preload: ['--conditions=little-data-source', '--import', 'tsx'] },
    );
    const values = exported.filter(({ isType }) => !isType).map(({ name }) => name);
    assert.deepEqual(JSON.parse(stdout || JSON.stringify(stderr)), values.sort());
  });
});

/** The circles of a graph, each once, as `a -> b -> a`. */
function circlesOf(graph: Map<string, string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): void => {
    if (trail.includes(name)) circles.push([...trail.slice(trail.indexOf(name)), name].join(' -> '));
    else if (!done.has(name)) {
      for (const next of graph.get(name)!) visit(next, [...trail, name]);
      done.add(name);
    }
  };
  for (const name of graph.keys()) visit(name, []);
  return circles;
}

function roomOf(name: string): string {
  const [room, ...rest] = name.split(path.sep);
  return rest.length > 0 ? room! : 'root';
}

test('no room holds more than a fifth of the lines', () => {
  const lines = (text: string) => text.split('\n').length;
  const total = files.reduce((sum, { text }) => sum + lines(text), 0);
  const rooms = new Map<string, number>();
  for (const { name, text } of files) {
    const room = name.includes(path.sep) ? name.split(path.sep)[0]! : 'root';
    rooms.set(room, (rooms.get(room) ?? 0) + lines(text));
  }
  for (const [room, size] of rooms) assert(size <= total / 5, `${room}: ${size} of ${total} lines`);
});

/** What a file loads when it runs, late imports included: its imports and requires, but for those of types alone. */
function loadsOf(text: string): string[] {
  const loads: string[] = [];
  const add = (request: ts.Node | undefined) => {
    if (request && ts.isStringLiteralLike(request)) loads.push(request.text);
  };
  const visit = (node: ts.Node): void => {
    // `import { type A }` stays, as `import {}`: the file is loaded all the same.
    if (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly) add(node.moduleSpecifier);
    if (ts.isExportDeclaration(node) && !node.isTypeOnly) add(node.moduleSpecifier);
    if (ts.isImportEqualsDeclaration(node) && !node.isTypeOnly)
      add(ts.isExternalModuleReference(node.moduleReference) ? node.moduleReference.expression : undefined);
    if (ts.isCallExpression(node)) {
      const { expression: called } = node;
      const isLoader = ts.isIdentifier(called)
        ? called.text === 'require'
        : called.kind === ts.SyntaxKind.ImportKeyword;
      if (isLoader) add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest));
  return loads;
}

/** The names of a file that consists of `export { ... } from '...'`; fails on any other statement. */
function exportsOf(text: string): { name: string; isType: boolean }[] {
  const parsed = ts.createSourceFile('index.ts', text, ts.ScriptTarget.Latest);
  return parsed.statements.flatMap((statement) => {
    assert(ts.isExportDeclaration(statement) && statement.moduleSpecifier, statement.getText(parsed));
    const { exportClause, isTypeOnly } = statement;
    assert(exportClause && ts.isNamedExports(exportClause), statement.getText(parsed));
    return exportClause.elements.map((one) => ({
      name: one.name.text,
      isType: isTypeOnly || one.isTypeOnly,
    }));
  });
}
