import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import sharp from 'sharp';
import { decodePhoto, tooSlow, UnreadablePhoto } from '../../src/images/decode-photo';
import { pictureKind } from '../../src/images/picture-kind';
import { unusableFile } from '../../src/images/read-photo-file';
import { Unusable } from '../../src/images/unreadable-photo';
import { seededRandom } from '../../src/random';
import { brokenPictures, knownPicture, knownPictures, type Pixels, pngOf } from '../fixtures/pictures';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-decode-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** Largest differences from Pillow, with the reason; 0 for all the others. */
const tolerances: [RegExp, number][] = [
  // Two AV1 readers round the step from YCbCr to RGB differently.
  [/^avif (4:4:4|with alpha)$/, 1],
  // They also interpolate halved colours differently; over the edge of a steep slope that is up to this much.
  [/^avif 4:2:0$/, 12],
];

/** Where Pillow cuts 16-bit greys at 255: the expected pixels are the upper bytes of the picture's own values instead. */
const clippedByPillow = /^(png|tiff) 16-bit grey$/;

describe('decodePhoto()', () => {
  for (const picture of knownPictures.filter(({ name }) => !clippedByPillow.test(name)))
    test(`reads ${picture.name} as Pillow does`, async () => {
      const decoded = await decodePhoto(picture.bytes, { exifOrientation: 'ignore' });
      assertSame(decoded, picture, picture.name);
      assert.equal(decoded.kind, picture.name.split(' ')[0]);
      const upright = await decodePhoto(picture.bytes);
      assertSame(upright, picture.upright ?? picture, picture.name);
    });

  test('takes the upper 8 bits of 16-bit greys', async () => {
    const colour = await decodePhoto(knownPicture('png 16-bit RGB').bytes);
    for (const name of ['png 16-bit grey', 'tiff 16-bit grey']) {
      const { data } = await decodePhoto(knownPicture(name).bytes);
      // The grey file holds the third channel of the colour one, 16 bits each.
      const expected = data.map((_, i) => colour.data[i - (i % 3) + 2]!);
      assert.deepEqual(data, expected);
    }
  });

  test('turns every EXIF orientation into the same upright picture', async () => {
    const upright = knownPicture('jpeg orientation 1');
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const held = heldAs(upright, orientation);
      const file = await sharp(pngOf({ ...held, data: held.pixels }))
        .withMetadata({ orientation })
        .webp({ lossless: true, exact: true })
        .toBuffer();
      assertSame(await decodePhoto(file), upright, `orientation ${orientation}`);
      assertSame(await decodePhoto(file, { exifOrientation: 'ignore' }), held, `orientation ${orientation}`);
    }
  });

  test('goes by the bytes, not by the name', async () => {
    for (const name of ['png RGB', 'webp lossy', 'gif', 'avif 4:4:4', 'tiff grey', 'bmp 24-bit']) {
      const file = path.join(folder, `${name.replace(/\W/g, '-')} é #%41.jpg`);
      fs.writeFileSync(file, knownPicture(name).bytes);
      const { kind, data } = await decodePhoto(file);
      assert.equal(kind, name.split(' ')[0]);
      assert.deepEqual(data, (await decodePhoto(knownPicture(name).bytes)).data);
    }
  });

  for (const { name, bytes, reason } of brokenPictures())
    test(`refuses ${name}`, async () => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, bytes);
      await assert.rejects(decodePhoto(file), (error) => {
        assert(error instanceof UnreadablePhoto);
        assert.equal(error.file, file);
        assert.match(error.reason, reason);
        assert.match(error.message, /: expected a photo, found no usable picture \(.+\)\. [A-Z].+\.$/);
        return true;
      });
    });

  test('refuses lost parts of a picture that stray bytes precede', async () => {
    const random = seededRandom(1);
    const data = Uint8Array.from({ length: 96 * 128 * 3 }, () => random() * 256);
    const whole = await sharp(pngOf({ data, height: 96, width: 128 }))
      .jpeg({ progressive: true })
      .toBuffer();
    const secondScan = whole.indexOf(Buffer.from([0xff, 0xda]), whole.indexOf(Buffer.from([0xff, 0xda])) + 2);
    const table = whole.lastIndexOf(Buffer.from([0xff, 0xc4]), secondScan);
    const withStrays = Buffer.concat([whole.subarray(0, table), Buffer.alloc(20, 1), whole.subarray(table)]);
    assert.deepEqual((await decodePhoto(withStrays)).data, (await decodePhoto(whole)).data);
    const half = Buffer.concat([withStrays.subarray(0, whole.length / 2), Buffer.from([0xff, 0xd9])]);
    await assert.rejects(decodePhoto(half), unreadable(/^damaged/));
  });

  test('says of HEIC what to do', async () => {
    const heic = brokenPictures().find(({ name }) => name === 'phone.heic')!;
    await assert.rejects(decodePhoto(heic.bytes), /the given bytes: .*Save it as JPEG first/);
  });

  test('refuses folders, missing files, pipes, sockets and links in a circle without waiting', async () => {
    const named = (name: string) => path.join(folder, name);
    fs.mkdirSync(named('folder.jpg'));
    await assert.rejects(decodePhoto(named('folder.jpg')), unreadable(/^a folder/));
    await assert.rejects(decodePhoto(named('gone.jpg')), unreadable(/^no such file/));
    await assert.rejects(decodePhoto(named('gone/photo.jpg')), unreadable(/^no such file/));
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [named('pipe.jpg')]);
    await assert.rejects(decodePhoto(named('pipe.jpg')), unreadable(/^a pipe/));
    const server = net.createServer().listen(named('socket.jpg'));
    await new Promise((resolve) => server.once('listening', resolve));
    await assert.rejects(decodePhoto(named('socket.jpg')), unreadable(/^a pipe, socket/));
    server.close();
    fs.symlinkSync(named('circle.jpg'), named('circle.jpg'));
    await assert.rejects(decodePhoto(named('circle.jpg')), unreadable(/^a link/));
  });

  test('says so when a file may not be read', async (context) => {
    const refused = unusableFile(Object.assign(new Error('refused'), { code: 'EACCES' }));
    assert(refused instanceof Unusable && /permission/.test(refused.reason));
    if (process.platform === 'win32' || process.getuid?.() === 0)
      return context.skip('the system lets this user read every file');
    const file = path.join(folder, 'secret.jpg');
    fs.writeFileSync(file, knownPicture('jpeg 4:4:4').bytes, { mode: 0o000 });
    await assert.rejects(decodePhoto(file), unreadable(/permission/));
  });

  test('reads a file of 12,000 x 9,000 pixels, and not with a lower limit', async () => {
    const large = await sharp({ create: { background: '#336699', channels: 3, height: 9000, width: 12000 } })
      .jpeg()
      .toBuffer();
    const { data, height, width } = await decodePhoto(large);
    assert.deepEqual([height, width, data.length], [9000, 12000, 324_000_000]);
    await assert.rejects(decodePhoto(large, { maxPixels: 100e6 }), unreadable(/limit of 100 million$/));
  });

  test('keeps good photos good while broken ones are decoded beside them', async () => {
    const good = [
      'jpeg 4:2:0',
      'jpeg progressive',
      'jpeg progressive, 20 stray bytes between scans',
      'png RGB',
    ];
    const broken = brokenPictures().filter(({ bytes }) => bytes.length < 1e4);
    const calls = Array.from({ length: 300 }, async (_, i) => {
      const bad = broken[i % broken.length]!;
      if (i % 2) return assert.rejects(decodePhoto(bad.bytes), unreadable(bad.reason), bad.name);
      const picture = knownPicture(good[(i / 2) % good.length]!);
      assertSame(await decodePhoto(picture.bytes), picture, picture.name);
    });
    await Promise.all(calls);
  });

  test('leaves the given bytes as they are', async () => {
    const { bytes } = knownPicture('jpeg JFIF revision 0.00');
    const before = Buffer.from(bytes);
    await decodePhoto(bytes);
    assert.deepEqual(bytes, before);
  });

  test('refuses options that it does not know', async () => {
    const { bytes } = knownPicture('png RGB');
    await assert.rejects(decodePhoto(bytes, { orientation: 'apply' } as never), /`orientation`/);
    await assert.rejects(decodePhoto(bytes, { exifOrientation: 'auto' as never }), /exifOrientation.*"auto"/);
    await assert.rejects(decodePhoto(bytes, { maxPixels: 0 }), /maxPixels/);
  });
});

