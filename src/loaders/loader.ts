import { type Answers, type Begin, type Run, RunLoader } from './run-loader.ts';

/** Loads things by key, each at most once in an operation, and all that are asked for at once together. */
export interface Loader<Key, T> {
  /** `null` where there is none. */
  load(key: Key): Promise<T | null>;
  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]>;
  /** What has been loaded already, without waiting; `undefined` for what has not. Throws what loading it came to. */
  peek(key: Key): T | null | undefined;
  /**
   * Has everything loaded that is not yet; `null` where there is nothing to wait for. Never fails: what fails does so
   * where it is asked for.
   */
  prefetch(keys: readonly Key[]): Promise<unknown> | null;
  clear(key: Key): unknown;
  clearAll(): unknown;
}

/** The field that asks. */
export interface Asker {
  /** For example `Deal.person`. */
  readonly field: string;
  /** Something is loaded that this operation had not asked for before. */
  asked(crm: string): void;
}

/** Reads what belongs to keys of one CRM. */
type Read<Key, T> = (crm: string, keys: readonly Key[], because: readonly string[]) => Promise<Answers<T>>;

/** A loader that knows which fields ask. Each CRM has batches of its own: whoever asks one does not wait for another. */
export class AskedLoader<Key, T> implements Loader<Key, T> {
  readonly #read: Read<Key, T>;
  readonly #crmOf: (key: Key) => string;
  readonly #nameOf: (key: Key) => string;
  readonly #begin: Begin;
  readonly #crms = new Map<string, RunLoader<Key, T>>();

  /** `nameOf` tells apart the keys of one CRM. */
  constructor(read: Read<Key, T>, crmOf: (key: Key) => string, nameOf: (key: Key) => string, begin: Begin) {
    this.#read = read;
    this.#crmOf = crmOf;
    this.#nameOf = nameOf;
    this.#begin = begin;
  }

  load(key: Key): Promise<T | null> {
    return this.#of(this.#crmOf(key)).load(key);
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return Promise.all(keys.map((key) => this.load(key).catch((error: Error) => error)));
  }

  peek(key: Key): T | null | undefined {
    return this.#of(this.#crmOf(key)).peek(key);
  }

  prefetch(keys: readonly Key[]): Promise<unknown> | null {
    return this.prefetchBy(keys, null);
  }

  clear(key: Key): void {
    this.#of(this.#crmOf(key)).clear(key);
  }

  clearAll(): void {
    for (const loader of this.#crms.values()) loader.clearAll();
  }

  /** See `Loaders`. */
  release(): void {
    for (const loader of this.#crms.values()) loader.release();
  }

  /** Loads on behalf of the fields that ask for something this is a part of. */
  loadFor(key: Key, because: readonly string[]): Promise<T | null> {
    const loader = this.#of(this.#crmOf(key));
    let run = loader.runOf(key);
    if (run === undefined) {
      run = loader.begin(key);
      for (const field of because) run.because.add(field);
    }
    return loader.answer(key, run);
  }

  /** The same loader, as a field sees it: what it asks for first is read because of it. */
  askedBy(asker: Asker): Loader<Key, T> {
    return new FieldLoader(this, asker);
  }

  /** Loads on behalf of a field. */
  loadBy(key: Key, asker: Asker): Promise<T | null> {
    const crm = this.#crmOf(key);
    const loader = this.#of(crm);
    return loader.answer(key, loader.runOf(key) ?? begin(loader, key, crm, asker));
  }

  /** Has everything loaded on behalf of a field. */
  prefetchBy(keys: readonly Key[], asker: Asker | null): Promise<unknown> | null {
    // Most of a page are in the same run.
    let last: Run<Key, T> | null = null;
    let others: Set<Promise<unknown>> | null = null;
    for (const key of keys) {
      const crm = this.#crmOf(key);
      const loader = this.#of(crm);
      const run: Run<Key, T> = loader.runOf(key) ?? begin(loader, key, crm, asker);
      if (run === last || run.answers !== null) continue;
      if (last !== null) others = (others ?? new Set()).add(last.done);
      last = run;
    }
    if (last === null) return null;
    return others === null ? last.done : Promise.all(others.add(last.done));
  }

  #of(crm: string): RunLoader<Key, T> {
    const known = this.#crms.get(crm);
    if (known) return known;
    const fresh = new RunLoader<Key, T>((keys, because) => this.#read(crm, keys, because), this.#nameOf, this.#begin);
    this.#crms.set(crm, fresh);
    return fresh;
  }
}

/** A loader as a field sees it. */
class FieldLoader<Key, T> implements Loader<Key, T> {
  readonly #whole: AskedLoader<Key, T>;
  readonly #asker: Asker;

  constructor(whole: AskedLoader<Key, T>, asker: Asker) {
    this.#whole = whole;
    this.#asker = asker;
  }

  load(key: Key): Promise<T | null> {
    return this.#whole.loadBy(key, this.#asker);
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return Promise.all(keys.map((key) => this.load(key).catch((error: Error) => error)));
  }

  peek(key: Key): T | null | undefined {
    return this.#whole.peek(key);
  }

  prefetch(keys: readonly Key[]): Promise<unknown> | null {
    return this.#whole.prefetchBy(keys, this.#asker);
  }

  clear(key: Key): void {
    this.#whole.clear(key);
  }

  clearAll(): void {
    this.#whole.clearAll();
  }
}

function begin<Key, T>(loader: RunLoader<Key, T>, key: Key, crm: string, asker: Asker | null): Run<Key, T> {
  const run = loader.begin(key);
  if (asker !== null) {
    run.because.add(asker.field);
    asker.asked(crm);
  }
  return run;
}
