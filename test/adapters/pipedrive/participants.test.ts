import { describe, expect, it } from 'vitest';
import { toDeal } from '../../../src/adapters/pipedrive/deals.ts';
import type { Participant } from '../../../src/domain/participant.ts';
import { adapterOver, call, failureOf, wireDeal } from './support.ts';

const PARTICIPANTS = '/v1/deals/42/participants';

/** A participant as v1 sends it, with no more of person and user than is read. */
const wireParticipant = (id: number, person: number) => ({
  id,
  person_id: {
    name: 'Ida Kask',
    email: [
      { label: 'work', value: 'ida@work.example', primary: false },
      { label: 'home', value: 'ida@home.example', primary: true },
    ],
    phone: [{ label: '', value: '', primary: true }],
    value: person,
  },
  add_time: '2026-01-04 09:00:00',
  person: { id: person, name: 'Ida Kask' },
  added_by_user_id: { id: 301, name: 'Ana Rebane', email: 'ana@example.com', active_flag: true, value: 301 },
});

/** An answer of v1 with its offsets. */
const paged = (data: readonly unknown[], next: number | null = null) => ({
  status: 200,
  body: {
    success: true,
    data,
    additional_data: {
      pagination: { start: 0, limit: 500, more_items_in_collection: next !== null, ...(next && { next_start: next }) },
    },
  },
});

const deal = toDeal('crm', wireDeal({ person_id: 88 }));
const participant = (linkId: string | null): Participant => ({
  linkId,
  person: { ref: { crm: 'crm', type: 'Person', id: '90' }, known: {} },
  since: null,
  addedBy: null,
});

describe('participants', () => {
  it('are read by offset, without the primary contact, with what the link tells of person and user', async () => {
    const crm = adapterOver({
      [`GET ${PARTICIPANTS}`]: ({ params }) =>
        params.start === '500'
          ? paged([wireParticipant(770, 89)])
          : paged([wireParticipant(772, 90), wireParticipant(771, 88)], 500),
    });
    const found = (await crm.participants.ofDeals([deal], call())).get('42');
    expect(found).toMatchObject([{ linkId: '770' }, { linkId: '772' }]);
    expect(found).toMatchObject([
      {
        person: {
          ref: { crm: 'crm', type: 'Person', id: '89' },
          known: {
            name: 'Ida Kask',
            emails: [
              { value: 'ida@home.example', label: 'home', isPrimary: true },
              { value: 'ida@work.example', label: 'work', isPrimary: false },
            ],
            phones: [],
          },
        },
        since: Date.parse('2026-01-04T09:00:00Z'),
        addedBy: {
          ref: { crm: 'crm', type: 'User', id: '301' },
          known: { name: 'Ana Rebane', email: 'ana@example.com' },
        },
      },
      {},
    ]);
    expect(crm.http.requests.map(({ params }) => params)).toEqual([
      { start: '0', limit: '500' },
      { start: '500', limit: '500' },
    ]);
  });

  it.each([null, []])('of a deal that has none are none: %j', async (data) => {
    const crm = adapterOver({ [`GET ${PARTICIPANTS}`]: { status: 200, body: { success: true, data } } });
    expect((await crm.participants.ofDeals([deal], call())).get('42')).toEqual([]);
  });

  it('are not read for ever where the paging does not advance', async () => {
    const crm = adapterOver({ [`GET ${PARTICIPANTS}`]: paged([wireParticipant(770, 89)], 500) });
    const found = await crm.participants.ofDeals([deal], call());
    expect(found.get('42')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(crm.http.requests).toHaveLength(2);
  });
});

describe('adding a participant', () => {
  const script = {
    'GET /api/v2/deals/42': { data: wireDeal({ person_id: 88 }) },
    [`GET ${PARTICIPANTS}`]: paged([wireParticipant(772, 90)]),
    [`POST ${PARTICIPANTS}`]: { data: wireParticipant(773, 91) },
  };

  it('reads deal and participants before', async () => {
    const crm = adapterOver(script);
    expect(await crm.participantWrites.add('42', '91', call())).toEqual({ deal: '42', problems: [] });
    expect(crm.http.requests.at(-1)).toMatchObject({ method: 'POST', body: { person_id: 91 } });
    expect(crm.http.tokens).toBe(21);
  });

  it.each([
    { who: 'the primary contact', person: '88', answers: {}, code: 'CONFLICT', path: ['person'] },
    { who: 'a participant', person: '90', answers: {}, code: 'CONFLICT', path: ['person'] },
    {
      who: 'somebody to a deal that is gone',
      person: '91',
      answers: { 'GET /api/v2/deals/42': { data: wireDeal({ is_deleted: true }) } },
      code: 'NOT_FOUND',
      path: ['deal'],
    },
  ])('who is $who is a $code, and nothing is written', async ({ person, answers, code, path }) => {
    const crm = adapterOver({ ...script, ...answers });
    expect(await failureOf(crm.participantWrites.add('42', person, call()))).toMatchObject({ code, details: { path } });
    expect(crm.http.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('happens once when the same person is added twice at a time', async () => {
    let isThere = false;
    const crm = adapterOver({
      ...script,
      [`GET ${PARTICIPANTS}`]: () => paged(isThere ? [wireParticipant(773, 91)] : []),
      [`POST ${PARTICIPANTS}`]: () => {
        isThere = true;
        return { data: wireParticipant(773, 91) };
      },
    });
    const [first, second] = await Promise.allSettled([
      crm.participantWrites.add('42', '91', call()),
      crm.participantWrites.add('42', '91', call()),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'CONFLICT' } });
  });
});

it('removes a participant by the link', async () => {
  const crm = adapterOver({ [`DELETE ${PARTICIPANTS}/772`]: { data: { id: 772 } } });
  await crm.participantWrites.delete('42', participant('772'), call());
  expect(crm.http.tokens).toBe(6);
});