test('pictureKind() does not take text for a picture', () => {
  assert.equal(pictureKind(Buffer.from('BMW is a car, and this is no picture of one')), undefined);
  assert.equal(pictureKind(Buffer.from('II*')), undefined);
});

function assertSame(
  decoded: { data: Uint8Array; height: number; width: number },
  expected: Pixels,
  name: string,
) {
  assert.deepEqual([decoded.height, decoded.width], [expected.height, expected.width]);
  assert.equal(decoded.data.length, expected.pixels.length);
  const tolerance = tolerances.find(([pattern]) => pattern.test(name))?.[1] ?? 0;
  const furthest = expected.pixels.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - decoded.data[i]!)),
    0,
  );
  assert(furthest <= tolerance, `${name}: ${furthest} levels from the expected picture`);
}

/** The rows that a camera stores for an upright picture. Source: EXIF 2.3, tag 274: where row 0 and column 0 lie. */
function heldAs(upright: Pixels, orientation: number): Pixels {
  const turned = orientation >= 5;
  const height = turned ? upright.width : upright.height;
  const width = turned ? upright.height : upright.width;
  const pixels = new Uint8Array(upright.pixels.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = turned ? [row, column] : [column, row];
      const fromRight = [2, 3, 6, 7].includes(orientation);
      const fromBottom = [3, 4, 7, 8].includes(orientation);
      const from =
        (fromBottom ? upright.height - 1 - y : y) * upright.width + (fromRight ? upright.width - 1 - x : x);
      pixels.set(upright.pixels.subarray(from * 3, from * 3 + 3), (row * width + column) * 3);
    }
  return { height, width, pixels };
}

