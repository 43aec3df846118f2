import type { Call } from '../domain/call.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';
import type { CompareKeys, GlobalPlace } from '../domain/order.ts';
import { forPage } from './for-page.ts';
import { MAX_PAGE, withLookahead } from './page-size.ts';
import { Progress } from './progress.ts';

/**
 * How a record that was given may move in a list, so that it could come again: `NEVER`, or never to a place that is
 * still to come; to the end, since keys are times of change and the oldest come first; `ANYWHERE`.
 */
export type Moves = 'NEVER' | 'TO_THE_END' | 'ANYWHERE';

/** What a list needs to know of its records. */
export interface ListRules<T> {
  readonly moves: Moves;
  readonly compareKeys: CompareKeys;
  readonly comparePlaces: (a: GlobalPlace, b: GlobalPlace) => number;
  /** Finds out what `place` needs to know of these records beside themselves. */
  prepare?(records: readonly T[]): Promise<void>;
  /** A record's place, given its CRM's index. */
  place(record: T, crm: number): GlobalPlace;
  /** Which of these records the list asks for, in the terms of their CRM. */
  matches(records: readonly T[], crm: number): readonly boolean[] | Promise<readonly boolean[]>;
}

/** What a walk that goes on leaves out of one CRM's records. */
export interface LeftOut {
  /** Given before. */
  readonly given: ReadonlySet<number>;
  /** Whatever has a larger key changed since the walk began; `null`: nothing is left out for that. */
  readonly until: number | null;
}

/** What the sources of one CRM may read together without finding anything. */
export interface ScanBudget {
  readonly limit: number;
  /** How many pages of each source may be read. */
  readonly pages: number;
  skipped: number;
}

/** More had to be read than the scan budget allows. */
export class ScanBudgetError extends GatewayError {
  constructor(limit: number, advice: string) {
    super('BUDGET_EXCEEDED', `more than ${limit} records were read that do not match the filter: ${advice}`);
  }
}

export interface Entry<T> {
  readonly record: T;
  readonly place: GlobalPlace;
  /** The page of its source from which reading has to start to see it, and all after it, again. */
  readonly position: string | null;
  /** How many records of that page come before it. */
  readonly before: number;
}

/**
 * Where a source stands in a cursor: a page to start from (`null`: the first) and how many records of it were taken up
 * before, or nothing left.
 */
export type SourceState = { readonly position: string | null; readonly before?: number } | 'done';

/**
 * Reads one source page by page and gives its matching records in the list's total order. The CRM orders by key
 * only, so a run of equal keys is read to its end and put in order before its first record is given.
 */
export class SourceReader<T> {
  readonly crm: number;
  readonly source: Source<T>;
  readonly #rules: ListRules<T>;
  readonly #boundary: GlobalPlace | null;
  readonly #leftOut: LeftOut;
  readonly #limit: number;
  /** How many more records may be given. */
  #wanted: number;
  readonly #scan: ScanBudget;
  readonly #advice: () => string;
  readonly #progress: Progress;
  /** Found to be given: first those whose total order is told, then a run of equal keys the next page may continue. */
  #entries: Entry<T>[] = [];
  /** How many of them were taken. */
  #taken = 0;
  /** Where the run begins. */
  #runFrom = 0;
  #next: SourceState;
  #last: GlobalPlace | null;
  /** How many records were found that are to be given. */
  #foundSoFar = 0;
  /** Whether the page read last told which record comes next. */
  #found = true;
  readonly unreadable: GatewayError[] = [];
  /** How many records the CRM counts in the source, if it said so. */
  total: number | null = null;
  requests = 0;

  constructor(
    crm: number,
    source: Source<T>,
    rules: ListRules<T>,
    start: { readonly state: SourceState; readonly boundary: GlobalPlace | null; readonly leftOut: LeftOut },
    limits: { readonly page: number; readonly first: number; readonly scan: ScanBudget; readonly advice: () => string },
  ) {
    this.crm = crm;
    this.source = source;
    this.#rules = rules;
    this.#boundary = start.boundary;
    this.#leftOut = start.leftOut;
    this.#last = start.boundary;
    this.#next = start.state;
    this.#limit = limits.page;
    this.#wanted = limits.first;
    this.#scan = limits.scan;
    this.#advice = limits.advice;
    this.#progress = new Progress(source);
  }

  /** The next record, once `fill` has been called. */
  get head(): Entry<T> | undefined {
    return this.#taken < this.#runFrom ? this.#entries[this.#taken] : undefined;
  }

  /** Whether a record waits to be given, even if it cannot be told yet which comes first. */
  get holdsMore(): boolean {
    return this.#taken < this.#entries.length;
  }

  /** Whether more has to be read before `head` can be told. */
  get needsReading(): boolean {
    return this.#taken === this.#runFrom && (this.#next !== 'done' || this.holdsMore);
  }

  /** Where reading has to start to see everything that was not given yet. */
  get state(): SourceState {
    const first = this.#entries[this.#taken];
    return first ? { position: first.position, before: first.before } : this.#next;
  }

  take(): Entry<T> {
    const entry = this.head;
    if (!entry) throw new Error('nothing to take');
    this.#taken += 1;
    this.#wanted -= 1;
    return entry;
  }

