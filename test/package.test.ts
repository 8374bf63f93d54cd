import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot } from './run-node';

/** An output of a cell as the notebook format has it; streams have `text`, all others `data`. */
interface Output {
  output_type: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  execution_count?: number | null;
}
interface Cell {
  cell_type: string;
  metadata: { tags?: string[] };
  execution_count?: number | null;
  outputs?: Output[];
}
interface Notebook {
  nbformat: number;
  metadata: { kernelspec: { name: string } };
  cells: Cell[];
}

const read = (...name: string[]) => JSON.parse(fs.readFileSync(path.join(projectRoot, ...name), 'utf8'));

describe('package.json', () => {
  const { dependencies, devDependencies, optionalDependencies, overrides } = read('package.json');
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };

  test('pins exact versions', () => {
    const exact = /^(\d+\.\d+\.\d+|file:|\$.+|npm:.+@\d+\.\d+\.\d+)$/;
    for (const [name, version] of Object.entries({ ...all, ...overrides }))
      assert.match(String(version), exact, name);
  });

  test('agrees with package-lock.json', () => {
    const { packages } = read('package-lock.json');
    assert.deepEqual(packages[''].dependencies, dependencies);
    assert.deepEqual(packages[''].devDependencies, devDependencies);
    assert.deepEqual(packages[''].optionalDependencies, optionalDependencies);
    for (const [name, version] of Object.entries(all))
      if (version !== 'file:') assert.equal(packages[`node_modules/${name}`].version, version, name);
  });
});

test('package-lock.json names no host, so that any registry will do, and a digest for each package', () => {
  const { packages } = read('package-lock.json');
  for (const [name, entry] of Object.entries<Record<string, unknown>>(packages)) {
    assert.doesNotMatch(String(entry.resolved ?? ''), /:/, name);
    if (name.includes('node_modules/') && !entry.link) assert(entry.integrity, name);
  }
});

const notebooks = fs
  .readdirSync(path.join(projectRoot, 'notebooks'))
  .filter((name) => name.endsWith('.ipynb'));
test('there are notebooks', () => assert(notebooks.length > 0));

for (const name of notebooks)
  describe(`notebooks/${name}`, () => {
    const notebook: Notebook = read('notebooks', name);
    const code = notebook.cells.filter((cell) => cell.cell_type === 'code');

    test('is for the kernel of this project', () => {
      assert.equal(notebook.nbformat, 4);
      assert.equal(notebook.metadata.kernelspec.name, 'tslab');
    });

    test('has no metadata of a run', () => {
      for (const key of Object.keys(notebook.metadata))
        assert(['kernelspec', 'language_info'].includes(key), key);
      for (const { metadata } of notebook.cells)
        for (const key of Object.keys(metadata)) assert.equal(key, 'tags');
      for (const cell of code)
        for (const counted of [cell, ...cell.outputs!]) assert.equal(counted.execution_count ?? null, null);
    });

    test('has no output of more than 200 KB, and none of an error', () => {
      for (const output of code.flatMap((cell) => cell.outputs!)) {
        assert(JSON.stringify(output).length <= 200_000, JSON.stringify(output).slice(0, 200));
        assert.notEqual(output.output_type, 'error');
      }
    });

    test('shows no photo that is not ours', () => {
      // The pictures of the sample belong to the project. A run on it says that they are drawings.
      const printed = JSON.stringify(code.map(({ outputs }) => outputs));
      if (/drawings/i.test(printed)) return;
      for (const { data = {} } of code.flatMap(({ outputs }) => outputs!)) {
        // A drawing is SVG, which says so by its type; it may come as PNG as well.
        if ('image/svg+xml' in data) delete data['image/png'];
        assert.doesNotMatch(JSON.stringify(data), /"image\/(png|jpeg|gif|webp)"|data:image\/(?!svg)|<image/);
      }
    });
  });
