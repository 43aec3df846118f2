const WINDOW_MS = 10_000;
const PARTS = 1_000;

/** How often something happened in the last ten seconds: one number for each thousandth of them. */
export class Recent {
  readonly #counts: { readonly at: number; times: number }[] = [];

  add(now: number): void {
    const last = this.#counts.at(-1);
    if (last !== undefined && now - last.at < WINDOW_MS / PARTS) last.times += 1;
    else this.#counts.push({ at: now, times: 1 });
    if (this.#counts.length > 2 * PARTS) this.#forget(now);
  }

  count(now: number): number {
    this.#forget(now);
    return this.#counts.reduce((sum, { times }) => sum + times, 0);
  }

  clear(): void {
    this.#counts.length = 0;
  }

  #forget(now: number): void {
    const first = this.#counts.findIndex(({ at }) => at > now - WINDOW_MS);
    this.#counts.splice(0, first === -1 ? this.#counts.length : first);
  }
}
