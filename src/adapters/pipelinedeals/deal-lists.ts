import type { Call, Receipt } from '../../domain/call.ts';
import { compareRemoteIds, type ItemRef } from '../../domain/ref.ts';
import type { Instant } from '../../domain/time.ts';
import { isWire, readRecords, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';

/** Something that is listed by the deal it hangs on. */
export interface Listed {
  readonly ref: ItemRef<string>;
  readonly createdAt: Instant | null;
}

/** A list of the API that `deal_id` narrows to one deal. */
export interface DealList<T extends Listed> {
  readonly collection: string;
  readonly what: string;
  /** The deal an entry hangs on. The parameter has been seen to let others through, so each entry is checked. */
  dealOf(wire: Wire): unknown;
  /** `null` for an entry that is not to be shown. */
  map(crm: string, wire: Wire): T | null;
}

/**
 * Lists of what hangs on a deal. The API sorts none of them, so each is read whole and sorted here, newest first. What
 * one operation asks for twice at a time is read once.
 */
export class DealLists {
  readonly #account: Account;
  readonly #reading = new WeakMap<Receipt, Map<string, Promise<readonly unknown[]>>>();

  constructor(account: Account) {
    this.#account = account;
  }

  get crm(): string {
    return this.#account.crm;
  }

  async of<T extends Listed>(list: DealList<T>, deal: string, call: Call): Promise<readonly T[]> {
    const entries = await this.#entries(list.collection, deal, call);
    const own = entries.filter((entry) => !isWire(entry) || String(list.dealOf(entry)) === deal);
    const { records, unreadable } = readRecords(this.crm, list.what, own, (wire) => list.map(this.crm, wire));
    const [first] = unreadable;
    if (first) throw first;
    return records.filter((record) => record !== null).toSorted(newestFirst);
  }

  #entries(name: string, deal: string, call: Call): Promise<readonly unknown[]> {
    const reading = this.#reading.get(call.receipt) ?? new Map<string, Promise<readonly unknown[]>>();
    this.#reading.set(call.receipt, reading);
    const key = `${name}/${deal}`;
    const joined = reading.get(key);
    if (joined) {
      call.receipt.coalesced(this.crm);
      return joined;
    }
    const read = this.#account.api.all(collection(name), call, [['deal_id', deal]]).finally(() => reading.delete(key));
    reading.set(key, read);
    return read;
  }
}

export function newestFirst(a: Listed, b: Listed): number {
  if (a.createdAt !== b.createdAt) {
    if (a.createdAt === null || b.createdAt === null) return a.createdAt === null ? 1 : -1;
    return b.createdAt - a.createdAt;
  }
  return compareRemoteIds(b.ref.id, a.ref.id);
}
