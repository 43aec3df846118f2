import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Running, start } from './support.ts';

let crm: Running;
let now = Date.UTC(2026, 6, 15, 14, 0, 30);
beforeAll(async () => {
  crm = await start({ now: () => now });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

describe('keys', () => {
  it.each([
    { given: 'no key', query: () => '' },
    { given: 'an unknown key', query: () => 'api_key=nobody' },
    { given: 'another app_key', query: () => `api_key=${crm.sandbox.secrets.apiKey}&app_key=other` },
    {
      given: 'the key of a user who has left',
      query: () => `api_key=${[...crm.sandbox.store.users.values()].at(-1)?.api_key}`,
    },
  ])('refuses $given', async ({ query }) => {
    const response = await fetch(`${crm.url}/api/v3/deals.json?${query()}`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'Unknown api key' });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gives the settings of a gateway that reaches it', async () => {
    const env = crm.sandbox.env(crm.url);
    expect(Object.keys(env)).toEqual(['PIPELINEDEALS_API_KEY', 'PIPELINEDEALS_APP_KEY', 'PIPELINEDEALS_API_URL']);
    const keys = `api_key=${env.PIPELINEDEALS_API_KEY}&app_key=${env.PIPELINEDEALS_APP_KEY}`;
    expect((await fetch(`${env.PIPELINEDEALS_API_URL}/deals.json?${keys}`)).status).toBe(200);
  });

  it('acts as the user whose key is sent, with what that user may do', async () => {
    const junior = [...crm.sandbox.store.users.values()].find((user) => !user.is_allowed_to_delete);
    const url = (path: string) => `${crm.url}/api/v3/${path}?api_key=${junior?.api_key}`;
    const created = await fetch(url('deals'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"deal":{"name":"Mine"}}',
    });
    const deal = (await created.json()) as { id: number; user_id: number };
    expect(deal.user_id).toBe(junior?.id);
    expect((await fetch(url(`deals/${deal.id}`), { method: 'DELETE' })).status).toBe(403);
    expect(crm.sandbox.store.deals.has(deal.id)).toBe(true);
  });
});

describe('secrets', () => {
  it('are echoed by users, profile and documents', async () => {
    const users = await crm.get('users.json');
    expect(users.text).toContain(crm.sandbox.secrets.apiKey);
    const profile = await crm.get('profile.json');
    expect(profile.body).toMatchObject({
      api_key: crm.sandbox.secrets.apiKey,
      account_key: crm.sandbox.secrets.accountKey,
      w2lid: crm.sandbox.secrets.w2lid,
    });
    expect((await crm.get('documents')).text).toContain(crm.sandbox.secrets.linkSignature);
  });

  it('are all among the canaries', async () => {
    const everyone = await crm.page('users', 'conditions[including_inactive]=true');
    for (const user of everyone.entries) expect(crm.sandbox.canaries).toContain(user.api_key);
    for (const secret of Object.values(crm.sandbox.secrets)) expect(crm.sandbox.canaries).toContain(secret);
  });

  it('are not in today’s deals', async () => {
    const { text } = await crm.get('deals.json');
    for (const canary of crm.sandbox.canaries) expect(text).not.toContain(canary);
  });
});

describe('the limit', () => {
  it('counts down within a second, refuses what is above, and starts anew', async () => {
    crm.sandbox.switches.requestsPerSecond = 3;
    const [id] = crm.sandbox.store.deals.keys();
    const headers = (answer: { status: number; headers: Headers }) => [
      answer.status,
      answer.headers.get('x-ratelimit-limit'),
      answer.headers.get('x-ratelimit-remaining'),
      answer.headers.get('x-ratelimit-reset'),
    ];
    const reset = String(Math.floor(now / 1_000) + 1);
    expect(headers(await crm.get(`deals/${id}`))).toEqual([200, '3', '3', reset]);
    expect(headers(await crm.get(`deals/${id}`))).toEqual([200, '3', '2', reset]);
    expect(headers(await crm.get(`deals/${id}`))).toEqual([200, '3', '1', reset]);
    expect(headers(await crm.send('DELETE', `deals/${id}`))).toEqual([429, '3', '0', reset]);
    expect(crm.sandbox.store.deals.has(id as number)).toBe(true);
    now += 1_000;
    expect(headers(await crm.get(`deals/${id}`))).toEqual([200, '3', '3', String(Number(reset) + 1)]);
  });

  it('can be off', async () => {
    expect((await crm.get('account.json')).headers.get('x-ratelimit-limit')).toBeNull();
  });
});

describe('the account', () => {
  it('is the same for the same size, and again after a reset', async () => {
    const other = await start();
    expect([...other.sandbox.store.deals.values()]).toEqual([...crm.sandbox.store.deals.values()]);
    await other.close();
    const [id] = crm.sandbox.store.deals.keys();
    await crm.send('DELETE', `deals/${id}`);
    expect(crm.sandbox.store.deals.has(id as number)).toBe(false);
    crm.sandbox.reset();
    expect(crm.sandbox.store.deals.has(id as number)).toBe(true);
    expect(crm.sandbox.log).toEqual([]);
  });

  it('has the awkward deals a gateway meets', () => {
    const deals = [...crm.sandbox.store.deals.values()];
    const percent = (id: number | null) => crm.sandbox.store.configuration.stages.find((it) => it.id === id)?.percent;
    const has = (fits: (deal: (typeof deals)[number]) => boolean) => expect(deals.some(fits)).toBe(true);
    has((deal) => deal.deal_stage_id === null && deal.probability === null);
    has((deal) => deal.user_id === null);
    has((deal) => deal.primary_contact_id === null);
    has((deal) => deal.company_id === null && deal.primary_contact_id !== null);
    has((deal) => deal.is_archived && deal.closed_time === null);
    has((deal) => deal.is_archived && deal.closed_time !== null);
    has((deal) => percent(deal.deal_stage_id) === 100 && deal.closed_time === null);
    has((deal) => deal.probability === 0 && deal.closed_time !== null && percent(deal.deal_stage_id) !== 0);
    has((deal) => deal.probability === 0 && deal.closed_time === null && (percent(deal.deal_stage_id) ?? 0) > 0);
    has((deal) => (deal.status ?? 0) > 3);
    has((deal) => (deal.value ?? '').replace('.', '').length > 17);
    has((deal) => deal.value === '0');
    const runs = new Map<number, number>();
    for (const deal of deals) runs.set(deal.created_at, (runs.get(deal.created_at) ?? 0) + 1);
    expect(Math.max(...runs.values())).toBeGreaterThanOrEqual(5);
    expect(Math.min(...crm.sandbox.store.people.keys())).toBeGreaterThan(1.3e9);
  });
});
