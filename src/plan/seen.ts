/** How much the last observation counts: what was seen long ago fades. */
const WEIGHT = 0.2;

/** What the gateway has seen of a field, and expects again. Kept in memory, and lost with the process. */
export class Seen {
  readonly #averages = new Map<string, number>();

  /** Takes up an observation of a ratio, such as the share of deals with a person that had to be read. */
  note(field: string, crm: string, ratio: number): void {
    const key = `${field} ${crm}`;
    const before = this.#averages.get(key);
    this.#averages.set(key, before === undefined ? ratio : before + WEIGHT * (ratio - before));
  }

  /** The running average, or `prior` where nothing was seen yet. */
  ratio(field: string, crm: string, prior: number): number {
    return this.#averages.get(`${field} ${crm}`) ?? prior;
  }
}
