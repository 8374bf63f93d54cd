/** An empty feature store for each round of a measurement. */
import fs from 'node:fs';
import path from 'node:path';
import { storePath } from '../src/features/store/store-folder';

/**
 * Puts the feature store aside, so that the next round begins with none. Nothing is removed: ext4 takes up to forty times as long to make a
 * file while others were removed in the last seconds, which no first run on photos has to pay.
 */
export function newStore(): void {
  const store = storePath();
  if (fs.existsSync(store)) fs.renameSync(store, path.join(fs.mkdtempSync(`${store}-`), 'features'));
}
