import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Found } from '../../domain/repository.ts';
import type { SavedFilter } from '../../domain/saved-filter.ts';
import type { User } from '../../domain/user.ts';
import type { KeptAnswers } from '../kept.ts';
import { boolean, id, list, text, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { createTable, readRows } from './tables.ts';

/** The visibility of what only its owner sees (v1, GET /filters: `visible_to`). */
const OWNER_ONLY = '1';

/** Maps a filter of v1. One that was deleted is not there. */
export function toSavedFilter(crm: string, wire: Wire): SavedFilter | null {
  if (!boolean(wire, 'active_flag', true)) return null;
  const visibleTo = textOrNull(wire, 'visible_to');
  return {
    ref: { crm, type: 'SavedFilter', id: id(wire) },
    name: text(wire, 'name'),
    owner: linkOrNull<User>(crm, 'User', wire, 'user_id'),
    isShared: visibleTo === null ? null : visibleTo !== OWNER_ONLY,
  };
}

/** The filters for deals that the token's user can use (v1, GET /filters), read once and kept. */
export function createSavedFilters(api: PipedriveApi, answers: KeptAnswers): CrmAdapter['savedFilters'] {
  const kept = answers.keep<Found<SavedFilter>>(ENDPOINTS.savedFilters.template, async (call) => {
    const query = [['type', 'deals']] as const;
    const values = await api.read(ENDPOINTS.savedFilters, query, call, ({ data }) =>
      data === null ? [] : list(data, 'data'),
    );
    return readRows(api.crm, 'saved filter', values, (wire) => toSavedFilter(api.crm, wire));
  });
  return createTable(kept, async () => null);
}
