import DataLoader from 'dataloader';

/** Loads things by key, each at most once in an operation, and all that are asked for at once together. */
export interface Loader<Key, T> {
  /** `null` where there is none. */
  load(key: Key): Promise<T | null>;
  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]>;
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
  readonly #loader: DataLoader<Key, T | null, string>;
  readonly #loaded = new Map<string, Promise<T | null>>();
  readonly #crmOf: (key: Key) => string;
  /** The fields whose keys wait for the next batch. */
  #because = new Set<string>();

  constructor(
    batch: (keys: readonly Key[], because: readonly string[]) => Promise<readonly (T | null | Error)[]>,
    nameOf: (key: Key) => string,
    crmOf: (key: Key) => string,
  ) {
    this.#crmOf = crmOf;
    this.#loader = new DataLoader<Key, T | null, string>(
      (keys) => {
        const because = [...this.#because];
        this.#because = new Set();
        return batch(keys, because);
      },
      { cacheKeyFn: nameOf, cacheMap: this.#loaded },
    );
  }

  load(key: Key): Promise<T | null> {
    return this.#loader.load(key);
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return this.#loader.loadMany(keys);
  }

  clear(key: Key): void {
    this.#loader.clear(key);
  }

  clearAll(): void {
    this.#loader.clearAll();
  }

  /** Loads on behalf of the fields that ask for something this is a part of. */
  loadFor(key: Key, because: readonly string[]): Promise<T | null> {
    const before = this.#loaded.size;
    const loading = this.#loader.load(key);
    if (this.#loaded.size !== before) for (const field of because) this.#because.add(field);
    return loading;
  }

  /** The same loader, as a field sees it: what it asks for first is read because of it. */
  askedBy(asker: Asker): Loader<Key, T> {
    const load = (key: Key): Promise<T | null> => {
      const before = this.#loaded.size;
      const loading = this.#loader.load(key);
      if (this.#loaded.size !== before) {
        this.#because.add(asker.field);
        asker.asked(this.#crmOf(key));
      }
      return loading;
    };
    return {
      load,
      loadMany: (keys) => Promise.all(keys.map((key) => load(key).catch((error: Error) => error))),
      clear: (key) => this.#loader.clear(key),
      clearAll: () => this.#loader.clearAll(),
    };
  }
}
