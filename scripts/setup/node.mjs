/** Step 1: the version of Node. */
import { SetupError } from './context.mjs';

const oldest = [20, 19];

/** Throws unless Node is 20.19 or newer. */
export async function checkNode({ node }) {
  const [major = 0, minor = 0] = node.version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new SetupError(
      `Node ${oldest.join('.')} or newer is needed, and this is Node ${node.version} (${node.execPath}).`,
      "Install Node 20, 22 or 24 (nodejs.org, your system's packages, or `nvm install 22`) and start again.",
    );
  return { did: false, summary: `Node ${node.version}` };
}
