import { describe, expect, it } from 'vitest';
import { toDeal } from '../../../src/adapters/pipedrive/deals.ts';
import { adapterOver, call, failureOf, timeout, wireDeal } from './support.ts';

const FOLLOWERS = '/api/v2/deals/42/followers';
const EARLY = { user_id: 305, add_time: '2026-02-11T08:15:42Z' };
const LATE = { user_id: 301, add_time: '2026-03-01T00:00:00Z' };
const REFUSED = { status: 400, body: { success: false, error: 'Bad request' } };

const deal = (id = 42) => toDeal('crm', wireDeal({ id }));

describe('followers', () => {
  it('are read page by page and given in order of time', async () => {
    const crm = adapterOver({
      [`GET ${FOLLOWERS}`]: ({ params }) => (params.cursor === 'p2' ? { data: [EARLY] } : { data: [LATE], next: 'p2' }),
    });
    const found = await crm.followers.ofDeals([deal()], call());
    expect(found.get('42')).toEqual([
      { user: { ref: { crm: 'crm', type: 'User', id: '305' }, known: {} }, since: Date.parse(EARLY.add_time) },
      { user: { ref: { crm: 'crm', type: 'User', id: '301' }, known: {} }, since: Date.parse(LATE.add_time) },
    ]);
    expect(crm.http.tokens).toBe(20);
  });

  it('fail only at the deal they could not be read of, and a deal that is gone has none', async () => {
    const crm = adapterOver({
      [`GET ${FOLLOWERS}`]: { data: [EARLY] },
      'GET /api/v2/deals/43/followers': { data: [{ user_id: 'x' }] },
      'GET /api/v2/deals/44/followers': { status: 404, body: { success: false } },
    });
    const found = await crm.followers.ofDeals([deal(42), deal(43), deal(44)], call());
    expect(found.get('42')).toHaveLength(1);
    expect(found.get('43')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(found.get('44')).toEqual([]);
  });
});

describe('adding a follower', () => {
  it('is one request', async () => {
    const crm = adapterOver({ [`POST ${FOLLOWERS}`]: { data: LATE } });
    expect(await crm.followerWrites.add('42', '301', call())).toEqual({ deal: '42', problems: [] });
    expect(crm.http.requests.map(({ body }) => body)).toEqual([{ user_id: 301 }]);
    expect(crm.http.tokens).toBe(5);
  });

  it.each([
    { who: 'somebody who follows the deal', followers: [EARLY, LATE], code: 'CONFLICT', path: ['user'] },
    { who: 'somebody who does not', followers: [EARLY], code: 'REJECTED_BY_CRM', path: undefined },
  ])('that the CRM refuses for $who is a $code', async ({ followers, code, path }) => {
    const crm = adapterOver({ [`POST ${FOLLOWERS}`]: REFUSED, [`GET ${FOLLOWERS}`]: { data: followers } });
    const failure = await failureOf(crm.followerWrites.add('42', '301', call()));
    expect(failure).toMatchObject({ code, details: { effect: 'NONE' } });
    expect(failure.details.path).toEqual(path);
  });

  it('stays the refusal it was where the followers cannot be read', async () => {
    const crm = adapterOver({ [`POST ${FOLLOWERS}`]: REFUSED, [`GET ${FOLLOWERS}`]: timeout() });
    expect(await failureOf(crm.followerWrites.add('42', '301', call()))).toMatchObject({ code: 'REJECTED_BY_CRM' });
  });

  it.each([
    { given: 'no answer', reply: timeout() },
    { given: 'an answer about another user', reply: { data: EARLY } },
  ])('with $given may have taken effect', async ({ reply }) => {
    const crm = adapterOver({ [`POST ${FOLLOWERS}`]: reply });
    const failure = await failureOf(crm.followerWrites.add('42', '301', call()));
    expect(failure.details.effect).toBe('POSSIBLE');
    expect(crm.http.requests).toHaveLength(1);
  });
});

it('removes a follower by the user', async () => {
  const crm = adapterOver({ [`DELETE ${FOLLOWERS}/301`]: { data: { user_id: 301 } } });
  const follower = { user: { ref: { crm: 'crm', type: 'User', id: '301' }, known: {} }, since: null } as const;
  expect(await crm.followerWrites.delete('42', follower, call())).toEqual({ deal: '42', problems: [] });
  expect(crm.http.tokens).toBe(3);
});

it('gives the users who may see a deal in order of their ids', async () => {
  const crm = adapterOver({ 'GET /v1/deals/42/permittedUsers': { data: [305, 21, 301] } });
  const found = await crm.permittedUsers.ofDeals([deal()], call());
  expect(found.get('42')).toMatchObject([{ ref: { id: '21' } }, { ref: { id: '301' } }, { ref: { id: '305' } }]);
  expect(crm.http.tokens).toBe(10);
});
