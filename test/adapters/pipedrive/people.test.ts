import { describe, expect, it } from 'vitest';
import { toDeal } from '../../../src/adapters/pipedrive/deals.ts';
import { toOrganization } from '../../../src/adapters/pipedrive/organizations.ts';
import { toPerson } from '../../../src/adapters/pipedrive/people.ts';
import { toProduct } from '../../../src/adapters/pipedrive/products.ts';
import { adapterOver, call, wireDeal, wirePerson } from './support.ts';

describe('a person', () => {
  it('is mapped with the primary address first and no address judged', () => {
    expect(toPerson('crm', wirePerson())).toMatchObject({
      ref: { crm: 'crm', type: 'Person', id: '88' },
      name: 'Ida Kask',
      emails: [
        { value: 'not an address', label: 'work', isPrimary: true },
        { value: 'ida@home.example', label: 'home', isPrimary: false },
      ],
      phones: [],
      jobTitle: null,
      organization: { ref: { type: 'Organization', id: '41' } },
      customValues: {},
    });
  });

  it('does not fail over an odd address', () => {
    expect(toPerson('crm', wirePerson({ emails: [7, { value: 7 }, { value: 'a@b.example' }] })).emails).toEqual([
      { value: 'a@b.example', label: null, isPrimary: false },
    ]);
  });
});

it('lists people by creation, narrowed by what Pipedrive filters by', async () => {
  const crm = adapterOver({
    'GET /api/v2/persons': { data: [wirePerson(), wirePerson({ id: 89, is_deleted: true })] },
  });
  const where = { owner: { anyOf: ['305'] }, organization: { anyOf: ['41', '42'] }, name: { contains: 'ida' } };
  const [source, ...others] = crm.people.sources({ where, order: { field: 'CREATED_AT', direction: 'DESC' } });
  expect(others).toEqual([]);
  const page = await source?.read({ position: null, after: null }, 50, call());
  expect(page?.records.map(({ ref }) => ref.id)).toEqual(['88']);
  expect(crm.http.requests[0]?.params).toEqual({
    owner_id: '305',
    sort_by: 'add_time',
    sort_direction: 'desc',
    limit: '50',
  });
});

it('gives everyone linked to a deal, the primary contact first, whole, and a failure to its own deal', async () => {
  const crm = adapterOver({
    'GET /api/v2/persons': ({ params }) =>
      params.deal_id === '43'
        ? { status: 403, body: { success: false } }
        : params.cursor === 'p2'
          ? { data: [wirePerson({ id: 88 })] }
          : { data: [wirePerson({ id: 100 }), wirePerson({ id: 9 })], next: 'p2' },
  });
  const deals = [wireDeal(), wireDeal({ id: 43 })].map((wire) => toDeal('crm', wire));
  const found = await crm.dealPeople.ofDeals(deals, call());
  expect(found.get('42')).toMatchObject([
    { ref: { id: '88' }, known: { name: 'Ida Kask' } },
    { ref: { id: '9' } },
    { ref: { id: '100' } },
  ]);
  expect(found.get('43')).toMatchObject({ code: 'FORBIDDEN' });
});

describe('an organization', () => {
  it('is mapped with its address in parts', () => {
    const address = {
      value: 'Sadama 1, Tallinn',
      route: 'Sadama',
      street_number: '1',
      locality: 'Tallinn',
      admin_area_level_1: 'Harju maakond',
      postal_code: '10111',
      country: 'Estonia',
    };
    expect(toOrganization('crm', { id: 41, name: 'Harbour OÜ', address, website: null })).toMatchObject({
      address: {
        formatted: 'Sadama 1, Tallinn',
        street: 'Sadama 1',
        city: 'Tallinn',
        region: 'Harju maakond',
        postalCode: '10111',
        country: 'Estonia',
      },
      website: null,
    });
  });

  it.each([null, undefined, { value: null, route: '' }])('without an address has none: %j', (address) => {
    expect(toOrganization('crm', { id: 41, name: 'x', address }).address).toBeNull();
  });
});

it('maps a product with its prices', () => {
  const prices = [
    { product_id: 55, price: '0.1000000000000000001', currency: 'EUR' },
    { product_id: 55, price: null, currency: 'USD' },
  ];
  const product = toProduct('crm', { id: 55, name: 'GPS', code: null, unit: 'pcs', tax: 22, prices });
  expect(product.prices.map(({ amount, currency }) => `${amount.toFixed()} ${currency}`)).toEqual([
    '0.1000000000000000001 EUR',
  ]);
});
