import { fromProject } from '../../paths';
import { sampleFolder } from './sample-folder';

/**
 * The folder of your photos, or the drawings of cats and dogs that come with this project.
 *
 * @param folder a folder of photos. Where it is missing or empty text, the environment variable `LITTLE_DATA_OWN_PHOTOS`
 *   counts, then the sample's folder.
 * @returns `folder` as it was passed; the other two are absolute. Prints a line where it is the sample.
 * @example
 * ```ts
 * import { photosOrSample } from 'little-data';
 * const photos = photosOrSample('flowers');
 * console.log(photos); // flowers
 * ```
 */
export function photosOrSample(folder = ''): string {
  const fromEnvironment = process.env.LITTLE_DATA_OWN_PHOTOS;
  if (folder) return folder;
  if (fromEnvironment) return fromProject(fromEnvironment);
  console.log('No folder was named: these are drawings of cats and dogs, the sample of this project.');
  return sampleFolder;
}
