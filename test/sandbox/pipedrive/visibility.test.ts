import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../src/sandbox/pipedrive/records.ts';
import { type Answer, type Fields, type Started, start } from './start.ts';

let started: Started;
let ana: User;
let tom: User;
let ines: User;

beforeEach(async () => {
  started = await start({ deals: 30 });
  [ana, tom, ines] = [...started.sandbox.store.users.values()] as [User, User, User];
});
afterEach(() => started.close());

/** A request of one of the users. */
function as(user: User, method: string, path: string, body?: unknown): Promise<Answer> {
  return started.call(method, path, body, { 'x-api-token': started.sandbox.tokenOf(user.id) });
}

async function add(user: User, path: string, body: Fields): Promise<number> {
  const { record } = await as(user, 'POST', path, body);
  return record.id as number;
}

const ids = ({ rows }: Answer) => rows.map(({ id }) => id);

describe('a private deal', () => {
  let id: number;
  beforeEach(async () => {
    id = await add(tom, '/api/v2/deals', { title: 'Hush', visible_to: 1, value: 5, currency: 'XTK' });
  });

  it('is there for its owner and administrators', async () => {
    for (const user of [tom, ana]) {
      expect((await as(user, 'GET', `/api/v2/deals/${id}`)).status).toBe(200);
      expect(ids(await as(user, 'GET', '/api/v2/deals?limit=500'))).toContain(id);
      expect(ids(await as(user, 'GET', `/api/v2/deals?ids=1,${id}`))).toEqual([1, id]);
    }
    expect((await as(tom, 'GET', `/v1/deals/${id}/permittedUsers`)).body.data).toEqual([ana.id, tom.id]);
  });

  it('is missing for others wherever deals are listed, and keeps nothing else from them', async () => {
    const everything = ids(await as(tom, 'GET', '/api/v2/deals?limit=500'));
    expect(ids(await as(ines, 'GET', '/api/v2/deals?limit=500'))).toEqual(everything.filter((one) => one !== id));
    expect(ids(await as(ines, 'GET', `/api/v2/deals?ids=1,${id}`))).toEqual([1]);
    expect((await as(ines, 'GET', '/api/v2/deals/search?term=hush')).record.items).toEqual([]);
    expect((await as(tom, 'GET', '/api/v2/deals/search?term=hush')).record.items).toHaveLength(1);
    const count = async (user: User) => (await as(user, 'GET', '/v1/deals/summary')).record.total_count as number;
    expect(await count(ines)).toBe((await count(tom)) - 1);
  });

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', { title: 'Mine' }],
    ['DELETE', '', undefined],
    ['GET', '/products', undefined],
    ['GET', '/discounts', undefined],
    ['GET', '/followers', undefined],
  ])('is not found by others: %s %s', async (method, rest, body) => {
    expect((await as(ines, method, `/api/v2/deals/${id}${rest}`, body)).status).toBe(404);
    expect(started.sandbox.store.deals.get(id)).toMatchObject({ title: 'Hush', is_deleted: false });
  });

  it('cannot be merged by others, from either side', async () => {
    expect((await as(ines, 'PUT', `/v1/deals/${id}/merge`, { merge_with_id: 1 })).status).toBe(404);
    expect((await as(ines, 'PUT', '/v1/deals/1/merge', { merge_with_id: id })).status).toBe(404);
  });

  it('hides what hangs on it', async () => {
    await as(tom, 'POST', `/api/v2/deals/${id}/products`, { product_id: 51, item_price: 1, quantity: 1 });
    const lines = `/api/v2/deals/products?deal_ids=${id}`;
    expect((await as(tom, 'GET', lines)).rows).toHaveLength(1);
    expect((await as(ines, 'GET', lines)).rows).toEqual([]);
  });

  it('is there for followers, and gone again without', async () => {
    const path = `/api/v2/deals/${id}/followers`;
    await as(tom, 'POST', path, { user_id: ines.id });
    expect((await as(ines, 'GET', `/api/v2/deals/${id}`)).status).toBe(200);
    await as(tom, 'DELETE', `${path}/${ines.id}`);
    expect((await as(ines, 'GET', `/api/v2/deals/${id}`)).status).toBe(404);
  });

  it('is there for all once it is opened, and its history says who did it', async () => {
    expect((await as(tom, 'PATCH', `/api/v2/deals/${id}`, { visible_to: 3 })).status).toBe(200);
    expect((await as(ines, 'GET', `/api/v2/deals/${id}`)).status).toBe(200);
    const [change] = (await as(ines, 'GET', `/v1/deals/${id}/changelog`)).rows;
    expect(change).toMatchObject({ field_key: 'visible_to', new_value: '3', actor_user_id: tom.id });
  });

  it('takes no id of another when it is added, and can be given away for good', async () => {
    const next = await add(ines, '/api/v2/deals', { title: 'Next' });
    expect(next).toBe(id + 1);
    const away = await as(ines, 'PATCH', `/api/v2/deals/${next}`, { owner_id: tom.id, visible_to: 1 });
    expect(away.record).toMatchObject({ owner_id: tom.id });
    expect((await as(ines, 'GET', `/api/v2/deals/${next}`)).status).toBe(404);
    const changes = (await as(tom, 'GET', `/v1/deals/${next}/changelog`)).rows.map(({ field_key }) => field_key);
    expect(changes).toEqual(expect.arrayContaining(['user_id', 'visible_to', 'add_time']));
  });
});

it('private deals that were deleted are purged whoever comes next', async () => {
  await started.close();
  let now = Date.parse('2026-11-10T12:00:00Z');
  started = await start({ deals: 3, now: () => now });
  const id = await add(tom, '/api/v2/deals', { title: 'Hush', visible_to: 1 });
  await as(tom, 'POST', `/api/v2/deals/${id}/products`, { product_id: 51, item_price: 1, quantity: 1 });
  await as(tom, 'DELETE', `/api/v2/deals/${id}`);
  now += 31 * 24 * 60 * 60 * 1_000;
  await as(ines, 'GET', '/api/v2/deals');
  expect(started.sandbox.store.deals.has(id)).toBe(false);
  expect(started.sandbox.store.productsOf(id)).toEqual([]);
});

it.each(['persons', 'organizations', 'products'])('private %s are missing for others', async (entity) => {
  const path = `/api/v2/${entity}`;
  const id = await add(tom, path, { name: 'Hush', visible_to: 1 });
  for (const [user, sees] of [
    [tom, true],
    [ana, true],
    [ines, false],
  ] as const) {
    expect((await as(user, 'GET', `${path}/${id}`)).status).toBe(sees ? 200 : 404);
    expect(ids(await as(user, 'GET', `${path}?limit=500`)).includes(id)).toBe(sees);
    expect(ids(await as(user, 'GET', `${path}?ids=${id}`))).toEqual(sees ? [id] : []);
  }
});

it('a deal names a private person to those who cannot see the person', async () => {
  const person = await add(tom, '/api/v2/persons', { name: 'Hush', visible_to: 1 });
  const id = await add(tom, '/api/v2/deals', { title: 'Open', person_id: person });
  expect((await as(ines, 'GET', `/api/v2/deals/${id}`)).record).toMatchObject({ person_id: person });
  expect((await as(ines, 'GET', `/v1/deals/${id}/participants`)).rows).toHaveLength(1);
  expect((await as(ines, 'POST', '/api/v2/deals', { title: 'Too', person_id: person })).status).toBe(400);
});
