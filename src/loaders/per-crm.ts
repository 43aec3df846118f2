import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import { type Ref, refKey } from '../domain/ref.ts';
import type { Found } from '../domain/repository.ts';
import { AskedLoader } from './loader.ts';

/**
 * Loads what belongs to keys of several CRMs: one call to each CRM for all that are asked for at once, each answer
 * at its own place, `null` for what the CRM does not have. What fails for one key, or one CRM, fails only there.
 * `nameOf` tells keys apart that have the same reference.
 */
export function perCrm<Key, T>(
  crms: Crms,
  refOf: (key: Key) => Ref,
  read: (adapter: CrmAdapter, keys: readonly Key[], because: readonly string[]) => Promise<Found<T>>,
  nameOf: (key: Key) => string = (key) => refKey(refOf(key)),
): AskedLoader<Key, T> {
  return new AskedLoader<Key, T>(
    async (keys, because) => {
      const keysByCrm = groupByCrm(keys, refOf);
      const foundByCrm = new Map<string, Found<T> | Error>();
      await Promise.all(
        Array.from(keysByCrm, async ([crm, own]) => {
          const adapter = crms.get(crm);
          foundByCrm.set(crm, adapter ? await read(adapter, own, because).catch(asError) : unknownCrm(crm));
        }),
      );
      return keys.map((key) => {
        const { crm, id } = refOf(key);
        const found = foundByCrm.get(crm);
        return found instanceof Error ? found : (found?.get(id) ?? null);
      });
    },
    nameOf,
    (key) => refOf(key).crm,
  );
}

function groupByCrm<Key>(keys: readonly Key[], refOf: (key: Key) => Ref): Map<string, Key[]> {
  const groups = new Map<string, Key[]>();
  for (const key of keys) {
    const { crm } = refOf(key);
    const group = groups.get(crm);
    if (group) group.push(key);
    else groups.set(crm, [key]);
  }
  return groups;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('something that is no error was thrown', { cause: error });
}

function unknownCrm(crm: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `no CRM "${crm}" is configured`);
}
