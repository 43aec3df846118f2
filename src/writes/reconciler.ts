import type { Journal } from '../journal/journal.ts';
import type { WriteClock } from './context.ts';

export interface ReconcilerRules {
  /** Between the first two looks, in milliseconds; doubled from look to look. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** How long after its begin an operation is given up. */
  readonly forMs: number;
  /** Between two cleanings of the journal. */
  readonly sweepMs: number;
}

export const RECONCILER_RULES: ReconcilerRules = {
  firstMs: 1_000,
  maxMs: 300_000,
  forMs: 86_400_000,
  sweepMs: 3_600_000,
};

interface Parts {
  readonly journal: Journal;
  readonly clock: WriteClock;
  onTrouble(error: unknown, operation: string): void;
}

/** One operation that is to be looked into. */
interface Case {
  readonly id: string;
  dueAt: number;
  looks: number;
  readonly first: { readonly done: Promise<void>; resolve(): void };
}

/** How many operations are looked into at a time. */
const AT_ONCE = 4;

/** Goes on looking into lost answers after callers were told that nobody knows, and keeps the journal small. */
export class Reconciler {
  readonly #parts: Parts;
  readonly #rules: ReconcilerRules;
  readonly #look: (id: string) => Promise<boolean>;
  readonly #cases = new Map<string, Case>();
  readonly #closing = new AbortController();
  #wake = new AbortController();
  #sweepAt: number;
  #running: Promise<void> = Promise.resolve();

  /** `look` answers whether the operation is over. */
  constructor(parts: Parts, rules: ReconcilerRules, look: (id: string) => Promise<boolean>) {
    this.#parts = parts;
    this.#rules = rules;
    this.#look = look;
    this.#sweepAt = parts.clock.now() + rules.sweepMs;
  }

  /** Aborted when the gateway stops. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Has an operation looked into; the promise resolves when that was done once. */
  add(id: string, delayMs = this.#rules.firstMs): Promise<void> {
    let resolve = () => {};
    const done = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.#cases.set(id, { id, dueAt: this.#parts.clock.now() + delayMs, looks: 0, first: { done, resolve } });
    this.#wake.abort();
    return done;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    while (!this.closing.aborted) {
      this.#wake = new AbortController();
      const due = this.#due().slice(0, AT_ONCE);
      if (due.length > 0) await Promise.all(due.map((one) => this.#lookInto(one)));
      else if (this.#sweepAt <= clock.now()) await this.#sweep();
      else await this.#sleep();
    }
  }

  /** Longest due first, so that none waits while others are looked into again and again. */
  #due(): readonly Case[] {
    const now = this.#parts.clock.now();
    return [...this.#cases.values()].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
  }

  async #sleep(): Promise<void> {
    const { clock } = this.#parts;
    const next = Math.min(this.#sweepAt, ...Array.from(this.#cases.values(), ({ dueAt }) => dueAt));
    const woken = AbortSignal.any([this.closing, this.#wake.signal]);
    await clock.sleep(Math.max(0, next - clock.now()), woken).catch(() => undefined);
  }

  async #lookInto(one: Case): Promise<void> {
    const { clock, onTrouble } = this.#parts;
    try {
      if (await this.#look(one.id)) this.#cases.delete(one.id);
    } catch (error) {
      if (!this.closing.aborted) onTrouble(error, one.id);
    }
    if (!this.closing.aborted && this.#cases.has(one.id)) await this.#giveUpIfOld(one);
    const { firstMs, maxMs } = this.#rules;
    one.dueAt = clock.now() + Math.min(maxMs, firstMs * 2 ** one.looks);
    one.looks += 1;
    one.first.resolve();
  }

  async #giveUpIfOld({ id }: Case): Promise<void> {
    const { journal, clock, onTrouble } = this.#parts;
    try {
      const operation = await journal.find(id);
      if (!operation || clock.now() - operation.startedAt < this.#rules.forMs) return;
      await journal.save({ ...operation, state: 'UNSETTLED' });
      this.#cases.delete(id);
    } catch (error) {
      onTrouble(error, id);
    }
  }

  async #sweep(): Promise<void> {
    const { journal, clock, onTrouble } = this.#parts;
    this.#sweepAt = clock.now() + this.#rules.sweepMs;
    await journal.sweep().catch((error: unknown) => onTrouble(error, ''));
  }
}
