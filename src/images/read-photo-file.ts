/** Reads a photo's file whole, once, and only if it is one: never waits at a pipe, never reads a film into memory. */
import fs from 'node:fs';
import { bytesOf } from '../files/byte-names';
import { describeBytes, headLength, pictureKind } from './picture-kind';
import { cutShort, Unusable } from './unreadable-photo';

/** Larger files are refused unread: the largest picture within the pixel limit, uncompressed, is smaller. */
const maxBytes = 2 ** 30;

/** The bytes of a file that starts as a picture does. @throws {Unusable} with the reason where that can't be. */
export async function readPhotoFile(file: string): Promise<Buffer> {
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer that may never come. Windows has no such flag.
    const handle = await fs.promises.open(
      bytesOf(file),
      fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0),
    );
    try {
      return await readWhole(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof Unusable ? error : unusableFile(error as NodeJS.ErrnoException);
  }
}

async function readWhole(handle: fs.promises.FileHandle): Promise<Buffer> {
  const stat = await handle.stat();
  if (stat.isDirectory()) throw isFolder();
  if (!stat.isFile()) throw isDevice();
  if (stat.size === 0) throw new Unusable('empty file');
  if (stat.size > maxBytes) {
    const head = Buffer.alloc(headLength);
    await handle.read(head, 0, headLength, 0);
    if (!pictureKind(head)) throw notAPicture(head);
    throw new Unusable(
      `${(stat.size / maxBytes).toFixed(1)} GiB, over the limit of 1 GiB`,
      'Leave it out or make it smaller.',
    );
  }
  const bytes = Buffer.allocUnsafe(stat.size);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0)
      throw new Unusable(cutShort, 'The file became shorter while it was read. Try again.');
    at += bytesRead;
  }
  return bytes;
}

/** The reason for bytes that are no picture of a known format. */
export function notAPicture(bytes: Uint8Array): Unusable {
  const { reason, next } = describeBytes(bytes);
  return new Unusable(reason, next);
}

/** The reason for a file that the system refuses to read; other errors as they are. */
export function unusableFile(error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Unusable('no such file', 'Check the path; it may have been moved or deleted meanwhile.');
    case 'EACCES':
    case 'EPERM':
      return new Unusable('a file without permission to read it', 'Change its permissions, or leave it out.');
    case 'EISDIR':
      return isFolder();
    case 'ENXIO':
    case 'EOPNOTSUPP':
      return isDevice();
    case 'ELOOP':
      return new Unusable('a link that leads back to itself', 'Remove the link.');
    case 'ENAMETOOLONG':
      return new Unusable('a path too long for this system', 'Give it a shorter name.');
    case 'EIO':
    case 'ESTALE':
    case 'EBUSY':
    case 'ETIMEDOUT':
      return new Unusable(
        `a file that can't be read (${error.code})`,
        'Check the disk or the network drive.',
      );
    default:
      return error;
  }
}

function isFolder(): Unusable {
  return new Unusable('a folder, not a file', 'Rename the folder, or name a file inside it.');
}

function isDevice(): Unusable {
  return new Unusable('a pipe, socket or device, not a file', 'Leave it out.');
}
