import { PRIORITIES, type Priority } from '../domain/priority.ts';

/** How many of each go for one bulk read, while there are enough of all of them. */
const WEIGHTS: Readonly<Record<Priority, number>> = { SETTLING: 16, MUTATION: 8, READ: 4, BULK: 1 };

/** What is queued: how urgent it is, and for whom. */
export interface Queued {
  readonly priority: Priority;
  /** Those of one scope take turns with those of others. */
  readonly scope: string;
}

/** Those of one priority. */
interface Lane<T> {
  readonly priority: Priority;
  /** By scope, whose turn it is first. */
  readonly scopes: Map<string, T[]>;
  size: number;
  /** How much of its share the lane has had: the one that has had least is next. */
  had: number;
}

/**
 * A queue in which the urgent goes first and nothing waits for ever: each priority has a share, and what one does not
 * use is the others'. Within a priority, scopes take turns; within a scope, the order is that of arrival.
 */
export class FairQueue<T extends Queued> {
  readonly #lanes: Readonly<Record<Priority, Lane<T>>>;
  /** Where the shares have come to: who was not there does not get more for it. */
  #had = 0;
  #size = 0;

  constructor() {
    this.#lanes = { SETTLING: lane('SETTLING'), MUTATION: lane('MUTATION'), READ: lane('READ'), BULK: lane('BULK') };
  }

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    const own = this.#lanes[item.priority];
    if (own.size === 0) own.had = Math.max(own.had, this.#had);
    const queue = own.scopes.get(item.scope);
    if (queue) queue.push(item);
    else own.scopes.set(item.scope, [item]);
    own.size += 1;
    this.#size += 1;
  }

  /** Takes the next one whose priority may go. */
  shift(mayGo: (priority: Priority) => boolean): T | undefined {
    const next = this.#next(mayGo);
    if (!next) return undefined;
    const [first] = next.scopes;
    const [scope, queue] = first as [string, T[]];
    const item = queue.shift() as T;
    next.scopes.delete(scope);
    if (queue.length > 0) next.scopes.set(scope, queue);
    next.size -= 1;
    this.#size -= 1;
    this.#had = next.had;
    next.had += 1 / WEIGHTS[next.priority];
    return item;
  }

  remove(item: T): void {
    const own = this.#lanes[item.priority];
    const queue = own.scopes.get(item.scope);
    const index = queue?.indexOf(item) ?? -1;
    if (!queue || index === -1) return;
    queue.splice(index, 1);
    if (queue.length === 0) own.scopes.delete(item.scope);
    own.size -= 1;
    this.#size -= 1;
  }

  /** How many of those that wait would go before one that came now, if they all may go. */
  ahead({ priority, scope }: Queued): number {
    const own = this.#lanes[priority];
    const before = own.scopes.get(scope)?.length ?? 0;
    let ahead = before;
    for (const [other, queue] of own.scopes) if (other !== scope) ahead += Math.min(queue.length, before + 1);
    const inLane = ahead + 1;
    for (const other of PRIORITIES) {
      if (other === priority) continue;
      ahead += Math.min(this.#lanes[other].size, Math.ceil((inLane * WEIGHTS[other]) / WEIGHTS[priority]));
    }
    return ahead;
  }

  /** All of them, the oldest of each scope before its others. */
  *[Symbol.iterator](): Generator<T> {
    for (const priority of PRIORITIES) for (const queue of this.#lanes[priority].scopes.values()) yield* queue;
  }

  #next(mayGo: (priority: Priority) => boolean): Lane<T> | null {
    let best: Lane<T> | null = null;
    for (const priority of PRIORITIES) {
      const candidate = this.#lanes[priority];
      if (candidate.size > 0 && (best === null || candidate.had < best.had) && mayGo(priority)) best = candidate;
    }
    return best;
  }
}

function lane<T>(priority: Priority): Lane<T> {
  return { priority, scopes: new Map(), size: 0, had: 0 };
}
