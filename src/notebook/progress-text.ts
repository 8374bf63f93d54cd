/** One line that is replaced in place: an output of the cell in a notebook, a line in a terminal, elsewhere its last text. */
import { inKernel, LiveDisplay } from './display';

/** A line that is replaced in place. */
export interface ProgressText {
  show(line: string): void;
  /** The line stays as it is. */
  end(): void;
}

/** Starts a line; nothing is shown yet. */
export function progressText(): ProgressText {
  const display = new LiveDisplay();
  let last: string | undefined;
  return {
    show(line) {
      last = line;
      if (inKernel()) display.show({ 'text/plain': line });
      else if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
    },
    end() {
      if (last === undefined || inKernel()) return;
      if (process.stdout.isTTY) process.stdout.write('\n');
      else console.log(last);
    },
  };
}
