#!/usr/bin/env node
/** `node predict.mjs photo.jpg ...`: one line of JSON for each photo; exit code 1 where one could not be read. */
import { predict } from './index.mjs';

const photos = process.argv.slice(2);
if (photos.length === 0) {
  console.error('Usage: node predict.mjs photo.jpg ...');
  process.exitCode = 2;
}
for (const photo of photos) {
  try {
    console.log(JSON.stringify({ photo, ...(await predict(photo)) }));
  } catch (error) {
    console.log(JSON.stringify({ photo, error: error.message }));
    process.exitCode = 1;
  }
}
