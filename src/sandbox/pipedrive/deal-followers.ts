import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import type { Follower } from './deal-records.ts';
import { readEditableDeal } from './deals.ts';
import { deletionReply, listReply, readRecord, requireReference, success } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import type { Deal } from './records.ts';
import { integer, limit, readBody, readPathId, readQuery, string, toTime } from './schema.ts';
import { type Account, ofDeal, type Store } from './store.ts';
import { offsetReply, offsetRules, readV1Id, readV1Query, spaced } from './v1.ts';

const pageQuery = { limit, cursor: string };

/** The users following a deal, in v2 by user and in v1 by relationship. */
export function dealFollowerRoutes(account: Account): Route[] {
  const v2 = '/api/v2/deals/:id/followers';
  const v1 = '/v1/deals/:id/followers';
  return [
    {
      method: 'GET',
      path: v2,
      tokens: 10,
      handler: (request) => {
        const query = readQuery(request, pageQuery);
        const { id } = readRecord(account.store.deals, request, 'Deal');
        return listReply(account.store.followersOf(id), query, present);
      },
    },
    { method: 'POST', path: v2, tokens: 5, handler: (request) => addFollower(account, request) },
    { method: 'GET', path: `${v2}/changelog`, tokens: 10, handler: (request) => listChanges(account, request) },
    { method: 'DELETE', path: `${v2}/:follower`, tokens: 3, handler: (request) => deleteFollower(account, request) },
    {
      method: 'GET',
      path: v1,
      tokens: 20,
      handler: (request) => {
        const query = readV1Query(request, offsetRules);
        const { id } = readRecord(account.store.deals, request, 'Deal');
        return offsetReply(account.store.followersOf(id), query, presentV1);
      },
    },
    {
      method: 'POST',
      path: v1,
      tokens: 10,
      handler: (request) => {
        const deal = readEditableDeal(account.store, request);
        return success(presentV1(follow(account, deal, readV1Id(request, 'user_id'))));
      },
    },
    {
      method: 'DELETE',
      path: `${v1}/:follower`,
      tokens: 6,
      handler: (request) => {
        const deal = readEditableDeal(account.store, request);
        const follower = account.store.followers.get(readPathId(request, 'follower'));
        if (follower?.deal_id !== deal.id) throw notFound('Follower');
        account.store.followers.delete(follower.id);
        return deletionReply(follower.id, false);
      },
    },
  ];
}

function present({ user_id, add_time }: Follower): object {
  return { user_id, add_time };
}

function presentV1({ id, deal_id, user_id, add_time }: Follower): object {
  return { user_id, id, deal_id, add_time: spaced(add_time) };
}

function addFollower(account: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(account.store, request);
  const { user_id } = readBody(request, { user_id: integer }, ['user_id']);
  return success(present(follow(account, deal, user_id as number)), 201);
}

function follow({ store, now }: Account, deal: Deal, user_id: number): Follower {
  requireReference(store.users, user_id, 'User');
  if (followerOf(store, deal, user_id)) throw ruleViolation(`User with id ${user_id} already follows the deal.`);
  const follower = { id: store.nextId(store.followers), deal_id: deal.id, user_id, add_time: toTime(now()) };
  store.followers.set(follower.id, follower);
  return follower;
}

function deleteFollower({ store }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const follower = followerOf(store, deal, readPathId(request, 'follower'));
  if (!follower) throw notFound('Follower');
  store.followers.delete(follower.id);
  return success({ user_id: follower.user_id });
}

function followerOf(store: Store, deal: Deal, userId: number): Follower | undefined {
  return store.followersOf(deal.id).find(({ user_id }) => user_id === userId);
}

function listChanges({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, pageQuery);
  const { id } = readRecord(store.deals, request, 'Deal');
  return listReply(ofDeal(store.followerChanges, id), query, ({ action, actor_user_id, member_id, time }) => ({
    action,
    actor_user_id,
    follower_user_id: member_id,
    time,
  }));
}
