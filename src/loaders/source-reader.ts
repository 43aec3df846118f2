import type { Call } from '../domain/call.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Source, SourcePage } from '../domain/list.ts';
import type { GlobalPlace } from '../domain/order.ts';
import { forPage } from './for-page.ts';
import type { LeftOut, ListRules } from './list-rules.ts';
import { MAX_PAGE, withLookahead } from './page-size.ts';
import { Progress } from './progress.ts';
import { type Ahead, readAgain, type SourcePosition, type SourceState } from './source-state.ts';

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
  /** The page of its source it was read on. */
  readonly position: string | null;
  /** How many records of that page come before it. */
  readonly before: number;
  /** How many pages were read until then. */
  readonly page: number;
}

/** From four on, single records are no cheaper than one more page. */
const MOST_AHEAD = 3;

const NOTHING: SourcePage<never> = { records: [], next: null, unreadable: [], total: null };

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
  readonly #first: number;
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
    this.#first = limits.first;
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
    if (!first) return this.#next;
    let start = first;
    // The CRM may have given the others of a run before it.
    for (let at = this.#taken + 1; at < this.#entries.length; at += 1) {
      const entry = this.#entries[at] as Entry<T>;
      if (this.#rules.compareKeys(entry.place.key, first.place.key) !== 0) break;
      if (entry.page < start.page || (entry.page === start.page && entry.before < start.before)) start = entry;
    }
    const { position, before } = start;
    if (!this.source.readMany || this.#entries.length - this.#taken > MOST_AHEAD) return { position, before };
    const left = this.#entries.slice(this.#taken).map(({ place }) => place);
    const next = this.#next === 'done' ? null : this.#next.position;
    return { position, before, ahead: { ids: left.map(({ id }) => id), key: left.at(-1)?.key ?? null, next } };
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
      else await this.#readPage(this.#next, call);
    }
  }

  async #readPage(start: SourcePosition, call: Call): Promise<void> {
    const again = this.source.readMany ? readAgain(start, this.#first) : null;
    const { position, before = 0 } = again ? { position: again.next } : start;
    const limit = this.#pageSize(before, again?.ids.length ?? 0);
    const within = forPage(call, position, limit);
    const isOver = again !== null && position === null;
    const [left, page] = await Promise.all([
      again ? this.#readMany(again, start, within) : [],
      isOver ? NOTHING : this.source.read({ position, after: this.#last }, limit, within),
    ]);
    if (!isOver) this.requests += 1;
    this.total ??= page.total;
    this.unreadable.push(...page.unreadable);
    if (page.next !== null && page.next === position) throw this.#invalid('repeated a page');
    this.#next = page.next === null ? 'done' : { position: page.next };
    const ahead = this.#ahead(left, page.records, position);
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

  /** What was read before and is still to come. What moved behind it since comes where it is now. */
  async #readMany({ ids, key }: Ahead, start: SourcePosition, call: Call): Promise<readonly Entry<T>[]> {
    const { position, before = 0 } = start;
    const entries: Entry<T>[] = [];
    for (const record of (await this.source.readMany?.(ids, call))?.values() ?? []) {
      if (record instanceof GatewayError) {
        this.unreadable.push(record);
        continue;
      }
      const place = this.#rules.place(record, this.crm);
      if (this.#rules.compareKeys(place.key, key) <= 0) entries.push({ record, place, position, before, page: 0 });
    }
    return entries.sort((a, b) => this.#rules.comparePlaces(a.place, b.place));
  }

  /** Those of what was left and of a page that are still to come, with their places. */
  #ahead(left: readonly Entry<T>[], records: readonly T[], position: string | null): readonly Entry<T>[] {
    const ahead: Entry<T>[] = [];
    let previous: GlobalPlace | null = null;
    const isToCome = (place: GlobalPlace): boolean => {
      if (previous !== null && this.#rules.compareKeys(previous.key, place.key) > 0) {
        throw this.#invalid('is out of order');
      }
      previous = place;
      // What is past the end of the walk comes in order too, so nothing else follows it.
      const isOver = this.#isOver(place);
      if (isOver) this.#next = 'done';
      return !isOver && this.#isAhead(place) && !this.#leftOut.given.has(Number(place.id));
    };
    for (const entry of left) if (isToCome(entry.place)) ahead.push(entry);
    for (let before = 0; before < records.length; before += 1) {
      const record = records[before] as T;
      const place = this.#rules.place(record, this.crm);
      if (isToCome(place)) ahead.push({ record, place, position, before, page: this.requests });
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
   * speaks for a run, few more are read: a CRM whose pages go on where the last one ended has the others when they are
   * asked for. Where the next page cannot begin on this one, just one more is read, which the next page reads by id.
   */
  #pageSize(before: number, again: number): number {
    if (this.requests > 0 && !this.#found) return MAX_PAGE;
    const run = this.#entries.length - this.#runFrom;
    const isEnd = this.requests > 0 && this.source.isSeamless === true && run === 1;
    const size = before + (isEnd ? Math.min(this.#limit, withLookahead(this.#wanted)) : this.#limit);
    const least = before + this.#wanted + 1 - again - run;
    const isExact = this.source.readMany !== undefined && (this.requests === 0 || isEnd);
    return Math.min(isExact && least + this.#first > MAX_PAGE ? least : size, size, MAX_PAGE);
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
    this.#foundSoFar += 1;
    this.#entries.push(entry);
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
