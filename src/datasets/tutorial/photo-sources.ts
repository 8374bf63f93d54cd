/** Where the real photos are, and getting those that can be had without an account. */
import fs from 'node:fs';
import path from 'node:path';
import { checkKeys } from '../../check';
import { type DownloadedFile, type DownloadOptions, downloadFile } from '../../files/download-file';
import { resolvePath, sharedDataPath, shownPath } from '../../paths';

/** A place from which photos of cats and dogs can be had. */
export interface PhotoAddress {
  /** What people call it. */
  name: string;
  /** What to open in a browser, or the file itself. */
  address: string;
  /** As people read it. */
  size: string;
  /** How the files lie in it, N being an integer. */
  layout: string;
  /** Its short name, or what is known of it. */
  licence: string;
  /** How to get it, in a sentence. */
  how: string;
  /** The file's digest where it is known. */
  sha256?: string;
  /** The file's exact length where it is known. */
  bytes?: number;
}

/** Microsoft's 25,000 photos: those that `downloadPhotos` gets. */
const microsoft = {
  name: 'Microsoft cats and dogs',
  address:
    'https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/kagglecatsanddogs_5340.zip',
  size: 'about 786 MB',
  layout: 'PetImages/{Cat,Dog}/N.jpg',
  licence: 'CDLA-Permissive-2.0',
  how: 'Run `npm run photos`, or open the address in a browser and put the zip into the folder data/dogs-vs-cats.',
  sha256: 'b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9',
} satisfies PhotoAddress;

/** Where photos of cats and dogs can be had: address, size, layout, licence, how to. */
export const photoSources: readonly PhotoAddress[] = [
  microsoft,
  {
    name: 'Kaggle dogs-vs-cats',
    address: 'https://www.kaggle.com/c/dogs-vs-cats/data',
    size: 'size shown there',
    layout: 'train/{cat,dog}.N.jpg',
    licence: 'no redistribution',
    how: 'Log in, accept the rules, download dogs-vs-cats.zip and put it into the folder data/dogs-vs-cats.',
  },
  {
    name: "Google's subset",
    address: 'https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip',
    size: '68.6 MB',
    layout: '{train,validation}/{cats,dogs}/{cat,dog}.N.jpg',
    licence: 'not stated',
    how: 'Open the address in a browser and put the zip into the folder data/dogs-vs-cats.',
    bytes: 68_606_236,
  },
];

/**
 * How to get real photos, in words.
 *
 * @returns a few lines of plain text: addresses, sizes, licences, what to do.
 * @example
 * ```ts
 * import { photoHelp } from 'little-data';
 * console.log(photoHelp());
 * ```
 */
export function photoHelp(): string {
  const folder = shownPath(sharedDataPath('dogs-vs-cats'));
  return [
    'To get real photos of cats and dogs:',
    ...photoSources.flatMap(({ name, address, size, licence, how }) => [
      `- ${name} (${size}, licence: ${licence})`,
      `  ${address}`,
      `  ${how.replaceAll('data/dogs-vs-cats', folder)}`,
    ]),
    'The zip need not be unpacked.',
    'Photos that lie elsewhere are found through LITTLE_DATA_PHOTOS, which names their folder or zip.',
  ].join('\n');
}

/** The options of `downloadPhotos`. */
export interface DownloadPhotosOptions extends DownloadOptions {
  /** Another file. Without `sha256` it is not checked. @default Microsoft's photos */
  url?: string;
}

/**
 * Downloads the zip of Microsoft's photos into `dir`, where `findPhotos` finds it; nothing is done where it is there already.
 * What is there of an earlier try is used.
 *
 * @param dir the folder for the zip, default `data/dogs-vs-cats`.
 * @param options `url`, `sha256`, `bytes`, `onProgress`, `signal`, `resume` (true), `retries` (5), `retryDelay` (1000), `timeout` (30000).
 * @returns the zip's path, length and digest.
 * @throws LittleDataError where the server can't be reached, sends another file, or the disk is full: what is there is
 *   kept for the next call, a file with another digest is not.
 * @example
 * ```ts
 * import { downloadPhotos } from 'little-data';
 * const { file } = await downloadPhotos();
 * console.log(file);
 * ```
 */
export async function downloadPhotos(
  dir: string = sharedDataPath('dogs-vs-cats'),
  options: DownloadPhotosOptions = {},
): Promise<DownloadedFile> {
  checkKeys('downloadPhotos', options, [
    'url',
    'sha256',
    'bytes',
    'onProgress',
    'signal',
    'resume',
    'retries',
    'retryDelay',
    'timeout',
  ]);
  const { url = microsoft.address, sha256, ...rest } = options;
  const folder = resolvePath(dir, 'dir');
  fs.mkdirSync(folder, { recursive: true });
  const name = decodeURIComponent(url.split(/[?#]/)[0]!).split('/').at(-1) || 'photos.zip';
  const digest = url === microsoft.address ? (sha256 ?? microsoft.sha256) : sha256;
  return downloadFile(url, path.join(folder, name), { sha256: digest, ...rest });
}
