import { expect, it } from 'vitest';
import { adapterOver, call, failureOf } from './support.ts';

const FIRST_PAGE = { position: null, limit: 50 };

it('reads who followed a deal, from where the CRM said it goes on', async () => {
  const crm = adapterOver({
    'GET /api/v2/deals/42/followers/changelog': {
      data: [{ action: 'added', actor_user_id: 301, follower_user_id: 305, time: '2026-01-01T00:00:00Z' }],
      next: 'p2',
    },
  });
  expect(await crm.followerChanges?.read('42', {}, { position: 'p1', limit: 7 }, call())).toMatchObject({
    items: [{ action: 'ADDED', who: { ref: { type: 'User', id: '305' } }, by: { ref: { type: 'User', id: '301' } } }],
    next: 'p2',
  });
  expect(crm.http.requests[0]?.params).toEqual({ cursor: 'p1', limit: '7' });
  expect(crm.http.tokens).toBe(10);
});

it.each([
  ['added', 'ADDED'],
  ['removed', 'REMOVED'],
  ['deleted', 'REMOVED'],
])('takes a participant who was %s for %s', async (action, expected) => {
  const change = { action, actor_user_id: null, person_id: 88, time: '2026-01-10 11:47:23' };
  const crm = adapterOver({ 'GET /v1/deals/42/participantsChangelog': { data: [change] } });
  const page = await crm.participantChanges?.read('42', {}, FIRST_PAGE, call());
  expect(page).toMatchObject({
    items: [
      {
        action: expected,
        who: { ref: { type: 'Person', id: '88' } },
        by: null,
        at: Date.parse('2026-01-10T11:47:23Z'),
      },
    ],
    next: null,
  });
});

it.each([{ action: 'moved' }, { time: null }])('guesses nothing: %j', async (over) => {
  const change = { action: 'added', actor_user_id: 301, person_id: 88, time: '2026-01-10 11:47:23', ...over };
  const crm = adapterOver({ 'GET /v1/deals/42/participantsChangelog': { data: [change] } });
  const failure = await failureOf(Promise.resolve(crm.participantChanges?.read('42', {}, FIRST_PAGE, call())));
  expect(failure).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
});
