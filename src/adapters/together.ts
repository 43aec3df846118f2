import type { Call } from '../domain/call.ts';
import { Cancellation } from '../domain/cancellation.ts';
import { cheapestCover, costOf, runsOf } from '../domain/cover.ts';
import { asError, GatewayError } from '../domain/errors.ts';
import type { Cost } from '../domain/policy.ts';
import type { Found } from '../domain/repository.ts';
import { type Clock, MAX_TIMER_MS } from '../transport/clock.ts';
import { allowListeners, TIMER_ERROR_MS } from '../transport/patience.ts';
import { type Lot, orFailure, readLot } from './lot.ts';
import { type Payer, SharedReceipt } from './shared-cost.ts';

const ONCE = { once: true } as const;

/** One load that may be read together with others. */
export class Member<T> implements Payer {
  readonly lot: Lot<T>;
  readonly ids: readonly string[];
  readonly call: Call;
  /** What it comes to. */
  readonly found: Promise<Found<T>>;
  readonly alone: Cost;
  readonly paid = { tokens: 0, requests: 0 };
  /** How many requests that it shares are not answered yet. */
  awaited = 0;
  /** Whether its time was over before it had what it asked for. */
  isGone = false;
  /** What it takes part in, while it waits for it. */
  #shared: SharedReading<T> | null = null;
  #resolve!: (found: Found<T> | Promise<Found<T>>) => void;
  #reject!: (error: unknown) => void;
  readonly #crm: string;
  #giveBack: (() => void) | null = null;

  constructor(crm: string, lot: Lot<T>, ids: readonly string[], call: Call) {
    this.#crm = crm;
    this.lot = lot;
    this.ids = ids;
    this.call = call;
    this.alone = costOf(cheapestCover(ids.length, lot.costs, call.policy), lot.costs);
    this.found = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether its ceiling admits what it pays at most, which is set aside from now on. */
  admit(): boolean {
    try {
      this.#giveBack = this.call.receipt.admit(this.#crm, this.alone.tokens);
      return true;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return false;
    }
  }

  /** It reads for itself, and pays for itself. */
  readAlone(): Promise<unknown> {
    this.#giveBack?.();
    this.#resolve(readLot(this.lot, this.ids, this.call));
    return this.found.catch(() => undefined);
  }

  /** It waits for what is read for several, no longer than it has time. */
  takePart(shared: SharedReading<T>): void {
    this.#shared = shared;
    allowListeners(this.call.signal);
    this.call.signal.addEventListener('abort', this, ONCE);
  }

  /** Nobody waits for it any more. */
  handleEvent(): void {
    this.leave();
  }

  /** Its time is over. */
  leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.settle(
      new GatewayError('UPSTREAM_TIMEOUT', `${this.#crm}: a ${this.lot.what} was not read: its time was over`, {
        crm: this.#crm,
        effect: 'NONE',
      }),
    );
  }

  /** It has what was read for it, or knows what came in between. */
  settle(outcome: Found<T> | Error): void {
    if (outcome instanceof Error) this.#reject(outcome);
    else this.#resolve(outcome);
    this.call.signal.removeEventListener('abort', this);
    this.#shared?.left(this);
    this.#shared = null;
  }

  /** Its share of what it took part in is known. What retries cost more than was set aside was spent already. */
  pay(): void {
    this.#giveBack?.();
    this.#giveBack = null;
    const tokens = Math.min(this.paid.tokens, this.alone.tokens);
    if (tokens > 0) this.call.receipt.admit(this.#crm, tokens);
  }
}

/**
 * Reads what several operations ask for: together where that costs each of them no more than reading it alone, and all
 * of them fewer requests. Settles every member; ends when all has been read.
 */
export function readTogether<T>(all: readonly Member<T>[], clock: Clock): Promise<unknown> {
  const now = clock.now();
  const members = all.filter((member) => {
    if (!isTooLate(member.call, now)) return true;
    member.leave();
    return false;
  });
  const shared = members.length > 1 ? planned(members.filter((member) => member.admit())) : null;
  const together = new Set(shared?.members);
  const ends: Promise<unknown>[] = [];
  for (const member of members) if (!together.has(member)) ends.push(member.readAlone());
  if (shared) ends.push(new SharedReading(shared.members, clock).read(shared.runs));
  return Promise.all(ends);
}

function isTooLate({ signal, deadline }: Call, now: number): boolean {
  return signal.aborted || deadline - now < TIMER_ERROR_MS;
}

/** The requests of a shared reading and who takes part, or `null` where it does not save anything. */
function planned<T>(members: readonly Member<T>[]) {
  const [first] = members;
  if (first === undefined) return null;
  const { costs, readMissing } = first.lot;
  const ids = [...new Set(members.flatMap((member) => member.ids))];
  const cover = cheapestCover(ids.length, costs, first.call.policy);
  const together = costOf(cover, costs);
  // Whoever is left out of a request for several reads again, and has not paid for that request.
  const payers = readMissing && cover.batches > 0 ? 2 : 1;
  const sum = (of: (cost: Cost) => number) => members.reduce((total, { alone }) => total + of(alone), 0);
  const isCheaper =
    together.tokens * payers <= sum(({ tokens }) => tokens) && together.requests < sum(({ requests }) => requests);
  return isCheaper ? { members, runs: runsOf(ids, cover, costs.limit) } : null;
}

/** What is read for several members, each of which waits no longer than it has time. */
class SharedReading<T> {
  readonly #members: readonly Member<T>[];
  readonly #clock: Clock;
  /** Who still waits. */
  readonly #waiting: Set<Member<T>>;
  /** Aborted when nobody waits any longer. */
  readonly #abandoned = new Cancellation();
  #timer: NodeJS.Timeout | undefined;

