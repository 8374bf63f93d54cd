/** Loaded by a worker's program (NODE_OPTIONS): writes the key of each row that it puts into the store into the file COUNTED_ROWS. */
const fs = require('node:fs');
const path = require('node:path');

const { rename } = fs.promises;
fs.promises.rename = async (from, to) => {
  await rename(from, to);
  if (/[/\\]rows[/\\]..[/\\][0-9a-f]{64}$/.test(String(to)))
    fs.appendFileSync(process.env.COUNTED_ROWS, `${path.basename(String(to))}\n`);
};
