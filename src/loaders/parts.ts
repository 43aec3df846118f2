import { partOfDeal, type Ref, refKey } from '../domain/ref.ts';
import { AskedLoader } from './loader.ts';
import type { AskedRefLoader } from './ref-loader.ts';

/** Finds parts of deals in the lists that hang on the deals: parts of one deal cost one reading of its list. */
export function partsOfDeals<T extends { readonly ref: Ref }>(lists: AskedRefLoader<readonly T[]>): AskedRefLoader<T> {
  return new AskedLoader<Ref, T>(
    (refs, because) => {
      const find = async (ref: Ref): Promise<T | null> => {
        const list = await lists.loadFor({ ...ref, type: 'Deal', id: partOfDeal(ref.id).deal }, because);
        return list?.find((part) => part.ref.id === ref.id) ?? null;
      };
      return Promise.all(refs.map((ref) => find(ref).catch((error: Error) => error)));
    },
    refKey,
    (ref) => ref.crm,
  );
}
