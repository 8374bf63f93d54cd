/** The other program that reads a file: one Python process, asked about one file after the other. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

/** An answer of `reference.py`; `null` where the file can't be read there, or the program ended or took too long. */
export type Answer = unknown;

/** Longer than any file takes that is read. */
const longest = 20_000;

/** Asks `reference.py` about files of one kind. A file that ends the process, or on which it hangs, costs a new process. */
export class Reference {
  private child: ChildProcess | undefined;
  private lines: AsyncIterator<string> | undefined;
  private before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly python: string,
    private readonly kind: string,
  ) {}

  /** What the program reads in `file`. */
  read(file: string): Promise<Answer> {
    const answer = this.before.then(() => this.ask(file));
    this.before = answer;
    return answer;
  }

  /** Ends the process. */
  close(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private async ask(file: string): Promise<Answer> {
    if (!this.child) this.start();
    this.child!.stdin!.write(`${file}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), longest);
    });
    const line = await Promise.race([this.lines!.next(), late]);
    clearTimeout(timer);
    if (line && !line.done) return JSON.parse(line.value);
    this.close();
    return null;
  }

  private start(): void {
    const child = spawn(this.python, ['-I', path.join(__dirname, 'reference.py'), this.kind], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdin.on('error', () => undefined);
    this.lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.child = child;
  }
}
