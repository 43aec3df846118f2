import DataLoader from 'dataloader';

/** Answers for keys in their order; an error is one key's alone. */
type ReadMany<Key, T> = (keys: readonly Key[]) => Promise<readonly (T | null | Error)[]>;

type Answers<T> = ReadonlyMap<string, T | null | Error>;

/**
 * Loads things by key, each at most once, and all that are asked for at once together: a `DataLoader` of whole runs of
 * keys. A page of records costs one promise for all of them, and what has been loaded can be had without waiting.
 */
export class RunLoader<Key, T> {
  readonly #nameOf: (key: Key) => string;
  readonly #runs: DataLoader<readonly Key[], Answers<T>>;
  readonly #loading = new Map<string, Promise<Answers<T>>>();
  readonly #loaded = new Map<string, T | null | Error>();

  constructor(read: ReadMany<Key, T>, nameOf: (key: Key) => string) {
    this.#nameOf = nameOf;
    this.#runs = new DataLoader(
      async (runs) => {
        const answers = await this.#read(runs, read);
        return runs.map(() => answers);
      },
      { cache: false },
    );
  }

  /** `null` where there is none. */
  async load(key: Key): Promise<T | null> {
    const name = this.#nameOf(key);
    const found = this.#loaded.get(name);
    if (found !== undefined) return taken(found);
    const answers = await (this.#loading.get(name) ?? this.#begin(new Map([[name, key]])));
    return taken(answers.get(name) ?? null);
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return Promise.all(keys.map((key) => this.load(key).catch((error: Error) => error)));
  }

  /** What has been loaded already, without waiting; `undefined` for what has not. Throws what loading it came to. */
  peek(key: Key): T | null | undefined {
    const found = this.#loaded.get(this.#nameOf(key));
    return found === undefined ? undefined : taken(found);
  }

  /** Has everything loaded that is not yet. Never fails: what fails does so where it is asked for. */
  async prefetch(keys: readonly Key[]): Promise<void> {
    const loading = new Set<Promise<Answers<T>>>();
    for (const key of keys) {
      const other = this.#loading.get(this.#nameOf(key));
      if (other !== undefined) loading.add(other);
    }
    const missing = this.missing(keys);
    if (missing.size > 0) loading.add(this.#begin(missing));
    await Promise.all(loading);
  }

  /** Those nobody has asked for yet, by name. */
  missing(keys: readonly Key[]): ReadonlyMap<string, Key> {
    const missing = new Map<string, Key>();
    for (const key of keys) {
      const name = this.#nameOf(key);
      if (!this.#loaded.has(name) && !this.#loading.has(name)) missing.set(name, key);
    }
    return missing;
  }

  /** Whether somebody has asked for it. */
  has(key: Key): boolean {
    const name = this.#nameOf(key);
    return this.#loaded.has(name) || this.#loading.has(name);
  }

  /** Forgets: the next one who asks has it loaded anew. Those who wait already get what is being loaded. */
  clear(key: Key): void {
    const name = this.#nameOf(key);
    this.#loading.delete(name);
    this.#loaded.delete(name);
  }

  clearAll(): void {
    this.#loading.clear();
    this.#loaded.clear();
  }

  #begin(keys: ReadonlyMap<string, Key>): Promise<Answers<T>> {
    const loading: Promise<Answers<T>> = this.#runs.load([...keys.values()]).then((answers) => {
      for (const name of keys.keys()) {
        // Forgotten since.
        if (this.#loading.get(name) !== loading) continue;
        this.#loading.delete(name);
        this.#loaded.set(name, answers.get(name) ?? null);
      }
      return answers;
    });
    for (const name of keys.keys()) this.#loading.set(name, loading);
    return loading;
  }

  async #read(runs: readonly (readonly Key[])[], read: ReadMany<Key, T>): Promise<Answers<T>> {
    const keys = new Map(runs.flat().map((key) => [this.#nameOf(key), key]));
    const names = [...keys.keys()];
    const answers = await read([...keys.values()]).catch((error: Error) => names.map(() => error));
    return new Map(names.map((name, index) => [name, answers[index] ?? null]));
  }
}

function taken<T>(answer: T | null | Error): T | null {
  if (answer instanceof Error) throw answer;
  return answer;
}
