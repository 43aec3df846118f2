/**
 * When writes to CRMs were under way. Reads may only be shared by those who ask between the same two writes: what was
 * read before a write may no longer be true after it.
 */
export class Writes {
  #underWay = 0;
  #begun = 0;

  /** A write is about to be sent. */
  begin(): void {
    this.#underWay += 1;
    this.#begun += 1;
  }

  /** It was answered, or is not waited for any more. */
  end(): void {
    this.#underWay -= 1;
  }

  /** Names the time between the last write and the next; `null` while one is under way. */
  get lull(): number | null {
    return this.#underWay === 0 ? this.#begun : null;
  }
}
