import { afterEach, describe, expect, it } from 'vitest';
import { type Started, start } from './start.ts';

const NOON = Date.parse('2026-11-10T12:00:00Z');

let started: Started;
afterEach(() => started.close());

describe('authentication', () => {
  it('wants the token in the header', async () => {
    started = await start({ deals: 1 });
    for (const token of ['', 'wrong']) {
      const { status, headers, body } = await started.call('GET', '/api/v2/deals', undefined, { 'x-api-token': token });
      expect(status).toBe(401);
      expect(headers.get('x-401-by-gw')).toBe('true');
      expect(headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(body).toEqual({
        success: false,
        error: 'unauthorized access',
        errorCode: 401,
        error_info: 'Please check developers.pipedrive.com',
      });
    }
    const unknown = await started.call('GET', '/nowhere', undefined, { 'x-api-token': '' });
    expect(unknown.status).toBe(401);
    expect(started.sandbox.tokensSpent).toBe(0);
  });

  it('points a gateway at itself', async () => {
    started = await start({ deals: 1 });
    expect(started.sandbox.token).toMatch(/^[0-9a-f]{40}$/);
    expect(started.sandbox.env('http://127.0.0.1:1')).toEqual({
      PIPEDRIVE_API_TOKEN: started.sandbox.token,
      PIPEDRIVE_API_URL: 'http://127.0.0.1:1',
    });
  });
});

describe('the burst limit', () => {
  it('counts requests of the last two seconds', async () => {
    let now = NOON;
    started = await start({ deals: 1, burst: 3, now: () => now });
    const remaining: (string | null)[] = [];
    for (const _ of [1, 2, 3]) {
      const { status, headers } = await started.call('GET', '/api/v2/deals/1');
      expect(status).toBe(200);
      expect(headers.get('x-ratelimit-limit')).toBe('3');
      remaining.push(headers.get('x-ratelimit-remaining'));
      now += 400;
    }
    expect(remaining).toEqual(['2', '1', '0']);
    const refused = await started.call('GET', '/api/v2/deals/1');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ success: false, error: 'request over limit' });
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('x-ratelimit-reset')).toBe('1');
    now = NOON + 2_000;
    expect((await started.call('GET', '/api/v2/deals/1')).status).toBe(200);
    expect((await started.call('GET', '/api/v2/deals/1')).status).toBe(429);
    expect(started.sandbox.tokensSpent).toBe(4);
  });

  it('says nothing when it is off', async () => {
    started = await start({ deals: 1 });
    expect((await started.call('GET', '/api/v2/deals/1')).headers.get('x-ratelimit-limit')).toBeNull();
  });
});

