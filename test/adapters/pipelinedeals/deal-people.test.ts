import { describe, expect, it } from 'vitest';
import type { Deal } from '../../../src/domain/deal.ts';
import { aCall } from '../../support/call.ts';
import { listOf, type Script } from './scripted-http.ts';
import { adapterOver, wireDeal } from './support.ts';

const LINKED = wireDeal({
  primary_contact_id: 502,
  person_ids: [501, 502, 503],
  people: [
    { id: 501, first_name: 'Ada', last_name: 'Roe' },
    { id: 502, first_name: 'Bo', last_name: 'Li' },
    { id: 503, full_name: 'Cy Day' },
  ],
  shared_user_ids: [71, 72],
  collaborators: [{ id: 71, first_name: 'Di', last_name: 'Fox', api_key: 'f00dbeef' }],
  possible_notify_user_ids: [72, 71, 70],
});

/** The deals of a list, or of their own endpoint when there is one. */
async function read(script: Script, ...ids: readonly string[]) {
  const { adapter, http } = adapterOver(script);
  const deals = [...(await adapter.deals.getMany(ids, aCall())).values()] as readonly Deal[];
  return { adapter, http, deals, requests: http.requests.length };
}

const listed: Script = { 'GET /deals.json': listOf(LINKED, wireDeal({ id: 8, shared_user_ids: [], person_ids: [] })) };

describe('followers', () => {
  it('are the users a deal is shared with, by name and without secrets, at no call', async () => {
    const { adapter, http, deals, requests } = await read(listed, '7', '8');
    const found = await adapter.followers.ofDeals(deals, aCall());
    expect(found.get('7')).toEqual([
      { user: { ref: { crm: 'pipelinedeals', type: 'User', id: '71' }, known: { name: 'Di Fox' } }, since: null },
      { user: { ref: { crm: 'pipelinedeals', type: 'User', id: '72' }, known: {} }, since: null },
    ]);
    expect(found.get('8')).toEqual([]);
    expect(http.requests).toHaveLength(requests);
  });

  it('of a record that does not tell them are read with the deal', async () => {
    const { adapter, http, deals } = await read({ 'GET /deals/7.json': { body: LINKED } }, '7');
    const partial = deals.map((deal) => ({ ...deal, followers: null }));
    const found = await adapter.followers.ofDeals(partial, aCall());
    expect(found.get('7')).toHaveLength(2);
    expect(http.requests).toHaveLength(2);
  });
});

it('takes everyone but the primary contact for participants, at no call', async () => {
  const { adapter, http, deals, requests } = await read(listed, '7', '8');
  const found = await adapter.participants.ofDeals(deals, aCall());
  expect(found.get('7')).toMatchObject([
    { linkId: null, person: { ref: { id: '501' }, known: { name: 'Ada Roe' } }, since: null, addedBy: null },
    { linkId: null, person: { ref: { id: '503' }, known: { name: 'Cy Day' } }, since: null, addedBy: null },
  ]);
  expect(found.get('8')).toEqual([]);
  expect(http.requests).toHaveLength(requests);
});

describe('permitted users', () => {
  const own: Script = {
    'GET /deals/7.json': { body: LINKED },
    'GET /deals/8.json': { body: wireDeal({ id: 8 }) },
  };

  it('are those a deal read by itself tells of, at no call', async () => {
    const { adapter, http, deals, requests } = await read(own, '7');
    const found = await adapter.permittedUsers.ofDeals(deals, aCall());
    expect(found.get('7')).toMatchObject([{ ref: { id: '72' } }, { ref: { id: '71' } }, { ref: { id: '70' } }]);
    expect(http.requests).toHaveLength(requests);
  });

  it('of deals of a list are asked for together', async () => {
    const telling = [LINKED, wireDeal({ id: 8, possible_notify_user_ids: [70] })];
    const { adapter, http, deals, requests } = await read({ 'GET /deals.json': listOf(...telling) }, '7', '8');
    const found = await adapter.permittedUsers.ofDeals(deals, aCall());
    expect(found.get('7')).toHaveLength(3);
    expect(found.get('8')).toMatchObject([{ ref: { id: '70' } }]);
    expect(http.requests.slice(requests).map(({ params }) => params)).toEqual([
      { 'conditions[deal_id]': '7,8', include_notify_user_ids: 'true', page: '1', per_page: '200' },
    ]);
  });

  it('are read deal by deal where lists do not tell them, and no list is tried again', async () => {
    const silent = { 'GET /deals.json': listOf(wireDeal({ id: 7 }), wireDeal({ id: 8 })) };
    const { adapter, http, deals, requests } = await read({ ...silent, ...own }, '7', '8');
    const found = await adapter.permittedUsers.ofDeals(deals, aCall());
    expect(found.get('7')).toHaveLength(3);
    expect(found.has('8')).toBe(false);
    await adapter.permittedUsers.ofDeals(deals, aCall());
    const one = ['GET /deals/7.json', 'GET /deals/8.json'];
    expect(http.lines.slice(requests)).toEqual(['GET /deals.json', ...one, ...one]);
  });
});
