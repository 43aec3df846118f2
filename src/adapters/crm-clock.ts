import type { Instant, TimeSpan } from '../domain/time.ts';
import type { Clock } from '../transport/clock.ts';
import type { HttpAnswer } from '../transport/http-client.ts';

/** How far apart the clocks may be of a CRM that does not tell the time. */
const UNTOLD_MS = 60_000;
/** A CRM's times are whole seconds, and its machines need not agree to the second. */
const MARGIN_MS = 2_000;
/** What appears this long after a request was sent is not put down to it any more. */
const LATEST_MS = 600_000;

/** The clock of a CRM as the `Date` of its answers tells it: ours may be another. */
export class CrmClock {
  readonly #clock: Clock;
  #aheadMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  observe({ headers }: Pick<HttpAnswer, 'headers'>): void {
    const time = Date.parse(headers.date ?? '');
    if (!Number.isNaN(time)) this.#aheadMs = time - this.#clock.now();
  }

  /** What time it is by the CRM's clock, as exactly as its answers tell. */
  now(): TimeSpan {
    const now = this.#clock.now() + (this.#aheadMs ?? 0);
    return { from: now - this.#marginMs, to: now + this.#marginMs };
  }

  /** When, by the CRM's clock, a request took effect that we sent at `sentAt` by ours. */
  spanOf(sentAt: Instant): TimeSpan {
    const aheadMs = this.#aheadMs ?? 0;
    return { from: sentAt + aheadMs - this.#marginMs, to: sentAt + aheadMs + LATEST_MS };
  }

  get #marginMs(): number {
    return this.#aheadMs === null ? UNTOLD_MS : MARGIN_MS;
  }
}

export function isWithin({ from, to }: TimeSpan, time: Instant | null): boolean {
  return time !== null && time >= from && time <= to;
}
