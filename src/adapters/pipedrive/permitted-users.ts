import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { compareRemoteIds } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import { ofEachDeal } from '../each-deal.ts';
import { ids, readRecord } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkTo } from './links.ts';

/** Users who may see a deal (v1, GET /deals/{id}/permittedUsers, a list of bare ids): one call per deal. */
export function createPermittedUsers(api: PipedriveApi): CrmAdapter['permittedUsers'] {
  return {
    ofDeals: (deals, call) =>
      ofEachDeal(deals, async (deal) => {
        const users = await api.unpaged(ENDPOINTS.permittedUsers, call, { id: deal.ref.id });
        return readRecord(api.crm, 'list of permitted users', { users }, (wire) => ids(wire, 'users'))
          .toSorted(compareRemoteIds)
          .map((user) => linkTo<User>(api.crm, 'User', user));
      }),
  };
}
