import { describe, expect, it } from 'vitest';
import { KnownKeys } from '../../../src/adapters/pipedrive/known-keys.ts';
import { adapterOver, call, wireDeal } from './support.ts';

const KEY = '1ab7d2c4'.repeat(5);
const OTHER = '9f2c03be'.repeat(5);

describe('a key of the account', () => {
  it('is learned from the first record of its kind that has one', () => {
    const keys = new KnownKeys();
    for (const record of [
      null,
      'x',
      {},
      { custom_fields: null },
      { custom_fields: {} },
      { custom_fields: { title: 1 } },
    ]) {
      keys.learn('deal', record);
      expect(keys.of('deal')).toBeNull();
    }
    keys.learn('deal', { custom_fields: { title: 1, [KEY]: null } });
    keys.learn('deal', { custom_fields: { [OTHER]: 1 } });
    expect([keys.of('deal'), keys.of('person')]).toEqual([KEY, null]);
  });

  it('is the one whose value takes the least', () => {
    const LARGE = '3d5e7f90'.repeat(5);
    const learnedFrom = (fields: object) => {
      const keys = new KnownKeys();
      keys.learn('deal', { custom_fields: fields });
      return keys.of('deal');
    };
    const large = { [LARGE]: { value: 12.5, currency: 'EUR' } };
    expect(learnedFrom({ ...large, [KEY]: 'long text', [OTHER]: 7 })).toBe(OTHER);
    expect(learnedFrom({ ...large, [KEY]: null, [OTHER]: 7 })).toBe(KEY);
    expect(learnedFrom({ ...large, [KEY]: 1, [OTHER]: 7 })).toBe(KEY);
    expect(learnedFrom({ ...large, title: null })).toBe(LARGE);
  });

  it('is forgotten with the query it was in', () => {
    const keys = new KnownKeys();
    keys.learn('deal', { custom_fields: { [KEY]: 1 } });
    keys.learn('person', { custom_fields: { [OTHER]: 1 } });
    expect(keys.without([['limit', 5]])).toBeNull();
    expect(
      keys.without([
        ['ids', '1,2'],
        ['custom_fields', `${KEY},${OTHER}`],
      ]),
    ).toBeNull();
    expect(
      keys.without([
        ['limit', 5],
        ['custom_fields', KEY],
      ]),
    ).toEqual([['limit', 5]]);
    expect([keys.of('deal'), keys.of('person')]).toEqual([null, OTHER]);
  });
});

it('deals shown without custom fields are asked for with one, and with all of them once Pipedrive refuses that', async () => {
  let asked = 0;
  const adapter = adapterOver({
    'GET /api/v2/deals/42': () => {
      asked += 1;
      return asked === 3
        ? { status: 400, body: { success: false } }
        : { data: wireDeal({ custom_fields: { [KEY]: 7 } }) };
    },
  });
  const read = async () => (await adapter.deals.getMany(['42'], call(), [])).get('42');
  for (const _time of [1, 2, 3]) expect(await read()).toMatchObject({ title: 'Harbour rollout', customValues: {} });
  const only = { custom_fields: KEY };
  expect(adapter.http.requests.map(({ params }) => params)).toEqual([{}, only, only, {}]);
});
