/** Goes through many photos, several at once, with a progress bar, and stops on Kernel > Interrupt. */
import os from 'node:os';
import { InterruptedError, interruptible } from './interrupt';
import { progressBar } from './progress-bar';

/**
 * What `work` gives for each of `files`, in their order.
 * @param options `verbose`: 0 shows no progress bar; `kept`: what the message of an interrupt says is kept.
 * @throws InterruptedError after Kernel > Interrupt, at once.
 */
export async function mapFiles<T>(
  files: readonly string[],
  work: (file: string) => Promise<T>,
  { verbose, kept }: { verbose: number; kept: string },
): Promise<T[]> {
  const results = new Array<T>(files.length);
  const progress = verbose && files.length > 0 ? progressBar(files.length) : undefined;
  await interruptible(async (interrupted) => {
    let next = 0;
    let done = 0;
    const worker = async () => {
      while (next < files.length && !interrupted()) {
        const at = next++;
        results[at] = await work(files[at]!);
        done++;
        progress?.update(done);
      }
    };
    const all = Promise.all(Array.from({ length: Math.max(4, os.availableParallelism()) }, worker));
    // A file may take seconds: an interrupt does not wait for it.
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<void>((resolve) => {
      timer = setInterval(() => interrupted() && resolve(), 50);
    });
    await Promise.race([all, stopped]).finally(() => clearInterval(timer));
    all.catch(() => {});
    if (done < files.length)
      throw new InterruptedError(`Interrupted after ${done} of ${files.length} photos. ${kept}`);
  });
  return results;
}