  /** Reads until the next record is known, or there is none. */
  async fill(call: Call): Promise<void> {
    while (this.needsReading) {
      if (this.#next === 'done') this.#release();
      else if (this.requests >= this.#scan.pages) throw this.#tooMany();
      else await this.#readPage(this.#next.position, this.#next.before ?? 0, call);
    }
  }

  async #readPage(position: string | null, before: number, call: Call): Promise<void> {
    const limit = this.#pageSize(before);
    const page = await this.source.read({ position, after: this.#last }, limit, forPage(call, position, limit));
    this.requests += 1;
    this.total ??= page.total;
    this.unreadable.push(...page.unreadable);
    if (page.next !== null && page.next === position) throw this.#invalid('repeated a page');
    this.#next = page.next === null ? 'done' : { position: page.next };
    const ahead = this.#ahead(page.records, position);
    const matches = await this.#rules.matches(
      ahead.map(({ record }) => record),
      this.crm,
    );
    const known = { last: this.#last, found: this.#foundSoFar };
    this.#forgetTaken();
    for (let index = 0; index < ahead.length; index += 1) {
      this.#add(ahead[index] as Entry<T>, matches[index] === true);
    }
    const isNew = this.#last !== known.last || this.#foundSoFar > known.found || page.unreadable.length > 0;
    if (this.#next !== 'done') this.#progress.made(isNew);
    if (this.#next === 'done') this.#release();
    this.#found = this.head !== undefined;
  }

  /** The records of a page that are still to come, with their places. */
  #ahead(records: readonly T[], position: string | null): readonly Entry<T>[] {
    const ahead: Entry<T>[] = [];
    let previous: GlobalPlace | null = null;
    for (let before = 0; before < records.length; before += 1) {
      const record = records[before] as T;
      const place = this.#rules.place(record, this.crm);
      if (previous !== null && this.#rules.compareKeys(previous.key, place.key) > 0) {
        throw this.#invalid('is out of order');
      }
      previous = place;
      // What is past the end of the walk comes in order too, so nothing else follows it.
      if (this.#isOver(place)) this.#next = 'done';
      else if (this.#isAhead(place) && !this.#leftOut.given.has(Number(place.id))) {
        ahead.push({ record, place, position, before });
      }
    }
    return ahead;
  }

  #forgetTaken(): void {
    if (this.#taken === 0) return;
    this.#entries = this.#entries.slice(this.#taken);
    this.#runFrom -= this.#taken;
    this.#taken = 0;
  }

  /**
   * What was taken up before comes again. Who has read a page without finding what comes next reads on in large ones: a
   * run of equal keys, or records that do not match, may go on. Where only a few records are missing, and nothing
   * speaks for a run, no more are read: a CRM whose pages go on where the last one ended has the others when they are
   * asked for.
   */
  #pageSize(before: number): number {
    if (this.requests > 0 && !this.#found) return MAX_PAGE;
    const size = Math.min(this.#limit + before, MAX_PAGE);
    const isEnd = this.requests > 0 && this.source.isSeamless === true && this.#entries.length - this.#runFrom === 1;
    return isEnd ? Math.min(size, withLookahead(this.#wanted)) : size;
  }

  /** Whether a record is still to come: a page that overlaps the one before it repeats some that were taken up. */
  #isAhead(place: GlobalPlace): boolean {
    if (this.#boundary && this.#rules.comparePlaces(place, this.#boundary) <= 0) return false;
    return !this.#last || this.#rules.compareKeys(place.key, this.#last.key) >= 0;
  }

  #isOver({ key }: GlobalPlace): boolean {
    const { until } = this.#leftOut;
    return until !== null && typeof key === 'number' && key > until;
  }

  #add(entry: Entry<T>, matches: boolean): void {
    const { place } = entry;
    const run = this.#entries[this.#runFrom];
    if (run && this.#rules.compareKeys(run.place.key, place.key) !== 0) this.#release();
    if (!this.#last || this.#rules.comparePlaces(place, this.#last) > 0) this.#last = place;
    if (!matches) {
      this.#scan.skipped += 1;
      if (this.#scan.skipped > this.#scan.limit) throw this.#tooMany();
      return;
    }
    for (let at = this.#runFrom; at < this.#entries.length; at += 1) {
      if (this.#entries[at]?.place.id === place.id) return;
    }
    const first = this.#entries[this.#runFrom];
    this.#foundSoFar += 1;
    this.#entries.push(first ? { ...entry, position: first.position, before: first.before } : entry);
  }

  /** The run is complete: its records are given in order of their ids. */
  #release(): void {
    if (this.#entries.length - this.#runFrom > 1) {
      const run = this.#entries.splice(this.#runFrom);
      run.sort((a, b) => this.#rules.comparePlaces(a.place, b.place));
      for (const entry of run) this.#entries.push(entry);
    }
    this.#runFrom = this.#entries.length;
  }

  #invalid(what: string): GatewayError {
    return new GatewayError('UPSTREAM_INVALID_RESPONSE', `the list "${this.source.key}" ${what}`);
  }

  #tooMany(): ScanBudgetError {
    return new ScanBudgetError(this.#scan.limit, this.#advice());
  }
}
