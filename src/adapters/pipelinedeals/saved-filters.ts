import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Found } from '../../domain/repository.ts';
import type { SavedFilter } from '../../domain/saved-filter.ts';
import type { User } from '../../domain/user.ts';
import { boolean, id, isWire, text, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { embedded, namedLink } from './links.ts';
import { KeptTable, readRows } from './table.ts';

/** Saved filters for deals, the user's own and those shared with them (`GET /searches`), read once and kept. */
export class SavedFilters implements Pick<CrmAdapter['savedFilters'], 'all' | 'getMany'> {
  readonly #table: KeptTable<SavedFilter>;

  constructor(account: Account) {
    this.#table = new KeptTable(account, 'searches', async (call) => {
      const values = await account.api.all(collection('searches'), call);
      const forDeals = values.filter((value) => isWire(value) && value.search_type === 'deals');
      return readRows(account.crm, 'saved filter', forDeals, (wire) => toSavedFilter(account.crm, wire));
    });
  }

  all(call: Call): Promise<readonly SavedFilter[]> {
    return this.#table.all(call);
  }

  getMany(ids: readonly string[], call: Call): Promise<Found<SavedFilter>> {
    return this.#table.getMany(ids, call);
  }
}

function toSavedFilter(crm: string, wire: Wire): SavedFilter {
  return {
    ref: { crm, type: 'SavedFilter', id: id(wire) },
    name: text(wire, 'name'),
    owner: namedLink<User>(crm, 'User', embedded(wire, 'user_id', 'user')),
    isShared: boolean(wire, 'is_shared', false),
  };
}