describe('the daily budget', () => {
  it('is stated before the charge, refuses everything once spent, and comes back at midnight', async () => {
    let now = NOON;
    started = await start({ deals: 1, burst: 80, dailyTokens: 15, now: () => now });
    const left = async (path: string) => {
      const { status, headers } = await started.call('GET', path);
      return [status, headers.get('x-daily-ratelimit-token-remaining')];
    };
    expect(await left('/api/v2/deals')).toEqual([200, '15']);
    expect(await left('/api/v2/stages')).toEqual([200, '5']);
    expect(await left('/api/v2/deals/1')).toEqual([429, '0']);
    const refused = await started.call('GET', '/v1/users');
    expect(refused.headers.get('x-daily-ratelimit-token-limit')).toBe('15');
    expect(Number(refused.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
    now += 12 * 60 * 60 * 1_000;
    expect(await left('/api/v2/deals/1')).toEqual([200, '15']);
  });

  it.each([
    ['GET', '/api/v2/deals', 10],
    ['GET', '/api/v2/deals/archived', 20],
    ['GET', '/api/v2/deals/1', 1],
    ['POST', '/api/v2/deals', 5],
    ['PATCH', '/api/v2/deals/1', 5],
    ['DELETE', '/api/v2/deals/1', 3],
    ['GET', '/api/v2/deals/products?deal_ids=1', 10],
    ['GET', '/api/v2/deals/1/products', 10],
    ['POST', '/api/v2/deals/1/products', 5],
    ['POST', '/api/v2/deals/1/products/bulk', 25],
    ['PATCH', '/api/v2/deals/1/products/1', 5],
    ['DELETE', '/api/v2/deals/1/products/1', 3],
    ['DELETE', '/api/v2/deals/1/products', 15],
    ['PUT', '/v1/deals/1/merge', 40],
    ['POST', '/v1/deals/1/duplicate', 10],
    ['GET', '/api/v2/persons', 10],
    ['GET', '/api/v2/persons/101', 1],
    ['GET', '/api/v2/organizations', 10],
    ['GET', '/api/v2/products', 10],
    ['POST', '/api/v2/products', 5],
    ['GET', '/api/v2/pipelines', 5],
    ['GET', '/api/v2/stages', 5],
    ['GET', '/api/v2/stages/1', 1],
    ['GET', '/api/v2/dealFields', 10],
    ['GET', '/api/v2/productFields/name', 1],
    ['GET', '/v1/users', 20],
    ['GET', '/v1/users/me', 2],
    ['GET', '/v1/currencies', 20],
    ['GET', '/api/v2/deals/search?term=ab', 20],
    ['GET', '/api/v2/deals/1/discounts', 10],
    ['POST', '/api/v2/deals/1/discounts', 5],
    ['PATCH', '/api/v2/deals/1/discounts/x', 5],
    ['DELETE', '/api/v2/deals/1/discounts/x', 3],
    ['GET', '/api/v2/deals/installments?deal_ids=1', 10],
    ['POST', '/api/v2/deals/1/installments', 5],
    ['PATCH', '/api/v2/deals/1/installments/1', 5],
    ['DELETE', '/api/v2/deals/1/installments/1', 3],
    ['GET', '/api/v2/deals/1/followers', 10],
    ['POST', '/api/v2/deals/1/followers', 5],
    ['DELETE', '/api/v2/deals/1/followers/1', 3],
    ['GET', '/api/v2/deals/1/followers/changelog', 10],
    ['GET', '/api/v2/activities', 10],
    ['GET', '/api/v2/activities/1', 1],
    ['GET', '/api/v2/products/51/variations', 10],
    ['GET', '/v1/deals/summary', 40],
    ['GET', '/v1/deals/summary/archived', 80],
    ['GET', '/v1/deals/timeline', 20],
    ['GET', '/v1/deals/timeline/archived', 40],
    ['GET', '/v1/deals/archived', 40],
    ['GET', '/v1/deals/1/changelog', 20],
    ['GET', '/v1/deals/1/flow', 40],
    ['GET', '/v1/deals/1/participantsChangelog', 10],
    ['GET', '/v1/deals/1/participants', 10],
    ['POST', '/v1/deals/1/participants', 10],
    ['DELETE', '/v1/deals/1/participants/1', 6],
    ['GET', '/v1/deals/1/files', 20],
    ['GET', '/v1/deals/1/mailMessages', 20],
    ['GET', '/v1/deals/1/permittedUsers', 10],
    ['GET', '/v1/deals/1/followers', 20],
    ['POST', '/v1/deals/1/followers', 10],
    ['DELETE', '/v1/deals/1/followers/1', 6],
    ['GET', '/v1/notes', 20],
    ['GET', '/v1/notes/1', 2],
    ['GET', '/v1/files/1', 2],
    ['GET', '/v1/filters', 20],
    ['GET', '/v1/filters/31', 2],
    ['GET', '/v1/activityTypes', 20],
    ['GET', '/v1/deals', 0],
    ['GET', '/v1/deals/search', 0],
    ['GET', '/v1/deals/1/activities', 0],
    ['GET', '/api/v2/nothing', 0],
  ])('charges %s %s with %i', async (method, path, tokens) => {
    started = await start({ deals: 2 });
    await started.call(method, path);
    expect(started.sandbox.log.map((entry) => entry.tokens)).toEqual([tokens]);
    expect(started.sandbox.tokensSpent).toBe(tokens);
  });
});
