/**
 * When writes were under way, to one CRM or to any. Reads may only be shared by those who ask between the same two writes: what was
 * read before a write may no longer be true after it.
 */
export class Writes {
  #underWay = 0;
  #begun = 0;
  readonly #whole: Writes | null;

  /** `whole`: those of all CRMs, of which these are some. */
  constructor(whole: Writes | null = null) {
    this.#whole = whole;
  }

  /** A write is about to be sent. */
  begin(): void {
    this.#underWay += 1;
    this.#begun += 1;
    this.#whole?.begin();
  }

  /** It was answered, or is not waited for any more. */
  end(): void {
    this.#underWay -= 1;
    this.#whole?.end();
  }

  /** Names the time between the last write and the next; `null` while one is under way. */
  get lull(): number | null {
    return this.#underWay === 0 ? this.#begun : null;
  }
}
