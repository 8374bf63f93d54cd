/** Run by `lock.test.ts` in a process of its own: takes a lock again and again, or holds it until it is killed. */
import fs from 'node:fs';
import { withLock } from '../../src/files/lock';

const [dir = '', log = '', rounds = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const write = (word: string) => fs.appendFileSync(log, `${word} ${process.pid}\n`);
  if (rounds === '0')
    await withLock(dir, () => {
      write('enter');
      return new Promise((resolve) => setTimeout(resolve, 1e6));
    });
  for (let round = 0; round < Number(rounds); round++)
    await withLock(
      dir,
      async () => {
        write('enter');
        await new Promise((resolve) => setTimeout(resolve, round % 3));
        write('leave');
      },
      { wait: Infinity },
    );
}

void main();
