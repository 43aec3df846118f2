import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { flatDeal } from './deal-flat.ts';
import type { Deal } from './records.ts';
import { savedFilter } from './saved-filters.ts';
import { integerText, oneOf, string } from './schema.ts';
import type { Account, Store } from './store.ts';
import {
  asReference,
  flag,
  offsetReply,
  offsetRules,
  organizationOf,
  personOf,
  readV1Query,
  relatedObjects,
  sortBy,
  userOf,
} from './v1.ts';

const SORTABLE = ['id', 'title', 'currency', 'status', 'stage_id', 'pipeline_id', 'add_time', 'update_time'] as const;

const archivedQuery = {
  user_id: integerText,
  filter_id: integerText,
  person_id: integerText,
  org_id: integerText,
  product_id: integerText,
  pipeline_id: integerText,
  stage_id: integerText,
  status: oneOf('open', 'won', 'lost', 'deleted', 'all_not_deleted'),
  sort: string,
  owned_by_you: flag,
  ...offsetRules,
};

/** GET /v1/deals/archived, which is deprecated. */
export function dealArchiveRoutes(account: Account): Route[] {
  return [{ method: 'GET', path: '/v1/deals/archived', tokens: 40, handler: (request) => list(account, request) }];
}

function list({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, archivedQuery);
  const passes = savedFilter(store, query.filter_id);
  const owner = query.owned_by_you ? store.caller.id : query.user_id;
  const { status = 'all_not_deleted' } = query;
  const rows = [...store.deals.values()].filter(
    (deal) =>
      deal.is_archived &&
      (status === 'all_not_deleted' ? !deal.is_deleted : (deal.is_deleted ? 'deleted' : deal.status) === status) &&
      (query.filter_id !== undefined
        ? passes(deal)
        : (owner === undefined || deal.owner_id === owner) &&
          (['person_id', 'org_id', 'pipeline_id', 'stage_id'] as const).every(
            (key) => query[key] === undefined || query[key] === deal[key],
          ) &&
          (query.product_id === undefined ||
            store.productsOf(deal.id).some(({ product_id }) => product_id === query.product_id))),
  );
  return offsetReply(
    sortBy(rows, query.sort, SORTABLE),
    query,
    (deal) => presentNested(store, deal),
    (page) =>
      relatedObjects(store, {
        users: page.flatMap(({ owner_id, creator_user_id }) => [owner_id, creator_user_id]),
        persons: page.map(({ person_id }) => person_id),
        organizations: page.map(({ org_id }) => org_id),
      }),
  );
}

/** A deal as v1 lists it: flat, except that references are nested. */
function presentNested(store: Store, deal: Deal): object {
  const user = (id: number) => ({ ...userOf(store, id), value: id });
  return {
    ...flatDeal(store, deal),
    creator_user_id: user(deal.creator_user_id),
    user_id: user(deal.owner_id),
    person_id: deal.person_id === null ? null : asReference(personOf(store, deal.person_id)),
    org_id: deal.org_id === null ? null : asReference(organizationOf(store, deal.org_id)),
  };
}
