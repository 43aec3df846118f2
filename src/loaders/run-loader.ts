import DataLoader from 'dataloader';
import { asError } from '../domain/errors.ts';

/** What was found, by name; an error is one key's alone. What there is none of is absent. */
export type Answers<T> = ReadonlyMap<string, T | Error>;

/** Reads what belongs to distinct keys. `because`: the fields that ask for them. */
export type ReadMany<Key, T> = (keys: readonly Key[], because: readonly string[]) => Promise<Answers<T>>;

/** Begins the reading of runs, of all that come up at once in the same turn. */
export type Begin = DataLoader<() => Promise<void>, void>;

/** For all loaders of an operation. Each run is answered for itself: none waits for those that were begun with it. */
export function createBegin(): Begin {
  return new DataLoader(async (reads) => reads.map((read) => read() as unknown as undefined), { cache: false });
}

const OVER = new Error('the operation is over');

/** Keys that are read together. */
export class Run<Key, T> {
  readonly keys: Key[] = [];
  /** The fields that ask for them. */
  readonly because = new Set<string>();
  /** What reading them came to, once it has. */
  answers: Answers<T> | Error | null = null;
  /** Settles when there are answers. Never fails. */
  done: Promise<unknown> = Promise.resolve();
}

/**
 * Loads things by key, each at most once, and all that are asked for at once together. What a `DataLoader` loads here
 * are whole runs of keys: a page of records costs one promise for all of them, and what has been loaded can be had
 * without waiting.
 */
export class RunLoader<Key, T> {
  readonly #nameOf: (key: Key) => string;
  readonly #read: ReadMany<Key, T>;
  readonly #begin: Begin;
  /** The run each was asked for in, by name. */
  readonly #runs = new Map<string, Run<Key, T>>();
  /** The run in which something was found last. */
  #last: Run<Key, T> | null = null;
  /** The run that others may still be added to. */
  #next: Run<Key, T> | null = null;

  constructor(read: ReadMany<Key, T>, nameOf: (key: Key) => string, begin: Begin) {
    this.#read = read;
    this.#nameOf = nameOf;
    this.#begin = begin;
  }

  /** The run a key was asked for in; `undefined` when nobody has asked for it. */
  runOf(key: Key): Run<Key, T> | undefined {
    return this.#runs.get(this.#nameOf(key));
  }

  /** Has a key read that nobody has asked for. */
  begin(key: Key): Run<Key, T> {
    const run = this.#next ?? this.#beginRun();
    // It is over: nothing is read any more.
    if (run.answers !== null) return run;
    run.keys.push(key);
    this.#runs.set(this.#nameOf(key), run);
    return run;
  }

  #beginRun(): Run<Key, T> {
    const run = new Run<Key, T>();
    this.#next = run;
    run.done = this.#begin.load(() => {
      if (run.answers !== null) return Promise.resolve();
      this.#next = null;
      return fill(run, this.#read);
    });
    return run;
  }

  /** `null` where there is none. */
  load(key: Key): Promise<T | null> {
    return this.answer(key, this.runOf(key) ?? this.begin(key));
  }

  /** What a run comes to for a key of it. */
  async answer(key: Key, run: Run<Key, T>): Promise<T | null> {
    if (run.answers === null) await run.done;
    return this.#answerIn(run, key) as T | null;
  }

  loadMany(keys: readonly Key[]): Promise<(T | null | Error)[]> {
    return Promise.all(keys.map((key) => this.load(key).catch((error: Error) => error)));
  }

  /** What has been loaded already, without waiting; `undefined` for what has not. Throws what loading it came to. */
  peek(key: Key): T | null | undefined {
    // Most of a page were read together, so that one look is enough for what was found.
    const known = this.#last !== null && foundIn(this.#last, this.#nameOf(key));
    if (known) return known;
    const run = this.runOf(key);
    if (run === undefined) return undefined;
    this.#last = run;
    return this.#answerIn(run, key);
  }

  /** Has everything loaded that is not yet. Never fails: what fails does so where it is asked for. */
  async prefetch(keys: readonly Key[]): Promise<void> {
    const runs = new Set<Promise<unknown>>();
    for (const key of keys) runs.add((this.runOf(key) ?? this.begin(key)).done);
    await Promise.all(runs);
  }

  /** Forgets: the next one who asks has it loaded anew. Those who wait already get what is being loaded. */
  clear(key: Key): void {
    this.#forget(this.#nameOf(key));
  }

  clearAll(): void {
    for (const name of this.#runs.keys()) this.#forget(name);
  }

  /** Nobody asks any more: holds nothing of what was read. Whoever asks all the same is told that it is over. */
  release(): void {
    for (const run of this.#runs.values()) {
      if (run.answers !== null) run.keys.length = 0;
      run.answers = OVER;
    }
    this.#runs.clear();
    this.#last = null;
    this.#next = over();
  }

  /** What is not being read yet is going to be loaded anew as it is. */
  #forget(name: string): void {
    this.#last = null;
    if (this.#next === null || this.#runs.get(name) !== this.#next) this.#runs.delete(name);
  }

  #answerIn({ answers }: Run<Key, T>, key: Key): T | null | undefined {
    if (answers === null) return undefined;
    const answer = answers instanceof Error ? answers : answers.get(this.#nameOf(key));
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  }
}

function foundIn<Key, T>({ answers }: Run<Key, T>, name: string): T | null {
  const answer = answers === null || answers instanceof Error ? undefined : answers.get(name);
  return answer === undefined || answer instanceof Error ? null : answer;
}

function over<Key, T>(): Run<Key, T> {
  const run = new Run<Key, T>();
  run.answers = OVER;
  return run;
}

async function fill<Key, T>(run: Run<Key, T>, read: ReadMany<Key, T>): Promise<void> {
  let answers: Answers<T> | Error;
  try {
    answers = await read(run.keys, [...run.because]);
  } catch (error) {
    answers = asError(error);
  }
  run.answers ??= answers;
}
