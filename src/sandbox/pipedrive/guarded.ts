/** A collection of which a request meets only what its caller may see. Keys and size are those of the whole. */
export class Guarded<T> extends Map<number, T> {
  readonly #seesAll: () => boolean;
  readonly #sees: (record: T) => boolean;

  /** `seesAll` says so of a caller, `sees` of a record where they do not. */
  constructor(seesAll: () => boolean, sees: (record: T) => boolean) {
    super();
    this.#seesAll = seesAll;
    this.#sees = sees;
  }

  /** A record, whoever asks. */
  peek(id: number): T | undefined {
    return super.get(id);
  }

  override get(id: number): T | undefined {
    const record = super.get(id);
    return record !== undefined && (this.#seesAll() || this.#sees(record)) ? record : undefined;
  }

  override has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  override values(): MapIterator<T> {
    return this.#seesAll() ? super.values() : this.#seen().values();
  }

  override entries(): MapIterator<[number, T]> {
    return this.#seesAll() ? super.entries() : this.#seen().entries();
  }

  override [Symbol.iterator](): MapIterator<[number, T]> {
    return this.entries();
  }

  override forEach(act: (record: T, id: number, all: Map<number, T>) => void): void {
    for (const [id, record] of this.entries()) act(record, id, this);
  }

  #seen(): Map<number, T> {
    return new Map([...super.entries()].filter(([, record]) => this.#sees(record)));
  }
}
