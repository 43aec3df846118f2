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

/** A loader that knows which fields ask. */
export class AskedLoader<Key, T> implements Loader<Key, T> {
  readonly #loader: RunLoader<Key, T>;
  readonly #crmOf: (key: Key) => string;
  /** The fields whose keys wait for the next batch. */
  #because = new Set<string>();

  constructor(
    batch: (keys: readonly Key[], because: readonly string[]) => Promise<readonly (T | null | Error)[]>,
    nameOf: (key: Key) => string,
    crmOf: (key: Key) => string,
  ) {
    this.#crmOf = crmOf;
    this.#loader = new RunLoader<Key, T>((keys) => {
      const because = [...this.#because];
      this.#because = new Set();
      return batch(keys, because);
    }, nameOf);
  }

  load(key: Key): Promise<T | null> {
    return this.#loader.load(key);
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return this.#loader.loadMany(keys);
  }

  peek(key: Key): T | null | undefined {
    return this.#loader.peek(key);
  }

  prefetch(keys: readonly Key[]): Promise<void> {
    return this.#loader.prefetch(keys);
  }

  clear(key: Key): void {
    this.#loader.clear(key);
  }

  clearAll(): void {
    this.#loader.clearAll();
  }

  /** Loads on behalf of the fields that ask for something this is a part of. */
  loadFor(key: Key, because: readonly string[]): Promise<T | null> {
    if (!this.#loader.has(key)) for (const field of because) this.#because.add(field);
    return this.#loader.load(key);
  }

  /** The same loader, as a field sees it: what it asks for first is read because of it. */
  askedBy(asker: Asker): Loader<Key, T> {
    const note = (key: Key) => {
      this.#because.add(asker.field);
      asker.asked(this.#crmOf(key));
    };
    const load = (key: Key): Promise<T | null> => {
      if (!this.#loader.has(key)) note(key);
      return this.#loader.load(key);
    };
    return {
      load,
      loadMany: (keys) => Promise.all(keys.map((key) => load(key).catch((error: Error) => error))),
      peek: (key) => this.#loader.peek(key),
      prefetch: (keys) => {
        for (const key of this.#loader.missing(keys).values()) note(key);
        return this.#loader.prefetch(keys);
      },
      clear: (key) => this.#loader.clear(key),
      clearAll: () => this.#loader.clearAll(),
    };
  }
}
