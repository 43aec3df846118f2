import type { Lookup } from '../domain/lookup.ts';
import { type Ref, refKey } from '../domain/ref.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Loaders } from './index.ts';
import type { RefLoader } from './ref-loader.ts';

/** The loaders of what a filter may ask of records behind references. */
const KINDS = ['Person', 'Organization', 'Stage', 'Pipeline', 'User', 'Label'] as const;
export type RelatedLoaders = Pick<Loaders, (typeof KINDS)[number]>;

/**
 * Which of the records match. Each is judged by what is known; what that leaves open names the records it has to be
 * told of, which are read in one batch for all, and so on until every record is decided.
 */
export function matchAll<T>(
  records: readonly T[],
  judge: (record: T, lookup: Lookup) => Verdict,
  loaders: RelatedLoaders,
): readonly boolean[] | Promise<readonly boolean[]> {
  const known = new Known();
  const verdicts: boolean[] = [];
  const open: number[] = [];
  for (let index = 0; index < records.length; index += 1) {
    const verdict = known.judge(records[index] as T, judge);
    verdicts.push(verdict === true);
    if (verdict === null) open.push(index);
  }
  return open.length === 0 ? verdicts : decide(open, records, verdicts, judge, known, loaders);
}

async function decide<T>(
  undecided: readonly number[],
  records: readonly T[],
  verdicts: boolean[],
  judge: (record: T, lookup: Lookup) => Verdict,
  known: Known,
  loaders: RelatedLoaders,
): Promise<readonly boolean[]> {
  let open = undecided;
  while (open.length > 0) {
    await known.readWanted(loaders);
    open = open.filter((index) => {
      const verdict = known.judge(records[index] as T, judge);
      verdicts[index] = verdict === true;
      return verdict === null;
    });
  }
  return verdicts;
}

/** What has been read of the records beside those that are matched, and what has to be. */
class Known implements Lookup {
  readonly #read = new Map<string, object | null>();
  readonly #wanted = new Map<string, Ref>();
  #missing: Ref[] = [];

  get(ref: Ref): object | null | undefined {
    const record = this.#read.get(refKey(ref));
    if (record === undefined) this.#missing.push(ref);
    return record;
  }

  /** Whether a record matches. What is missing to tell is wanted from now on. */
  judge<T>(record: T, judge: (record: T, lookup: Lookup) => Verdict): Verdict {
    const verdict = judge(record, this);
    if (this.#missing.length > 0) {
      if (verdict === null) for (const ref of this.#missing) this.#wanted.set(refKey(ref), ref);
      this.#missing = [];
    }
    return verdict;
  }

  async readWanted(loaders: RelatedLoaders): Promise<void> {
    if (this.#wanted.size === 0) throw new Error('a record can be judged by nothing that could be read');
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    await Promise.all(
      wanted.map(async ([key, ref]) => void this.#read.set(key, await loaderOf(ref, loaders).load(ref))),
    );
  }
}

function loaderOf(ref: Ref, loaders: RelatedLoaders): RefLoader<object> {
  const kind = KINDS.find((one) => one === ref.type);
  if (kind === undefined) throw new Error(`nothing is asked of a ${ref.type}`);
  return loaders[kind] as RefLoader<object>;
}
