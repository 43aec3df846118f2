import { Cancellation, type CancelSignal } from '../domain/cancellation.ts';
import type { Priority } from '../domain/priority.ts';
import type { Clock } from './clock.ts';
import { type Allowance, DailyBudget } from './daily-budget.ts';
import { FairQueue, type Queued } from './fair-queue.ts';
import { statedWaitMs } from './retry.ts';
import type { HttpSettings, LimitFacts } from './settings.ts';
import { type Place, SlidingLog } from './sliding-log.ts';

/** The CRM counts when a request arrives, we when it leaves: the window is widened by what the way there may vary. */
const PAD = 1.075;
/** The share of the places in flight that reads leave free for writes and for finding out what became of them. */
const RESERVED_PLACES = 0.1;

export type NoTurnReason =
  /** The turn would come after the deadline. */
  | 'TOO_LATE'
  /** Of the day's tokens none are left, or none for reads. */
  | Exclude<Allowance, 'YES'>
  /** Nothing is sent to the CRM any more. */
  | 'TURNED_AWAY';

/** Why a request may not be sent. */
export class NoTurnError extends Error {
  override readonly name = 'NoTurnError';
  readonly reason: NoTurnReason;
  /** Milliseconds until it could be. */
  readonly waitMs: number;

  constructor(reason: NoTurnReason, waitMs: number) {
    super('no turn');
    this.reason = reason;
    this.waitMs = waitMs;
  }
}

/** A request that wants to be sent. */
export interface Applicant extends Queued {
  /** What it costs of the CRM's day; `null` on a CRM without tokens. */
  readonly tokens: number | null;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
}

/** Leave to send one request. */
export interface Turn {
  /** The request was handed to a socket: from now on it counts. */
  sent(): void;
  /** The CRM has answered, and says this of its limits. */
  answered(facts: LimitFacts): void;
  /** The request is over. Gives back a turn that was not used. */
  end(): void;
}

interface Waiter extends Applicant {
  readonly since: number;
  readonly resolve: (turn: Turn) => void;
  readonly reject: (error: unknown) => void;
}

export type GovernorSettings = Pick<HttpSettings, 'window' | 'believeLimit' | 'maxInFlight' | 'dailyReserve'>;

/**
 * Decides which request to a CRM account is sent when: so many at a time, so many in a rolling window, within the day's
 * tokens, and the urgent ones first. Believes what the CRM says of its limits.
 */
export class Governor {
  readonly #clock: Clock;
  readonly #places: number;
  readonly #placesForReads: number;
  readonly #configured: number;
  readonly #believeLimit: boolean;
  readonly #log: SlidingLog;
  readonly #day: DailyBudget;
  readonly #queue = new FairQueue<Waiter>();
  readonly #mayGo = (priority: Priority) => this.#inFlight < this.#placesFor(priority);
  #inFlight = 0;
  /** Ends the sleep until the window opens, where somebody waits for that. */
  #alarm: { readonly at: number; readonly off: Cancellation } | null = null;

  constructor(clock: Clock, { window, believeLimit, maxInFlight, dailyReserve }: GovernorSettings) {
    this.#clock = clock;
    this.#places = maxInFlight;
    this.#placesForReads = maxInFlight === 1 ? 1 : maxInFlight - Math.ceil(maxInFlight * RESERVED_PLACES);
    this.#configured = window?.requests ?? Number.POSITIVE_INFINITY;
    this.#believeLimit = believeLimit && window !== null;
    this.#log = new SlidingLog(this.#configured, Math.ceil((window?.perMs ?? 0) * PAD));
    this.#day = new DailyBudget(clock, dailyReserve);
  }

  /** How many have a turn that is not over. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get oldestWaitMs(): number {
    if (this.#queue.size === 0) return 0;
    let oldest = this.#clock.now();
    const now = oldest;
    for (const { since } of this.#queue) if (since < oldest) oldest = since;
    return now - oldest;
  }

  /** Milliseconds until the window lets the next one pass. */
  get closedMs(): number {
    const now = this.#clock.now();
    return this.#log.turnAfter(now, 0) - now;
  }

