import { RunLoader } from './run-loader.ts';

/** Loads things by key, each at most once in an operation, and all that are asked for at once together. */
export interface Loader<Key, T> {
  /** `null` where there is none. */
  load(key: Key): Promise<T | null>;
  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]>;
  /** What has been loaded already, without waiting; `undefined` for what has not. Throws what loading it came to. */
  peek(key: Key): T | null | undefined;
  /** Has everything loaded that is not yet. Never fails: what fails does so where it is asked for. */
  prefetch(keys: readonly Key[]): Promise<void>;
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

/** What is loaded of one CRM. */
interface OfCrm<Key, T> {
  readonly loader: RunLoader<Key, T>;
  /** The fields whose keys wait for the next batch. */
  because: Set<string>;
}

/** A loader that knows which fields ask. Each CRM has batches of its own: whoever asks one does not wait for another. */
export class AskedLoader<Key, T> implements Loader<Key, T> {
  readonly #batch: (keys: readonly Key[], because: readonly string[]) => Promise<readonly (T | null | Error)[]>;
  readonly #nameOf: (key: Key) => string;
  readonly #crmOf: (key: Key) => string;
  readonly #crms = new Map<string, OfCrm<Key, T>>();

  constructor(
    batch: (keys: readonly Key[], because: readonly string[]) => Promise<readonly (T | null | Error)[]>,
    nameOf: (key: Key) => string,
    crmOf: (key: Key) => string,
  ) {
    this.#batch = batch;
    this.#nameOf = nameOf;
    this.#crmOf = crmOf;
  }

  load(key: Key): Promise<T | null> {
    return this.#of(key).loader.load(key);
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return Promise.all(keys.map((key) => this.load(key).catch((error: Error) => error)));
  }

  peek(key: Key): T | null | undefined {
    return this.#of(key).loader.peek(key);
  }

  prefetch(keys: readonly Key[]): Promise<void> {
    return this.#prefetch(keys, () => undefined);
  }

  clear(key: Key): void {
    this.#of(key).loader.clear(key);
  }

  clearAll(): void {
    for (const { loader } of this.#crms.values()) loader.clearAll();
  }

  /** Loads on behalf of the fields that ask for something this is a part of. */
  loadFor(key: Key, because: readonly string[]): Promise<T | null> {
    const own = this.#of(key);
    if (!own.loader.has(key)) for (const field of because) own.because.add(field);
    return own.loader.load(key);
  }

  /** The same loader, as a field sees it: what it asks for first is read because of it. */
  askedBy(asker: Asker): Loader<Key, T> {
    const note = (own: OfCrm<Key, T>, key: Key) => {
      own.because.add(asker.field);
      asker.asked(this.#crmOf(key));
    };
    const load = (key: Key): Promise<T | null> => {
      const own = this.#of(key);
      if (!own.loader.has(key)) note(own, key);
      return own.loader.load(key);
    };
    return {
      load,
      loadMany: (keys) => Promise.all(keys.map((key) => load(key).catch((error: Error) => error))),
      peek: (key) => this.peek(key),
      prefetch: (keys) => this.#prefetch(keys, note),
      clear: (key) => this.clear(key),
      clearAll: () => this.clearAll(),
    };
  }

  async #prefetch(keys: readonly Key[], note: (own: OfCrm<Key, T>, key: Key) => void): Promise<void> {
    const groups = new Map<OfCrm<Key, T>, Key[]>();
    for (const key of keys) {
      const own = this.#of(key);
      const group = groups.get(own);
      if (group) group.push(key);
      else groups.set(own, [key]);
    }
    const loading = Array.from(groups, ([own, group]) => {
      for (const key of own.loader.missing(group).values()) note(own, key);
      return own.loader.prefetch(group);
    });
    await Promise.all(loading);
  }

  #of(key: Key): OfCrm<Key, T> {
    const crm = this.#crmOf(key);
    const known = this.#crms.get(crm);
    if (known) return known;
    const loader = new RunLoader<Key, T>((keys) => {
      const because = [...own.because];
      own.because = new Set();
      return this.#batch(keys, because);
    }, this.#nameOf);
    const own: OfCrm<Key, T> = { loader, because: new Set() };
    this.#crms.set(crm, own);
    return own;
  }
}
