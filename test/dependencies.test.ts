import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, test } from 'node:test';
import { projectRoot } from './run-node';

const text = fs.readFileSync(path.join(projectRoot, 'docs', 'dependencies.md'), 'utf8');
const manifest = readJson('package.json');
const { packages } = readJson('package-lock.json') as { packages: Record<string, Locked> };

interface Locked {
  version: string;
  license?: string;
  link?: boolean;
}

describe('docs/dependencies.md', () => {
  const direct = tableBelow('## What is used');

  test('names each direct dependency with its version and licence', () => {
    const wanted = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    delete wanted['little-data'];
    assert.deepEqual(direct.map(([name]) => name).sort(), Object.keys(wanted).sort());
    for (const [name, version, licence] of direct) {
      assert.equal(version, wanted[name!], name);
      const installed = licenceOf(`node_modules/${name}`);
      assert.equal(licence, installed.startsWith('SEE') ? 'NIST' : installed, name);
    }
  });

  test('gives a reason for each version that is forced', () => {
    const forced = tableBelow('## Versions that are forced');
    assert.deepEqual(forced.map(([name]) => name).sort(), Object.keys(manifest.overrides).sort());
    for (const [name, to] of forced) {
      const version = /\d+\.\d+\.\d+$/.exec(to!)?.[0];
      if (version) assert(manifest.overrides[name!].endsWith(version), name);
    }
  });

  test('tells of known faults by the versions that are installed', () => {
    const faults = tableBelow('## Known faults');
    assert(faults.length > 10);
    for (const [names, , , here] of faults)
      for (const [i, name] of names!.split(', ').entries()) {
        // `request` is the name under which its fork lies there.
        const versions = name === 'request' ? [] : versionsOf(name);
        const said = here === 'none' ? [] : here!.split(', ')[i]!.split(' and ');
        assert.deepEqual(versions.sort(), said.sort(), name);
      }
  });

  test('names each licence that is installed', () => {
    const sentence = /compatible with that use: (.*)\. Others/s.exec(text)?.[1] ?? '';
    const usual = new Set(sentence.split(/,\s+/));
    assert(usual.size > 5);
    const others = tableBelow('## Licences')
      .filter(([names]) => !names!.startsWith('Python'))
      .flatMap(([names]) => names!.split(', '));
    const isOther = (name: string) =>
      others.some((other) => (other.endsWith('*') ? name.startsWith(other.slice(0, -1)) : name === other));
    for (const [place, { link }] of Object.entries(packages)) {
      const name = nameOf(place);
      if (!name || link || isOther(name)) continue;
      const parts = licenceOf(place)
        .replace(/[()]/g, '')
        .split(/ (?:AND|OR) /);
      for (const part of parts) assert(usual.has(part), `${name}: ${part}`);
    }
    for (const other of others.filter((name) => !name.endsWith('*')))
      assert(versionsOf(other).length > 0, `${other} is not installed`);
  });
});

describe('versions that are forced do what the packages ask of them', () => {
  test("danfojs reads a CSV file from an address through request's fork", async () => {
    const server = http.createServer((_, response) => response.end('a,b\n1,2\n3,4\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { readCSV } = require('danfojs-node') as typeof import('danfojs-node');
      const frame = await readCSV(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a.csv`);
      assert.deepEqual(frame.columns, ['a', 'b']);
      assert.deepEqual(frame.values, [
        [1, 2],
        [3, 4],
      ]);
    } finally {
      server.close();
    }
  });

  test("tar unpacks a stream as tfjs-node's install script does", async () => {
    // Its own types are not among the dependencies: tfjs-node brings it.
    const tar = require('tar');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-tar-'));
    try {
      for (const name of ['in', 'out']) fs.mkdirSync(path.join(folder, name));
      fs.writeFileSync(path.join(folder, 'in', 'lib.txt'), 'library');
      const archive = path.join(folder, 'lib.tar.gz');
      await tar.c({ gzip: true, file: archive, cwd: folder }, ['in']);
      await pipeline(fs.createReadStream(archive), tar.x({ C: path.join(folder, 'out'), strict: true }));
      assert.equal(fs.readFileSync(path.join(folder, 'out', 'in', 'lib.txt'), 'utf8'), 'library');
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('every file that pip installs has a hash', () => {
  const folders = ['scripts', 'test', 'bench'].map((name) => path.join(projectRoot, name));
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(folder)
      .flatMap((name) => (/^requirements.*\.txt$/.test(name) ? path.join(folder, name) : [])),
  );
  assert.equal(files.length, 5);
  for (const name of files) {
    const lines = fs.readFileSync(name, 'utf8').replaceAll('\\\n', ' ');
    const pinned = lines.split('\n').filter((line) => /^[a-z]/i.test(line));
    assert(pinned.length > 0, name);
    assert.doesNotMatch(lines, /https?:/);
    for (const line of pinned) assert.match(line, /^[\w.-]+==\S+.*--hash=sha256:[0-9a-f]{64}/, line);
  }
});

/** The rows of the first table below a heading, cells without their code marks; without the table's head. */
function tableBelow(heading: string): string[][] {
  const [, ...rest] = text.split(heading);
  const lines = rest[0]!.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

function nameOf(place: string): string {
  return place.replace(/^.*node_modules\//, '');
}

function versionsOf(name: string): string[] {
  const own = Object.entries(packages).filter(([place, { link }]) => nameOf(place) === name && !link);
  return [...new Set(own.map(([, { version }]) => version))];
}

function licenceOf(place: string): string {
  return packages[place]?.license ?? 'none';
}

function readJson(name: string) {
  return JSON.parse(fs.readFileSync(path.join(projectRoot, name), 'utf8'));
}
