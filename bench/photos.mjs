/** The photos that `npm run bench` measures on: copies in class folders, in a temporary folder. */
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** The first `count` photos of `source` (Kaggle's flat layout, `cat.12.jpg`), as many of each class, in `folder`. */
export function copyPhotos(source, folder, count) {
  const names = fs.readdirSync(source).filter((name) => /\.jpe?g$/i.test(name));
  const classOf = (name) => name.split('.')[0];
  const classes = [...new Set(names.map(classOf))].sort();
  const order = new Intl.Collator('en', { numeric: true }).compare;
  const byClass = classes.map((name) => names.filter((photo) => classOf(photo) === name).sort(order));
  const copied = [];
  for (let i = 0; copied.length < count; i++) {
    const round = byClass.map((photos) => photos[i]).filter((photo) => photo !== undefined);
    if (round.length === 0) throw new Error(`${source} has ${copied.length} photos, ${count} are needed.`);
    for (const photo of round.slice(0, count - copied.length)) {
      fs.mkdirSync(path.join(folder, classOf(photo)), { recursive: true });
      const to = path.join(folder, classOf(photo), photo);
      fs.copyFileSync(path.join(source, photo), to);
      copied.push(to);
    }
  }
  return copied;
}

/** `count` photos with bytes of their own, made of `photos` by a JPEG comment with a number. */
export function repeatPhotos(photos, folder, count) {
  const bytes = photos.map((photo) => fs.readFileSync(photo));
  fs.mkdirSync(path.join(folder, 'all'), { recursive: true });
  for (let i = 0; i < count; i++) {
    const photo = bytes[i % bytes.length];
    const comment = Buffer.from(String(i).padStart(8, '0'));
    const numbered = [photo.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 10]), comment, photo.subarray(2)];
    fs.writeFileSync(path.join(folder, 'all', `${comment}.jpg`), Buffer.concat(numbered));
  }
}

/** A zip of the photos, laid out as Microsoft's is: `PetImages/Cat/0.jpg`. They are stored: JPEG doesn't get smaller. */
export async function zipPhotos(photos, file) {
  const zip = new yazl.ZipFile();
  const folders = { cat: 'Cat', dog: 'Dog' };
  for (const photo of photos) {
    const [animal, number] = path.basename(photo).split('.');
    zip.addFile(photo, `PetImages/${folders[animal]}/${number}.jpg`, { compress: false });
  }
  zip.end();
  await pipeline(zip.outputStream, fs.createWriteStream(file));
}
