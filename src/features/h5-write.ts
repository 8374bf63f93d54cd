/** Keras' HDF5 weight files, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { problem } from '../check';
import { shownPath } from '../paths';
import { type H5Weights, loadH5, readH5 } from './h5';

/** Writes a weights file in the layout of Keras' `save_weights('x.h5')`, whole or not at all. */
export async function writeH5(file: string, { layers, attributes }: H5Weights): Promise<void> {
  const h5 = await loadH5();
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  removeLeftovers(file);
  // Two calls may write the same file at once: each has a place of its own.
  const beside = `${file}.${process.pid}-${randomUUID().slice(0, 8)}.part`;
  try {
    const opened = new h5.File(beside, 'w');
    try {
      setTexts(
        opened,
        'layer_names',
        layers.map((layer) => layer.name),
      );
      for (const [name, text] of Object.entries(attributes)) opened.create_attribute(name, text);
      for (const layer of layers) {
        const group = opened.create_group(layer.name);
        setTexts(
          group,
          'weight_names',
          layer.weights.map((weight) => weight.name),
        );
        for (const { name, shape, data } of layer.weights) {
          const folder = path.posix.dirname(name);
          if (folder !== '.' && !group.get(folder)) group.create_group(folder);
          group.create_dataset({ name, data, shape, dtype: '<f4' });
        }
      }
    } finally {
      opened.close();
    }
    flush(beside);
    await checkWritten(beside, { layers, attributes });
    fs.renameSync(beside, file);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

/** HDF5's library reports a failed write on stderr only: what stands in the file is read back and compared. */
async function checkWritten(file: string, { layers, attributes }: H5Weights): Promise<void> {
  const wanted = { layers: layers.filter((layer) => layer.weights.length > 0), attributes };
  if (isDeepStrictEqual(await readH5(file), wanted)) return;
  throw problem({
    where: shownPath(path.dirname(file)),
    expected: 'a disk that keeps what is written',
    found: 'other weights in the file than were written',
    next: 'See whether the disk is full; the earlier file is as it was. Then save again.',
  });
}

/** The bytes reach the disk before the name does: a power cut must not leave an empty file under it. */
function flush(file: string): void {
  const descriptor = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What a process that was killed while writing left beside the file. */
function removeLeftovers(file: string): void {
  const [folder, name] = [path.dirname(path.resolve(file)), path.basename(file)];
  for (const entry of fs.readdirSync(folder)) {
    const writer =
      entry.startsWith(`${name}.`) && /^(\d+)-[0-9a-f]{8}\.part$/.exec(entry.slice(name.length + 1));
    if (writer && !isRunning(Number(writer[1]))) fs.rmSync(path.join(folder, entry), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

type H5Group = InstanceType<Awaited<ReturnType<typeof loadH5>>['Group']>;

function setTexts(group: H5Group, attribute: string, texts: string[]): void {
  const longest = Math.max(1, ...texts.map((text) => Buffer.byteLength(text)));
  group.create_attribute(attribute, texts, [texts.length], `S${longest}`);
}
