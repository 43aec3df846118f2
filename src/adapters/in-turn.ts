/**
 * Runs the tasks of one key one after the other, in the order they came; those of different keys run at once. Keeps
 * a write that depends on what was read before apart from another such write of this process.
 */
export class InTurn {
  readonly #last = new Map<string, Promise<void>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key);
    const result = previous === undefined ? task() : previous.then(task);
    const turn: Promise<void> = result.then(ignore, ignore).then(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    });
    this.#last.set(key, turn);
    return result;
  }
}

function ignore(): void {}
