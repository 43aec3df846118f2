import type { Call } from '../domain/call.ts';
import { Cancellation } from '../domain/cancellation.ts';
import { cheapestCover, costOf, runsOf } from '../domain/cover.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Cost } from '../domain/policy.ts';
import type { Found } from '../domain/repository.ts';
import { type Clock, MAX_TIMER_MS } from '../transport/clock.ts';
import { allowListeners, TIMER_ERROR_MS } from '../transport/patience.ts';
import { type Lot, orFailure, readLot } from './lot.ts';
import { SharedCost } from './shared-cost.ts';

/** One load that may be read together with others. */
export class Member<T> {
  readonly lot: Lot<T>;
  readonly ids: readonly string[];
  readonly call: Call;
  /** What it comes to, unless its time is over before. */
  readonly found: Promise<Found<T>>;
  /** What reading it alone costs: the most it pays. */
  readonly alone: Cost;
  /** Called when it waits no longer. */
  onGone: (() => void) | null = null;
  /** Whether its time was over before it had what it asked for. */
  isGone = false;
  #settle!: { resolve(found: Found<T>): void; reject(error: unknown): void };
  readonly #crm: string;
  readonly #timer: NodeJS.Timeout;
  readonly #leave: () => void;
  #giveBack: (() => void) | null = null;

  constructor(crm: string, lot: Lot<T>, ids: readonly string[], call: Call, clock: Clock) {
    this.#crm = crm;
    this.lot = lot;
    this.ids = ids;
    this.call = call;
    this.alone = costOf(cheapestCover(ids.length, lot.costs, call.policy), lot.costs);
    this.found = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#leave = () => this.#timeIsOver();
    const leftMs = call.deadline - clock.now();
    this.#timer = setTimeout(this.#leave, Math.min(Math.max(leftMs, 0), MAX_TIMER_MS));
    allowListeners(call.signal);
    call.signal.addEventListener('abort', this.#leave, { once: true });
    if (call.signal.aborted || leftMs < TIMER_ERROR_MS) this.#leave();
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

  /** It has paid so much, or pays for itself. */
  pay(tokens: number): void {
    this.#giveBack?.();
    this.#giveBack = null;
    // What retries cost more than was set aside was spent already.
    if (tokens > 0) this.call.receipt.admit(this.#crm, Math.min(tokens, this.alone.tokens));
  }

  /** What it comes to is what this does, unless its time is over before. */
  settle(found: Promise<Found<T>>): void {
    found.then(
      (all) => {
        this.#release();
        this.#settle.resolve(all);
      },
      (error: unknown) => {
        this.#release();
        this.#settle.reject(error);
      },
    );
  }

  #timeIsOver(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#release();
    this.#settle.reject(
      new GatewayError('UPSTREAM_TIMEOUT', `${this.#crm}: a ${this.lot.what} was not read: its time was over`, {
        crm: this.#crm,
        effect: 'NONE',
      }),
    );
    this.onGone?.();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.call.signal.removeEventListener('abort', this.#leave);
  }
}

/**
 * Reads what several operations ask for: together where that costs each of them no more than reading it alone, and all
 * of them fewer requests. Settles every member; ends when all have what they asked for.
 */
export async function readTogether<T>(all: readonly Member<T>[]): Promise<void> {
  const members = all.filter(({ isGone }) => !isGone);
  const shared = members.length > 1 ? planned(members.filter((member) => member.admit())) : null;
  const left = members.filter((member) => !shared?.members.includes(member));
  await Promise.allSettled([
    ...left.map((member) => {
      member.pay(0);
      member.settle(readLot(member.lot, member.ids, member.call));
      return member.found;
    }),
    ...(shared ? readShared(shared.members, shared.runs) : []),
  ]);
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

/** Reads the runs and gives each member its own. */
function readShared<T>(members: readonly Member<T>[], runs: readonly (readonly string[])[]): Promise<void>[] {
  const [first] = members as [Member<T>];
  const { lot, call } = first;
  const abandoned = new Cancellation();
  let waiting = members.length;
  for (const member of members) {
    member.onGone = () => {
      waiting -= 1;
      if (waiting === 0) abandoned.abort('nobody waits for it');
    };
  }
  const deadline = Math.max(...members.map((member) => member.call.deadline));
  const cost = new SharedCost();
  const readingOf = new Map<string, Reading<T>>();
  const readings = runs.map((run) => {
    const reading = new Reading<T>(run);
    for (const id of run) readingOf.set(id, reading);
    return reading;
  });
  for (const member of members) for (const id of member.ids) readingOf.get(id)?.serve(member);
  for (const reading of readings) {
    const receipt = cost.receipt();
    reading.done = orFailure(lot.readRun(reading.run, { ...call, signal: abandoned, deadline, receipt })).then(
      (outcome) => {
        const isServed = ({ ids }: Member<T>) => outcome instanceof GatewayError || ids.some((id) => outcome.has(id));
        receipt.split(reading.members.toSorted((a, b) => rank(a, isServed) - rank(b, isServed)));
        reading.outcome = outcome;
      },
    );
  }
  return members.map(async (member) => {
    const outcome = ownOf(member, readingOf).finally(() => member.pay(cost.paidBy(member).tokens));
    member.settle(outcome);
    await outcome;
  });
}

/** A request that several share. */
class Reading<T> {
  readonly run: readonly string[];
  /** Who asked for something of it. */
  readonly members: Member<T>[] = [];
  /** What it came to, once it is done. */
  outcome: Found<T> | GatewayError | null = null;
  done: Promise<void> = Promise.resolve();

  constructor(run: readonly string[]) {
    this.run = run;
  }

  serve(member: Member<T>): void {
    if (this.members.at(-1) !== member) this.members.push(member);
  }
}

/** Those that are served pay first, those that have left last. */
function rank<T>(member: Member<T>, isServed: (member: Member<T>) => boolean): number {
  return (member.isGone ? 2 : 0) + (isServed(member) ? 0 : 1);
}

/** What a member asked for, out of what was read; what was left out is read for it alone. */
async function ownOf<T>(member: Member<T>, readingOf: ReadonlyMap<string, Reading<T>>): Promise<Found<T>> {
  const { ids, lot, call } = member;
  const readings = new Set<Reading<T>>();
  for (const id of ids) readings.add(readingOf.get(id) as Reading<T>);
  await Promise.all(Array.from(readings, ({ done }) => done));
  const own = new Map<string, T | GatewayError>();
  const missing: string[] = [];
  for (const id of ids) {
    const { run, outcome } = readingOf.get(id) as Reading<T>;
    const one = outcome instanceof GatewayError ? outcome : outcome?.get(id);
    if (one !== undefined) own.set(id, one);
    else if (run.length > 1) missing.push(id);
  }
  if (missing.length === 0 || member.isGone || !lot.readMissing) return own;
  for (const [id, one] of await lot.readMissing(missing, call)) own.set(id, one);
  return own;
}
