import type { Call } from '../domain/call.ts';
import { asError } from '../domain/errors.ts';
import type { Found } from '../domain/repository.ts';
import type { Clock } from '../transport/clock.ts';
import { type Lot, readLot } from './lot.ts';
import { Member, readTogether } from './together.ts';

/** How long a load waits for others at most, while one like it is in flight. */
const MAX_WAIT_MS = 1;

/**
 * Reads by id what several operations ask for at about the same time in requests they share, where that is cheaper for
 * each of them. What is asked for in one turn of the event loop goes together; while a load of the same kind is in
 * flight, the next one gathers for up to 1 ms. Who asks alone does not wait.
 */
export class Gathering {
  readonly #crm: string;
  readonly #clock: Clock;
  /** By what is read, and then by who reads it how. */
  readonly #groups = new Map<string, Map<string, Group>>();

  constructor(crm: string, clock: Clock) {
    this.#crm = crm;
    this.#clock = clock;
  }

  /** Any number of distinct ids. Whoever takes more than half a request, or may not share, reads alone. */
  read<T>(lot: Lot<T>, ids: readonly string[], call: Call): Promise<Found<T>> {
    const { scope, policy, priority } = call;
    if (scope === undefined || ids.length === 0 || ids.length * 2 > lot.costs.limit) return readLot(lot, ids, call);
    const member = new Member(this.#crm, lot, ids, call);
    this.#groupOf(lot, `${scope}\n${priority} ${policy}`).join(member);
    return member.found;
  }

  #groupOf<T>({ key, costs }: Lot<T>, reader: string): Group {
    const groups = this.#groups.get(key) ?? new Map<string, Group>();
    const known = groups.get(reader);
    if (known !== undefined) return known;
    const onEmpty = () => {
      groups.delete(reader);
      if (groups.size === 0) this.#groups.delete(key);
    };
    const group = new Group(costs.limit, this.#clock, onEmpty);
    this.#groups.set(key, groups.set(reader, group));
    return group;
  }
}

/** Loads of one kind: those that wait, and how many are in flight. */
class Group {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #onEmpty: () => void;
  // biome-ignore lint/suspicious/noExplicitAny: the members of a group load the same type, which its key names
  #waiting: Member<any>[] = [];
  #ids = 0;
  #inFlight = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(limit: number, clock: Clock, onEmpty: () => void) {
    this.#limit = limit;
    this.#clock = clock;
    this.#onEmpty = onEmpty;
  }

  // biome-ignore lint/suspicious/noExplicitAny: see above
  join(member: Member<any>): void {
    this.#waiting.push(member);
    this.#ids += member.ids.length;
    if (this.#waiting.length === 1) setImmediate(() => this.#afterTurn());
  }

  #afterTurn(): void {
    if (this.#inFlight === 0 || this.#ids >= this.#limit) this.#go();
    else this.#timer = setTimeout(() => this.#go(), MAX_WAIT_MS);
  }

  #go(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const members = this.#waiting;
    this.#waiting = [];
    this.#ids = 0;
    this.#inFlight += 1;
    void this.#read(members);
  }

  // biome-ignore lint/suspicious/noExplicitAny: see above
  async #read(members: readonly Member<any>[]): Promise<void> {
    try {
      await readTogether(members, this.#clock);
    } catch (bug) {
      for (const member of members) member.settle(asError(bug));
    }
    this.#landed();
  }

  #landed(): void {
    this.#inFlight -= 1;
    if (this.#inFlight > 0) return;
    if (this.#timer !== null) this.#go();
    else if (this.#waiting.length === 0) this.#onEmpty();
  }
}
