/** Where the project lies: looked at before the first step, so that nothing is written in a wrong place. */
import { SetupError } from './context.mjs';

/**
 * Characters that programs which the notebooks need read as something else: `#`, `%`, `?` and `\` are special in the
 * addresses that Node makes of paths, which also lose control characters; `*` stands for any name; `:` ends a path.
 */
const special = { win32: /[#%]/, other: /[#%?\\*:\p{Cc}]/u };

/** Throws where the project's path has a character with which the notebooks can't run. */
export function checkPlace({ root, node }) {
  const found = root.match(special[node.platform] ?? special.other)?.[0];
  if (found !== undefined)
    throw new SetupError(
      `The path of the project's folder, ${JSON.stringify(root)}, has the character ${JSON.stringify(found)}, with which the notebooks can't run.`,
      'Rename or move the folder so that no # % ? * : or \\ is in its path, and start again.',
    );
}
