import { partOfDeal, type Ref, refKey } from '../domain/ref.ts';
import { Loader } from './loader.ts';
import type { RefLoader } from './ref-loader.ts';

/** Finds parts of deals in the lists that hang on the deals: parts of one deal cost one reading of its list. */
export function partsOfDeals<T extends { readonly ref: Ref }>(lists: RefLoader<readonly T[]>): RefLoader<T> {
  const find = async (ref: Ref): Promise<T | null> => {
    const list = await lists.load({ ...ref, type: 'Deal', id: partOfDeal(ref.id).deal });
    return list?.find((part) => part.ref.id === ref.id) ?? null;
  };
  return new Loader<Ref, T>((refs) => Promise.all(refs.map((ref) => find(ref).catch((error: Error) => error))), refKey);
}
