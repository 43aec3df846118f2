import { afterEach, expect, it } from 'vitest';
import { callOf, clientOf, failureOf, get, post, type TestedClient } from './client-under-test.ts';
import { json, listen, type Origin, type Responder } from './origin.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function setUp(respond: Responder): Promise<TestedClient & { origin: Origin }> {
  const origin = await listen(respond);
  const tested = clientOf(origin.url, {
    dailyReserve: 0.1,
    budgetUnit: 'TOKENS',
    limits: (_status, headers) => ({
      ...(headers['x-left'] !== undefined && { quota: { limit: 100, remaining: Number(headers['x-left']) } }),
      quotaSpent: headers['x-quota'] === 'spent',
    }),
  });
  open.push(tested.client, origin);
  return { ...tested, origin };
}

it('a day that is spent is told once, and nothing more is sent', async () => {
  const { client, clock, origin } = await setUp((response) => json(response, {}, 429, { 'x-quota': 'spent' }));
  expect(await failureOf(client.send(get(), callOf(clock)))).toMatchObject({ failure: 'QUOTA', status: 429 });
  for (const request of [get(), post()]) {
    const error = await failureOf(client.send(request, callOf(clock)));
    expect(error).toMatchObject({ failure: 'QUOTA', status: null, maybeApplied: false });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(905_000);
    expect(error.message).toContain("was not sent: the day's tokens are spent, until the CRM counts a new day");
  }
  expect(origin.received).toHaveLength(1);
});

it('a day that is spent is asked about again, by one request', async () => {
  let isSpent = true;
  const { client, clock, origin } = await setUp((response) =>
    isSpent ? json(response, {}, 429, { 'x-quota': 'spent' }) : json(response, {}, 200, { 'x-left': '100' }),
  );
  await failureOf(client.send(get(), callOf(clock)));
  await clock.advance(905_000);
  await failureOf(client.send(post(), callOf(clock)));
  await failureOf(client.send(post(), callOf(clock)));
  expect(origin.received).toHaveLength(2);
  isSpent = false;
  await clock.advance(905_000);
  expect((await client.send(post(), callOf(clock))).status).toBe(200);
  expect((await client.send(get(), callOf(clock))).status).toBe(200);
});

it('the last tenth of a day is for writes, and for finding out what they did', async () => {
  let left = 13;
  const { client, clock, origin } = await setUp((response, { method }) => {
    json(response, {}, 200, { 'x-left': String(left) });
    left -= method === 'GET' ? 2 : 5;
  });
  expect((await client.send(get(), callOf(clock))).status).toBe(200);
  const kept = await failureOf(client.send(get(), callOf(clock)));
  expect(kept).toMatchObject({ failure: 'QUOTA', status: null, maybeApplied: false });
  expect(kept.message).toBe(
    "GET /deals/{id} was not sent: what is left of the day's tokens is kept for writes, until the CRM counts a new day",
  );
  expect((await client.send(post(), { ...callOf(clock), priority: 'MUTATION' })).status).toBe(200);
  expect((await client.send(get(), { ...callOf(clock), priority: 'SETTLING' })).status).toBe(200);
  expect(origin.received.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
});
