/** The tutorial's photos: real ones where there are any, drawn ones elsewhere. */

import { dataPath, shownPath } from '../../paths';
import { drawSample } from '../sample/sample';
import { findPhotos, type PhotoSource } from './find-photos';
import { photoHelp } from './photo-sources';

/** Photos, and whether they are drawings. */
export type TutorialPhotos = PhotoSource & { drawn: boolean };

/**
 * Photos of cats and dogs for the tutorial: those that `LITTLE_DATA_PHOTOS` names or that lie in `data/dogs-vs-cats`,
 * else 280 drawings that are made now (the same at each run). Prints which, and how to get real ones.
 *
 * @returns what `findPhotos` gives, and `drawn`: whether these are drawings.
 * @throws LittleDataError as `findPhotos` does.
 */
export async function tutorialPhotos(): Promise<TutorialPhotos> {
  const found = await findPhotos();
  if (found) {
    const counts = Object.entries(found.parts).map(([part, classes]) => {
      const words = Object.entries(classes as Record<string, unknown[]>).map(
        ([name, list]) => `${list.length} ${name}`,
      );
      return `${part === 'all' ? '' : `${part}: `}${words.join(', ')}`;
    });
    console.log(`Real photos from ${shownPath(found.origin)}: ${counts.join('; ')}.`);
    return { ...found, drawn: false };
  }
  const dir = dataPath('sample');
  await drawSample(dir);
  console.log(
    'There are no real photos here: the pictures below are DRAWINGS of cats and dogs that this package made.\n' +
      'All steps work on them as on photos; how well the head does on drawings tells nothing about photos.\n\n' +
      photoHelp(),
  );
  const sample = await findPhotos(dir);
  return { ...sample!, drawn: true };
}
