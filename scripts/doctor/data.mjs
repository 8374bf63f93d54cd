/** Weights, photos, and whether the project may write where it has to. */
import fs from 'node:fs';
import path from 'node:path';
import { placeOf } from '../setup/context.mjs';
import { inspectAllWeights } from '../setup/weights.mjs';
import { note, ok, shown, wrong } from './context.mjs';

/** The weights of VGG16 and EfficientNet-Lite0, by their SHA-256. */
export async function checkWeightsFile(context) {
  try {
    return ok(`${await inspectAllWeights(context)} files of weights, by their SHA-256`);
  } catch (error) {
    return wrong(error.happened ?? error.message, error.next ?? 'See that the file can be read.');
  }
}

/** The photos that `LITTLE_DATA_PHOTOS` names, or `data/dogs-vs-cats`, else drawings. */
export async function checkPhotos({ root, env, cwd }) {
  const named = env.LITTLE_DATA_PHOTOS;
  const place = named ? placeOf(named, cwd) : path.join(dataFolder(root, env), 'dogs-vs-cats');
  const name = named ? `${named} (LITTLE_DATA_PHOTOS)` : shown(root, place);
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (found?.isFile() && /\.zip$/i.test(place)) return ok(`photos from the zip ${name}`);
  const { pictures, zips } = found?.isDirectory() ? countFiles(place) : { pictures: 0, zips: 0 };
  if (pictures > 0) return ok(`${pictures} ${pictures === 1 ? 'photo' : 'photos'} in ${name}`);
  if (zips > 0) return ok(`photos from a zip in ${name}`);
  if (named)
    return wrong(
      `${name} is ${found ? 'no zip and no folder with photos' : 'missing'}`,
      'Correct the variable, or unset it to work with drawings.',
    );
  return note(
    `no photos in ${name}: drawings take their place`,
    '`npm run photos` downloads real ones (786 MB).',
  );
}

/** The folders that set-up, features and runs write to. */
export async function checkWriting({ root, env, machine }) {
  const folders = [
    root,
    path.join(root, 'notebooks'),
    path.join(root, '.cache'),
    dataFolder(root, env),
    machine.temporary,
  ];
  for (const folder of folders) {
    const fault = whyNotWriting(folder);
    if (fault)
      return wrong(
        `${shown(root, folder)} can't be written to (${fault})`,
        'Change its permissions, or copy the project to a place of yours; for the data alone, LITTLE_DATA_DIR names another folder.',
      );
  }
  return ok(
    `the project's folder, ${shown(root, dataFolder(root, env))} and ${machine.temporary} can be written to`,
  );
}

function dataFolder(root, env) {
  return placeOf(env.LITTLE_DATA_DIR || 'data', root);
}

/** Writes a small file into the folder, or into the nearest one above it that is there, and removes it. */
function whyNotWriting(folder) {
  let place = folder;
  while (!fs.existsSync(place) && path.dirname(place) !== place) place = path.dirname(place);
  const file = path.join(place, `.little-data-doctor-${process.pid}`);
  try {
    fs.writeFileSync(file, 'x', { flag: 'wx' });
    fs.rmSync(file);
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** Pictures and zips in a folder and two levels below it. */
function countFiles(folder, levels = 2) {
  let [pictures, zips] = [0, 0];
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (/\.(jpe?g|png|webp|gif|bmp|tiff?|avif)$/i.test(entry.name)) pictures++;
    else if (/\.zip$/i.test(entry.name)) zips++;
    else if (levels > 0 && fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
      const below = countFiles(file, levels - 1);
      pictures += below.pictures;
      zips += below.zips;
    }
  }
  return { pictures, zips };
}
