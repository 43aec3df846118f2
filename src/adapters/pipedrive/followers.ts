import type { Call } from '../../domain/call.ts';
import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Follower, FollowerWrites } from '../../domain/follower.ts';
import { compareRemoteIds } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import type { Settling } from '../../domain/write-step.ts';
import { isWithin } from '../crm-clock.ts';
import { ofEachDeal } from '../each-deal.ts';
import { appliedIf, unknown } from '../settling.ts';
import { id, instantOrNull, object, readRecord, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkTo } from './links.ts';
import { takeStep } from './steps.ts';
import { parseTime } from './times.ts';

/** Users who follow a deal (v2, GET /deals/{id}/followers): one call per deal. */
export function createFollowers(api: PipedriveApi): CrmAdapter['followers'] {
  return { ofDeals: (deals, call) => ofEachDeal(deals, (deal) => followersOf(api, deal.ref.id, call)) };
}

/** v2 names a follower by the user, not by a link of its own. */
export function createFollowerWrites(api: PipedriveApi): FollowerWrites {
  return {
    async add(deal, user, call) {
      const step = {
        name: 'add',
        endpoint: ENDPOINTS.addFollower,
        ids: { id: deal },
        sent: { body: { user_id: Number(user) }, keys: { user_id: ['user'] } },
        read: (data: unknown) => sameUser(data, user),
        async settle({ sentAt, call: reading }: Settling<unknown>) {
          const follower = await followerOf(api, deal, user, reading);
          if (follower === undefined) return unknown(`user ${user} does not follow deal ${deal}`);
          // Who followed it before was refused.
          const isNew = isWithin(api.time.spanOf(sentAt), follower.since);
          return appliedIf(isNew, user, `user ${user} has been following deal ${deal} for longer`);
        },
        previewed: user,
      };
      try {
        await takeStep(api, step, call);
      } catch (error) {
        throw (await followsAlready(api, deal, user, error, call)) ?? error;
      }
      return { deal, problems: [] };
    },

    async delete(deal, { user }, call) {
      const who = user.ref.id;
      await takeStep(
        api,
        {
          name: 'delete',
          endpoint: ENDPOINTS.deleteFollower,
          ids: { id: deal, user: who },
          read: (data) => sameUser(data, who),
          async settle(settling) {
            const follower = await followerOf(api, deal, who, settling.call);
            return appliedIf(follower === undefined, who, `user ${who} follows deal ${deal}`);
          },
          previewed: who,
        },
        call,
      );
      return { deal, problems: [] };
    },
  };
}

/** In order of time: the API documents none. */
async function followersOf(api: PipedriveApi, deal: string, call: Call): Promise<readonly Follower[]> {
  const values = await api.all(ENDPOINTS.followers, [], call, { id: deal });
  return values
    .map((value) => readRecord(api.crm, 'follower', value, (wire) => toFollower(api.crm, wire)))
    .toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0) || compareRemoteIds(a.user.ref.id, b.user.ref.id));
}

async function followerOf(api: PipedriveApi, deal: string, user: string, call: Call): Promise<Follower | undefined> {
  return (await followersOf(api, deal, call)).find((follower) => follower.user.ref.id === user);
}

function toFollower(crm: string, wire: Wire): Follower {
  return {
    user: linkTo<User>(crm, 'User', id(wire, 'user_id')),
    since: instantOrNull(wire, 'add_time', parseTime),
  };
}

/** A user who follows the deal is refused with a 400 that does not say why: the list of followers does. */
async function followsAlready(
  api: PipedriveApi,
  deal: string,
  user: string,
  refusal: unknown,
  call: Call,
): Promise<GatewayError | null> {
  if (!(refusal instanceof GatewayError) || refusal.code !== 'REJECTED_BY_CRM') return null;
  const followers = await followersOf(api, deal, call).catch(() => []);
  if (!followers.some((follower) => follower.user.ref.id === user)) return null;
  return new GatewayError('CONFLICT', `${api.crm}: user ${user} follows deal ${deal} already`, {
    ...refusal.details,
    path: ['user'],
    cause: refusal,
  });
}

function sameUser(data: unknown, expected: string): string {
  if (id(object(data, 'data'), 'user_id') !== expected) throw new WireError('data is another user');
  return expected;
}
