import { expect, it } from 'vitest';
import { adapterOver, call } from './support.ts';

const FILTERS = [
  { id: 1, name: 'All open', active_flag: true, type: 'deals', user_id: 7, visible_to: '7' },
  { id: 2, name: 'Mine', active_flag: true, type: 'deals', user_id: 8, visible_to: '1' },
  { id: 3, name: 'Gone', active_flag: false, type: 'deals', user_id: 7, visible_to: '7' },
];

it('are those for deals, read once', async () => {
  const crm = adapterOver({ 'GET /v1/filters': { data: FILTERS } });
  const filters = await crm.savedFilters.all(call());
  expect(filters).toEqual([
    {
      ref: { crm: 'crm', type: 'SavedFilter', id: '1' },
      name: 'All open',
      owner: { ref: { crm: 'crm', type: 'User', id: '7' }, known: {} },
      isShared: true,
    },
    expect.objectContaining({ name: 'Mine', isShared: false }),
  ]);
  expect([...(await crm.savedFilters.getMany(['2'], call())).keys()]).toEqual(['2']);
  expect(crm.http.requests.map(({ params }) => params)).toEqual([{ type: 'deals' }]);
  expect(crm.http.tokens).toBe(20);
});

it('are none where v1 answers null', async () => {
  const crm = adapterOver({ 'GET /v1/filters': { data: null } });
  expect(await crm.savedFilters.all(call())).toEqual([]);
});

it('the current user is read once, and their company with them', async () => {
  const crm = adapterOver({ 'GET /v1/users/me': { data: { id: 305, company_domain: 'northwind' } } });
  expect(await crm.currentUser(call())).toBe('305');
  expect(await crm.url({ crm: 'crm', type: 'Deal', id: '4' }, call())).toBe('https://northwind.pipedrive.com/deal/4');
  expect(crm.http.lines).toEqual(['GET /v1/users/me']);
});
