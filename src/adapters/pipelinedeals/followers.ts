import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Follower, FollowerWrites } from '../../domain/follower.ts';
import type { User } from '../../domain/user.ts';
import { ids, list, type Wire } from '../wire.ts';
import { carriedBy } from './carried-by.ts';
import type { DealIdLists } from './deal-id-lists.ts';
import type { Deals } from './deals.ts';
import { byId, fullName, link } from './links.ts';
import { conflict } from './write-errors.ts';

/**
 * The users a deal is shared with; `null` when the record does not tell. `collaborators` has the names to the ids of
 * `shared_user_ids`.
 */
export function dealFollowers(crm: string, deal: Wire): readonly Follower[] | null {
  if (deal.shared_user_ids === undefined && deal.collaborators === undefined) return null;
  const known = byId(list(deal.collaborators ?? [], 'collaborators'));
  return [...new Set([...ids(deal, 'shared_user_ids'), ...known.keys()])].map((user) => {
    const name = fullName(known.get(user) ?? {});
    return { user: link<User>(crm, 'User', user, name === null ? {} : { name }), since: null };
  });
}

export function createFollowers(deals: Deals): CrmAdapter['followers'] {
  return { ofDeals: (known, call) => carriedBy(deals, known, (deal) => deal.followers, call) };
}

/** To follow a deal is to have it shared, which also grants access to it. */
export function createFollowerWrites(crm: string, lists: DealIdLists): FollowerWrites {
  const change = (deal: string, id: string) => ({ deal, id, key: 'shared_user_ids', argument: 'user' }) as const;
  return {
    add: (deal, user, call) =>
      lists.change(
        {
          ...change(deal, user),
          apply(current) {
            if (current.includes(user)) throw conflict(crm, `user ${user} follows deal ${deal} already`, ['user']);
            return [...current, user];
          },
        },
        call,
      ),

    delete: (deal, follower, call) => {
      const user = follower.user.ref.id;
      return lists.change(
        {
          ...change(deal, user),
          apply(current) {
            if (current.includes(user)) return current.filter((other) => other !== user);
            throw new GatewayError('NOT_FOUND', `${crm}: user ${user} does not follow deal ${deal}`, {
              crm,
              path: ['user'],
            });
          },
        },
        call,
      );
    },
  };
}
