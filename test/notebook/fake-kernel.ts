/** Stands in for the running tslab: what `src/show` sends to the notebook is kept for a test to look at. */
import path from 'node:path';

/** One `display_data` or, with `update`, `update_display_data` message. */
export interface Message {
  data: Record<string, unknown>;
  metadata: object;
  transient: { display_id?: string };
  update: boolean;
}

const exported: {
  lastWriteDisplayData: ((content: Omit<Message, 'update'>, update: boolean) => void) | null;
} = {
  lastWriteDisplayData: null,
};
const filename = path.join('/', 'node_modules', 'tslab', 'dist', 'jupyter.js');
require.cache[filename] = { filename, exports: exported } as NodeJS.Module;

/** Runs `use` as a cell of a kernel; returns the messages that it sent. */
export async function inFakeKernel(use: () => void | Promise<void>): Promise<Message[]> {
  const messages: Message[] = [];
  exported.lastWriteDisplayData = (content, update) => messages.push({ ...structuredClone(content), update });
  try {
    await use();
  } finally {
    exported.lastWriteDisplayData = null;
  }
  return messages;
}

/** Runs `use` and returns the lines that it printed. */
export async function printed(use: () => void | Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const log = console.log;
  console.log = (...words) => lines.push(words.join(' '));
  try {
    await use();
  } finally {
    console.log = log;
  }
  return lines;
}
