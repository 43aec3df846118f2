/** At most so many at a time, in order of arrival. */
export class InFlight {
  readonly #waiters: (() => void)[] = [];
  #free: number;

  constructor(max: number) {
    this.#free = max;
  }

  /** How many wait for a place. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** A function that gives the place back, or `null` when none is free. */
  tryEnter(): (() => void) | null {
    if (this.#free === 0) return null;
    this.#free -= 1;
    return this.#leave();
  }

  /** Resolves to a function that gives the place back; rejects with the signal's reason when it is aborted first. */
  enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const leave = this.tryEnter();
    if (leave !== null) return Promise.resolve(leave);
    return new Promise((resolve, reject) => {
      const onTurn = () => {
        signal.removeEventListener('abort', onAbort);
        resolve(this.#leave());
      };
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(onTurn), 1);
        reject(signal.reason);
      };
      this.#waiters.push(onTurn);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #leave(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiters.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}
