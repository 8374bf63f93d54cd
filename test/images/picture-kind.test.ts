import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeBytes, pictureKind } from '../../src/images/picture-kind';
import { knownPictures } from '../fixtures/pictures';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

test('pictureKind() tells each kind of picture by its bytes', () => {
  for (const { name, bytes: picture } of knownPictures)
    assert.equal(pictureKind(picture), name.split(' ')[0]!.replace('jpg', 'jpeg'), name);
});

test('pictureKind() takes no text for a picture, and describeBytes() says what it is', () => {
  for (const [text, reason] of [
    ['BM is how a text may begin', /text/],
    ['<!doctype html><html>', /HTML/],
    ['<svg xmlns="x">', /SVG/],
    ['%PDF-1.7', /PDF/],
    ['PK\x03\x04', /zip/],
    ['\0\0\0\0', /zeros/],
  ] as const) {
    assert.equal(pictureKind(bytes(text)), undefined, text);
    assert.match(describeBytes(bytes(text)).reason, reason);
  }
});
