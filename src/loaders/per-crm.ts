import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Ref } from '../domain/ref.ts';
import type { Found } from '../domain/repository.ts';
import { AskedLoader } from './loader.ts';
import type { Begin } from './run-loader.ts';

/**
 * Loads what belongs to keys of several CRMs: one call to each CRM for all that are asked for at once, `null` for what
 * the CRM does not have. What fails for one key, or one CRM, fails only there. `read` answers by the names of the keys,
 * which are the ids of their references unless told otherwise.
 */
export function perCrm<Key, T>(
  crms: Crms,
  begin: Begin,
  refOf: (key: Key) => Ref,
  read: (adapter: CrmAdapter, keys: readonly Key[], because: readonly string[]) => Promise<Found<T>>,
  nameOf: (key: Key) => string = (key) => refOf(key).id,
): AskedLoader<Key, T> {
  return new AskedLoader<Key, T>(
    (crm, keys, because) => {
      const adapter = crms.get(crm);
      if (!adapter) throw new GatewayError('BAD_USER_INPUT', `no CRM "${crm}" is configured`);
      return read(adapter, keys, because);
    },
    (key) => refOf(key).crm,
    nameOf,
    begin,
  );
}
