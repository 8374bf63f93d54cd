import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import ts from 'typescript';
import { behindShorthand, publicApi } from './fixtures/public-api';
import { projectRoot } from './run-node';

/** These examples are checked for their types only. */
const needNetwork = ['downloadPhotos'];

const { config } = ts.readConfigFile(path.join(projectRoot, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, projectRoot);

interface Example {
  /** The public name whose text has it, such as `np.save`. */
  name: string;
  code: string;
}

const examples = readExamples();

test('there are examples', () => assert(examples.length >= 6));

test('an example is short', () => {
  for (const { name, code } of examples)
    assert(code.split('\n').length < 8, `${name}: ${code.split('\n').length} lines`);
});

describe('the examples', () => {
  // Within the project, where the package is found by its name.
  const folder = path.join(projectRoot, '.cache', 'test-examples', String(process.pid));
  const runnable = examples.filter(({ name }) => !needNetwork.includes(name));
  const all = [...runnable, ...examples.filter((example) => !runnable.includes(example))];
  let place: string;

  before(() => {
    fs.mkdirSync(folder, { recursive: true });
    place = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-examples-'));
    for (const [i, { code }] of all.entries())
      fs.writeFileSync(path.join(folder, `${i}.mts`), `${code}\nexport {};\n`);
  });
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(place, { recursive: true, force: true });
  });

  test('fit the types of the package', () => {
    const files = all.map((_, i) => path.join(folder, `${i}.mts`));
    const faults = ts
      .getPreEmitDiagnostics(ts.createProgram(files, options))
      .filter(({ file }) => file?.fileName.startsWith(folder))
      .map(({ file, messageText }) => {
        const name = all[Number(path.basename(file!.fileName, '.mts'))]!.name;
        return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      });
    assert.deepEqual(faults, []);
  });

  test('run in a folder with photos, a head and features', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...['--conditions=little-data-source', '--import', 'tsx'],
        ...[path.join(projectRoot, 'test', 'fixtures', 'run-examples.ts')],
        ...[folder, String(runnable.length), place],
      ],
      {
        cwd: projectRoot,
        encoding: 'utf8',
        env: {
          ...{ PATH: process.env.PATH, HOME: process.env.HOME, TF_CPP_MIN_LOG_LEVEL: '3' },
          LITTLE_DATA_DIR: path.join(place, 'data'),
        },
      },
    );
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    const results = fs.readFileSync(path.join(place, 'results'), 'utf8').trim().split('\n');
    assert.equal(results.length, runnable.length);
    const failures = results.flatMap((line, i) => {
      const failure = JSON.parse(line) as string | null;
      return failure === null ? [] : [`${runnable[i]!.name}: ${failure}`];
    });
    assert.deepEqual(failures, []);
  });
});

/** The examples of all public names and their members. */
function readExamples(): Example[] {
  const { checker, exported } = publicApi();
  const examples: Example[] = [];
  for (const { name, symbol } of exported) {
    if (!(symbol.flags & ts.SymbolFlags.Value)) continue;
    const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
    const type = isClass ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbol(symbol);
    const isFunction = !isClass && type.getCallSignatures().length > 0;
    const members = isFunction
      ? []
      : type
          .getProperties()
          .filter(isOurs)
          .map((member) => behindShorthand(member, checker));
    const own = examplesOf(symbol, name);
    examples.push(...own, ...members.flatMap((member) => examplesOf(member, `${name}.${member.name}`)));
  }
  return examples;

  /** The members that a library's class or `Array` brings have examples of their own kind. */
  function isOurs(member: ts.Symbol): boolean {
    return (member.declarations ?? []).every(
      (declaration) => !declaration.getSourceFile().fileName.includes('node_modules'),
    );
  }

  function examplesOf(symbol: ts.Symbol, name: string): Example[] {
    return symbol
      .getJsDocTags(checker)
      .filter((tag) => tag.name === 'example')
      .map((tag) => {
        const code = /```ts\n([\s\S]*?)\n```/.exec(ts.displayPartsToString(tag.text))?.[1];
        assert(code, `${name}: the example has no \`\`\`ts block`);
        return { name, code };
      });
  }
}
