/** A shared budget: work that takes much of something waits until enough of it is free. */

/** Gives out parts of a fixed amount, first come, first served. */
export class Budget {
  private free: number;
  private readonly waiting: { amount: number; start: () => void }[] = [];

  constructor(private readonly whole: number) {
    this.free = whole;
  }

  /** Runs `work` once `amount` is free (the whole budget, where `amount` is larger), and gives it back afterwards. */
  async run<T>(amount: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(amount, this.whole);
    if (this.waiting.length > 0 || taken > this.free)
      await new Promise<void>((start) => this.waiting.push({ amount: taken, start }));
    else this.free -= taken;
    try {
      return await work();
    } finally {
      this.free += taken;
      this.wake();
    }
  }

  /** Runs `work` while nothing else of this budget runs. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.run(this.whole, work);
  }

  private wake(): void {
    for (let next = this.waiting[0]; next && next.amount <= this.free; next = this.waiting[0]) {
      this.waiting.shift();
      this.free -= next.amount;
      next.start();
    }
  }
}
