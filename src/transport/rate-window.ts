import type { Clock } from './clock.ts';
import { statedWaitMs } from './retry.ts';
import type { LimitFacts } from './settings.ts';
import { type Place, SlidingLog } from './sliding-log.ts';

/** The CRM counts when a request arrives, we when it leaves: the window is widened by what the way there may vary. */
const PAD = 1.075;

/** The turn would come after the deadline. */
export class NoTurnError extends Error {
  override readonly name = 'NoTurnError';
  /** Milliseconds until it would have come. */
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('no turn before the deadline');
    this.waitMs = waitMs;
  }
}

/** Leave to send one request. */
export interface Turn {
  /** The request was handed to a socket: from now on it counts. */
  sent(): void;
  /** The request is over. Gives back a turn that was not used. */
  end(): void;
}

interface Waiter {
  readonly deadline: number;
  readonly resolve: (turn: Turn) => void;
  readonly reject: (error: unknown) => void;
}

/** The requests one CRM account may get in a rolling window, in order of arrival. */
export class RateWindow {
  readonly #clock: Clock;
  readonly #configured: number;
  readonly #believeLimit: boolean;
  readonly #log: SlidingLog;
  #waiters: Waiter[] = [];
  /** Ends the sleep until the window opens, where somebody waits for that. */
  #alarm: AbortController | null = null;

  constructor(
    clock: Clock,
    settings: {
      readonly window: { readonly requests: number; readonly perMs: number } | null;
      readonly believeLimit: boolean;
    },
  ) {
    this.#clock = clock;
    this.#configured = settings.window?.requests ?? Number.POSITIVE_INFINITY;
    this.#believeLimit = settings.believeLimit && settings.window !== null;
    this.#log = new SlidingLog(this.#configured, Math.ceil((settings.window?.perMs ?? 0) * PAD));
  }

  /** Milliseconds until a request could go at the earliest that comes after `ahead` others not yet waiting here. */
  waitMs(ahead: number): number {
    const now = this.#clock.now();
    if (ahead === 0 && this.#waiters.length === 0 && this.#log.opensAt(now) === now) return 0;
    const turns = this.#log.turns(now, this.#waiters.length + ahead + 1);
    return (turns.at(-1) ?? now) - now;
  }

  /** A turn, or `null` when there is none at this moment. */
  tryTurn(): Turn | null {
    const now = this.#clock.now();
    if (this.#waiters.length > 0 || this.#log.opensAt(now) !== now) return null;
    return this.#turnOf(this.#log.take());
  }

  /** Waits for a turn. Rejects with a `NoTurnError` as soon as it cannot come in time, or with the signal's reason. */
  turn(deadline: number, signal: AbortSignal): Promise<Turn> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal.reason);
        this.#advance();
      };
      const waiter: Waiter = {
        deadline,
        resolve: (turn) => {
          signal.removeEventListener('abort', onAbort);
          resolve(turn);
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#advance();
    });
  }

  /** Believes what an answer says: a limit, or that nothing is left until the window starts afresh. */
  observe(facts: LimitFacts): void {
    const { limit, remaining } = facts;
    if (limit !== undefined && Number.isSafeInteger(limit) && limit > 0) {
      this.#log.setCapacity(this.#believeLimit ? limit : Math.min(limit, this.#configured));
    }
    const resetMs = statedWaitMs(facts.resetMs);
    if (remaining === 0 && resetMs !== null) this.#log.closeUntil(this.#clock.now() + resetMs);
    this.#advance();
  }

  /** Lets nothing pass for `ms`: the CRM has refused a request. */
  pause(ms: number): void {
    this.#log.closeUntil(this.#clock.now() + ms);
    this.#advance();
  }

  /** Gives the turns that are due, refuses those that come too late, and sleeps until the next. */
  #advance(): void {
    // A reason of our own: making the default one, with its stack, would cost more than all the rest here.
    this.#alarm?.abort('rearranged');
    this.#alarm = null;
    if (this.#waiters.length === 0) return;
    const now = this.#clock.now();
    while (this.#waiters.length > 0 && this.#log.opensAt(now) === now) {
      this.#waiters.shift()?.resolve(this.#turnOf(this.#log.take()));
    }
    this.#refuseLate(now);
    const opensAt = this.#waiters.length > 0 ? this.#log.opensAt(now) : null;
    if (opensAt === null) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#clock.sleep(opensAt - now, alarm.signal).then(
      () => this.#advance(),
      () => undefined,
    );
  }

  #refuseLate(now: number): void {
    const turns = this.#log.turns(now, this.#waiters.length);
    this.#waiters = this.#waiters.filter((waiter, index) => {
      const turn = turns[index] ?? now;
      if (turn <= waiter.deadline) return true;
      waiter.reject(new NoTurnError(turn - now));
      return false;
    });
  }

  #turnOf(place: Place): Turn {
    const end = () => {
      if (place.sentAt !== null) return;
      this.#log.giveBack(place);
      this.#advance();
    };
    const sent = () => {
      place.sentAt = this.#clock.now();
      this.#advance();
    };
    return { sent, end };
  }
}
