import { partOfDeal, type Ref } from '../domain/ref.ts';
import { AskedLoader } from './loader.ts';
import type { AskedRefLoader } from './ref-loader.ts';
import type { Begin } from './run-loader.ts';

/** Finds parts of deals in the lists that hang on the deals: parts of one deal cost one reading of its list. */
export function partsOfDeals<T extends { readonly ref: Ref }>(
  lists: AskedRefLoader<readonly T[]>,
  begin: Begin,
): AskedRefLoader<T> {
  return new AskedLoader<Ref, T>(
    async (_crm, refs, because) => {
      const found = new Map<string, T | Error>();
      const find = async (ref: Ref): Promise<void> => {
        const list = await lists.loadFor({ ...ref, type: 'Deal', id: partOfDeal(ref.id).deal }, because);
        const part = list?.find((one) => one.ref.id === ref.id);
        if (part) found.set(ref.id, part);
      };
      await Promise.all(refs.map((ref) => find(ref).catch((error: Error) => found.set(ref.id, error))));
      return found;
    },
    (ref) => ref.crm,
    (ref) => ref.id,
    begin,
  );
}
