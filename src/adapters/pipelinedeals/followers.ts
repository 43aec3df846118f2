import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { FollowerWrites } from '../../domain/follower.ts';
import { carriedBy } from './carried-by.ts';
import type { DealIdLists } from './deal-id-lists.ts';
import type { Deals } from './deals.ts';
import { conflict } from './write-errors.ts';

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
