/** A request's place in the window, held from the moment it may go. It counts from the moment it really went. */
export interface Place {
  /** Milliseconds since the epoch; `null` while the request is on its way to a socket. */
  sentAt: number | null;
}

/** How many places are kept, free again or not, before they are looked through. */
const MAX_FORGETTING = 1_000;

/** Which requests a rolling window holds, and when it has room for more. Decides; waiting is for others. */
export class SlidingLog {
  readonly #windowMs: number;
  #places: Place[] = [];
  #capacity: number;
  #closedUntil = Number.NEGATIVE_INFINITY;

  constructor(capacity: number, windowMs: number) {
    this.#capacity = capacity;
    this.#windowMs = windowMs;
  }

  setCapacity(capacity: number): void {
    this.#capacity = capacity;
  }

  /** Lets nothing pass before `instant`. A pause is only ever made longer. */
  closeUntil(instant: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, instant);
  }

  take(): Place {
    const place: Place = { sentAt: null };
    this.#places.push(place);
    return place;
  }

  giveBack(place: Place): void {
    this.#places = this.#places.filter((other) => other !== place);
  }

  /** The earliest moments the next `count` requests may go. Each is a lower bound: places may be held up. */
  turns(now: number, count: number): number[] {
    const releases = this.#releases(now);
    const full = releases.length - this.#capacity;
    return Array.from({ length: count }, (_, index) => {
      const turn = Math.max(now, this.#closedUntil, releases[full + index] ?? now);
      releases.push(turn + this.#windowMs);
      return turn;
    });
  }

  /** The earliest moment a request may go that comes after `ahead` others. A lower bound, as all of them. */
  turnAfter(now: number, ahead: number): number {
    if (this.#places.length + ahead < this.#capacity) return Math.max(now, this.#closedUntil);
    return this.turns(now, ahead + 1)[ahead] ?? now;
  }

  /** When the next request may go; `null` when that depends on a request that has yet to reach its socket. */
  opensAt(now: number): number | null {
    if (this.#hasRoom(now)) return Math.max(now, this.#closedUntil);
    const releases = this.#releases(now);
    const sent = this.#places.filter((place) => place.sentAt !== null).length;
    const full = releases.length - this.#capacity;
    if (full >= sent) return null;
    return Math.max(now, this.#closedUntil, releases[full] ?? now);
  }

  /** Whether there is room for one more. Places that are free again are only counted out when it looks full. */
  #hasRoom(now: number): boolean {
    if (this.#places.length >= Math.min(this.#capacity, MAX_FORGETTING)) this.#forget(now);
    return this.#places.length < this.#capacity;
  }

  /** When each place is free again, earliest first; those not yet used are last. */
  #releases(now: number): number[] {
    this.#forget(now);
    return this.#places.map(({ sentAt }) => (sentAt ?? now) + this.#windowMs).sort((a, b) => a - b);
  }

  #forget(now: number): void {
    this.#places = this.#places.filter(({ sentAt }) => sentAt === null || sentAt + this.#windowMs > now);
  }
}