  /** A turn, or `null` where it has to be waited for. Throws a `NoTurnError` where the day's tokens do not allow it. */
  tryTurn(applicant: Applicant): Turn | null {
    this.#checkDay(applicant);
    // Those that wait may go as well by now.
    if (this.#queue.size > 0) this.#advance();
    return this.#mayGo(applicant.priority) && this.#isOpen() ? this.#turnOf(applicant) : null;
  }

  /** Waits for a turn. Rejects with a `NoTurnError` as soon as it cannot come in time, or with the signal's reason. */
  turn(applicant: Applicant, signal: CancelSignal): Promise<Turn> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const now = this.#clock.now();
    const waitMs = this.#log.turnAfter(now, this.#queue.ahead(applicant)) - now;
    if (now + waitMs > applicant.deadline) return Promise.reject(new NoTurnError('TOO_LATE', waitMs));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#queue.remove(waiter);
        reject(signal.reason);
        this.#advance();
      };
      const waiter: Waiter = {
        ...applicant,
        since: now,
        resolve: (turn) => {
          signal.removeEventListener('abort', onAbort);
          resolve(turn);
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      this.#queue.push(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#advance();
    });
  }

  /** Lets nothing pass for `ms`: the CRM has refused a request. */
  pause(ms: number): void {
    this.#close(ms);
    this.#advance();
  }

  /** Turns everybody away who waits. */
  turnAway(): void {
    this.#refuse(() => new NoTurnError('TURNED_AWAY', 0));
    this.#advance();
  }

  #placesFor(priority: Priority): number {
    return priority === 'READ' || priority === 'BULK' ? this.#placesForReads : this.#places;
  }

  #isOpen(): boolean {
    const now = this.#clock.now();
    return this.#log.opensAt(now) === now;
  }

  #checkDay({ priority, tokens }: Applicant): void {
    const allowance = this.#day.allows(priority, tokens);
    if (allowance !== 'YES') throw new NoTurnError(allowance, this.#day.waitMs);
  }

  /** Believes what an answer says: a limit, or that nothing is left until the window starts afresh. */
  #believe({ limit, remaining, resetMs }: LimitFacts): void {
    if (limit !== undefined && Number.isSafeInteger(limit) && limit > 0) {
      this.#log.setCapacity(this.#believeLimit ? limit : Math.min(limit, this.#configured));
    }
    const stated = statedWaitMs(resetMs);
    if (remaining === 0 && stated !== null) this.#close(stated);
  }

  #close(ms: number): void {
    const until = this.#clock.now() + ms;
    this.#log.closeUntil(until);
    this.#refuse(({ deadline }) => (deadline < until ? new NoTurnError('TOO_LATE', ms) : null));
  }

  #refuse(errorOf: (waiter: Waiter) => NoTurnError | null): void {
    for (const waiter of [...this.#queue]) {
      const error = errorOf(waiter);
      if (error === null) continue;
      this.#queue.remove(waiter);
      waiter.reject(error);
    }
  }

  /** Gives the turns that are due, and sleeps until the next. */
  #advance(): void {
    while (this.#queue.size > 0 && this.#isOpen()) {
      const waiter = this.#queue.shift(this.#mayGo);
      if (waiter === undefined) break;
      try {
        this.#checkDay(waiter);
        waiter.resolve(this.#turnOf(waiter));
      } catch (error) {
        waiter.reject(error);
      }
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    const now = this.#clock.now();
    const at = this.#queue.size > 0 ? this.#log.opensAt(now) : null;
    // Where it is open already, they wait for places.
    const next = at !== null && at > now ? at : null;
    if (next === (this.#alarm?.at ?? null)) return;
    this.#alarm?.off.abort('rearranged');
    this.#alarm = null;
    if (next === null) return;
    const alarm = { at: next, off: new Cancellation() };
    this.#alarm = alarm;
    this.#clock.sleep(next - now, alarm.off).then(
      () => {
        this.#alarm = null;
        this.#advance();
      },
      () => undefined,
    );
  }

  #turnOf({ priority, tokens }: Applicant): Turn {
    this.#inFlight += 1;
    this.#day.take(priority, tokens);
    return new HeldTurn(this.#log.take(), tokens, this.#turns);
  }

  /** What turns do to what they were given by. */
  readonly #turns: TurnKeeper = {
    sent: (place) => {
      place.sentAt = this.#clock.now();
      this.#advanceIfAwaited();
    },
    answered: (facts) => this.#believe(facts),
    end: (place, tokens, facts) => {
      this.#inFlight -= 1;
      this.#day.ended(tokens, place.sentAt !== null, facts);
      if (facts?.quotaSpent) this.#refuse(() => new NoTurnError('SPENT', this.#day.waitMs));
      if (place.sentAt === null) this.#log.giveBack(place);
      this.#advanceIfAwaited();
    },
  };

  #advanceIfAwaited(): void {
    if (this.#queue.size > 0) this.#advance();
  }
}

interface TurnKeeper {
  sent(place: Place): void;
  answered(facts: LimitFacts): void;
  end(place: Place, tokens: number | null, facts: LimitFacts | null): void;
}

class HeldTurn implements Turn {
  readonly #place: Place;
  readonly #tokens: number | null;
  readonly #keeper: TurnKeeper;
  #facts: LimitFacts | null = null;
  #isOver = false;

  constructor(place: Place, tokens: number | null, keeper: TurnKeeper) {
    this.#place = place;
    this.#tokens = tokens;
    this.#keeper = keeper;
  }

  sent(): void {
    this.#keeper.sent(this.#place);
  }

  answered(facts: LimitFacts): void {
    this.#facts = facts;
    this.#keeper.answered(facts);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#keeper.end(this.#place, this.#tokens, this.#facts);
  }
}
