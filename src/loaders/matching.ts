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
export async function matchAll<T>(
  records: readonly T[],
  judge: (record: T, lookup: Lookup) => Verdict,
  loaders: RelatedLoaders,
): Promise<readonly boolean[]> {
  const read = new Map<string, object | null>();
  const verdicts: boolean[] = records.map(() => false);
  let open = [...records.keys()];
  for (;;) {
    const wanted = new Map<string, Ref>();
    open = open.filter((index) => {
      const missing: Ref[] = [];
      const verdict = judge(records[index] as T, {
        get(ref) {
          const record = read.get(refKey(ref));
          if (record === undefined) missing.push(ref);
          return record;
        },
      });
      if (verdict === null) for (const ref of missing) wanted.set(refKey(ref), ref);
      else verdicts[index] = verdict;
      return verdict === null;
    });
    if (open.length === 0) return verdicts;
    if (wanted.size === 0) throw new Error('a record can be judged by nothing that could be read');
    await Promise.all(
      Array.from(wanted, async ([key, ref]) => void read.set(key, await loaderOf(ref, loaders).load(ref))),
    );
  }
}

function loaderOf(ref: Ref, loaders: RelatedLoaders): RefLoader<object> {
  const kind = KINDS.find((one) => one === ref.type);
  if (kind === undefined) throw new Error(`nothing is asked of a ${ref.type}`);
  return loaders[kind] as RefLoader<object>;
}