  constructor(members: readonly Member<T>[], clock: Clock) {
    this.#members = members;
    this.#clock = clock;
    this.#waiting = new Set(members);
  }

  /** Sends a request for each run. Settles the members; ends when all has been read. */
  async read(runs: readonly (readonly string[])[]): Promise<void> {
    const readings = runs.map((run) => new Reading<T>(run));
    const readingOf = new Map<string, Reading<T>>();
    for (const reading of readings) for (const id of reading.run) readingOf.set(id, reading);
    for (const member of this.#members) {
      for (const id of member.ids) readingOf.get(id)?.serve(member);
      member.takePart(this);
    }
    this.#watch();
    const deadline = Math.max(...this.#members.map(({ call }) => call.deadline));
    try {
      await Promise.all(readings.map((reading) => this.#readOne(reading, readingOf, deadline)));
    } finally {
      clearTimeout(this.#timer);
    }
  }

  /** A member does not wait any longer. */
  left(member: Member<T>): void {
    this.#waiting.delete(member);
    if (this.#waiting.size === 0) this.#abandoned.abort('nobody waits for it');
  }

  async #readOne(reading: Reading<T>, readingOf: ReadonlyMap<string, Reading<T>>, deadline: number): Promise<void> {
    const [{ lot, call }] = this.#members as [Member<T>];
    const receipt = new SharedReceipt();
    const { members, run } = reading;
    try {
      const outcome = await orFailure(lot.readRun(run, { ...call, signal: this.#abandoned, deadline, receipt }));
      receipt.split(inOrderOfPaying(members, outcome));
      reading.outcome = outcome;
    } catch (bug) {
      for (const member of members) {
        member.pay();
        member.settle(asError(bug));
      }
      return;
    }
    const late: Promise<void>[] = [];
    for (const member of members) {
      member.awaited -= 1;
      const more = member.awaited === 0 ? giveOwn(member, readingOf) : null;
      if (more !== null) late.push(more);
    }
    await Promise.all(late);
  }

  /** Lets those go whose time is over, when the first one's is. */
  #watch(): void {
    const now = this.#clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (const member of this.#waiting) {
      if (isTooLate(member.call, now)) member.leave();
      else earliest = Math.min(earliest, member.call.deadline);
    }
    if (this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => this.#watch(), Math.min(earliest - now, MAX_TIMER_MS));
  }
}

/** A request that several share. */
class Reading<T> {
  readonly run: readonly string[];
  /** Who asked for something of it. */
  readonly members: Member<T>[] = [];
  /** What it came to, once it is done. */
  outcome: Found<T> | GatewayError | null = null;

  constructor(run: readonly string[]) {
    this.run = run;
  }

  serve(member: Member<T>): void {
    if (this.members.at(-1) === member) return;
    this.members.push(member);
    member.awaited += 1;
  }
}

/** Those that are served pay first, those that have left last. */
function inOrderOfPaying<T>(members: readonly Member<T>[], outcome: Found<T> | GatewayError): readonly Member<T>[] {
  const rank = ({ isGone, ids }: Member<T>) => {
    const isServed = outcome instanceof GatewayError || ids.some((id) => outcome.has(id));
    return (isGone ? 2 : 0) + (isServed ? 0 : 1);
  };
  return members.every((member) => rank(member) === 0) ? members : members.toSorted((a, b) => rank(a) - rank(b));
}

/** Gives a member what it asked for, out of what was read; what was left out is read for it alone. */
function giveOwn<T>(member: Member<T>, readingOf: ReadonlyMap<string, Reading<T>>): Promise<void> | null {
  const { ids, lot } = member;
  const own = new Map<string, T | GatewayError>();
  const missing: string[] = [];
  for (const id of ids) {
    const { run, outcome } = readingOf.get(id) as Reading<T>;
    const one = outcome instanceof GatewayError ? outcome : outcome?.get(id);
    if (one !== undefined) own.set(id, one);
    else if (run.length > 1) missing.push(id);
  }
  if (missing.length > 0 && lot.readMissing && !member.isGone) return giveMissing(member, own, missing);
  member.pay();
  member.settle(own);
  return null;
}

async function giveMissing<T>(
  member: Member<T>,
  own: Map<string, T | GatewayError>,
  missing: readonly string[],
): Promise<void> {
  try {
    for (const [id, one] of (await member.lot.readMissing?.(missing, member.call)) ?? []) own.set(id, one);
    member.settle(own);
  } catch (error) {
    member.settle(asError(error));
  } finally {
    member.pay();
  }
}