function unreadable(reason: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UnreadablePhoto && reason.test(error.reason);
}

test('a picture that takes longer than `maxSeconds` is refused for this reason, after one try', async (context) => {
  const sharpPrototype = Object.getPrototypeOf(
    sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } }),
  );
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const limits: unknown[] = [];
  const { timeout } = sharpPrototype;
  context.mock.method(sharpPrototype, 'timeout', function (this: unknown, options: unknown) {
    limits.push(options);
    return timeout.call(this, options);
  });
  // Source: sharp's documentation of `timeout`; libvips ends the work with this message.
  context.mock.method(sharpPrototype, 'toBuffer', async () =>
    Promise.reject(new Error('timeout: 12% complete')),
  );
  await assert.rejects(decodePhoto(bytes, { maxSeconds: 3 }), { name: 'UnreadablePhoto', reason: tooSlow });
  await assert.rejects(decodePhoto(bytes), { reason: tooSlow });
  assert.deepEqual(limits, [{ seconds: 3 }, { seconds: 10 }]);
});

test('a BMP whose bit masks are all zero has the usual ones, as Pillow has it', async () => {
  const header = Buffer.alloc(14 + 108);
  header.write('BM', 'latin1');
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(108, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(1, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(32, 28);
  header.writeUInt32LE(3, 30);
  const bmp = Buffer.concat([header, Buffer.of(10, 20, 30, 255, 40, 50, 60, 0)]);
  assert.deepEqual([...(await decodePhoto(bmp)).data], [30, 20, 10, 60, 50, 40]);
});
