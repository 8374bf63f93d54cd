'use strict';
/**
 * Loaded before a command's own module (`node --require`): in a folder with a `\` in its path Node can't load that one,
 * and says so in words that help nobody. `scripts/setup/place.mjs` looks for the other characters.
 */
const path = require('node:path');

if (path.sep === '/' && __dirname.includes('\\')) {
  const root = path.dirname(__dirname);
  console.error(
    `The path of the project's folder, ${root}, has the character "\\", with which Node can't load the set-up. ` +
      'Rename or move the folder so that no \\ is in its path, and start again.',
  );
  process.exit(1);
}
