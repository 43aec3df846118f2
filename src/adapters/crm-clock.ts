import type { Instant } from '../domain/time.ts';
import type { Clock } from '../transport/clock.ts';
import type { HttpAnswer } from '../transport/http-client.ts';

/** A span of time by a CRM's clock, both ends included. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

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

  /** When, by the CRM's clock, a request took effect that we sent at `sentAt` by ours. */
  spanOf(sentAt: Instant): Span {
    const aheadMs = this.#aheadMs ?? 0;
    const marginMs = this.#aheadMs === null ? UNTOLD_MS : MARGIN_MS;
    return { from: sentAt + aheadMs - marginMs, to: sentAt + aheadMs + LATEST_MS };
  }
}

export function isWithin({ from, to }: Span, time: Instant | null): boolean {
  return time !== null && time >= from && time <= to;
}
