/** The tutorial's photos: real ones where there are any, the sample elsewhere. */
import { shownPath } from '../../paths';
import { findPhotos, type PhotoSource } from './find-photos';
import { photoHelp } from './photo-sources';
import { sampleFolder } from './sample-folder';

/** Photos of cats and dogs. */
export type TutorialPhotos = PhotoSource & {
  /** Whether these are the sample's drawings. */
  drawn: boolean;
};

/**
 * Photos of cats and dogs for the tutorial: those that `LITTLE_DATA_PHOTOS` names, else those in `data/dogs-vs-cats`, else
 * the sample, 280 drawings that come with this project. Prints which it found, and how to get real photos.
 *
 * @returns what `findPhotos` returns, and `drawn`: whether these are drawings.
 * @throws LittleDataError as `findPhotos` does.
 * @example
 * ```ts
 * import { tutorialPhotos } from 'little-data';
 * const photos = await tutorialPhotos();
 * console.log(photos.drawn, photos.layout);
 * ```
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
  console.log(
    'No real photos were found: these are 280 DRAWINGS of cats and dogs, the sample of this project.\n' +
      'Every step works on them, but an accuracy on drawings says nothing about photos.\n\n' +
      photoHelp(),
  );
  const sample = await findPhotos(sampleFolder);
  return { ...sample!, drawn: true };
}
