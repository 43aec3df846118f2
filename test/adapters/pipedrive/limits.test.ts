import { describe, expect, it } from 'vitest';
import { pipedrive } from '../../../src/adapters/pipedrive/index.ts';
import { readLimits } from '../../../src/adapters/pipedrive/limits.ts';

describe('limits in headers', () => {
  it.each([
    {
      given: 'an ordinary answer',
      status: 200,
      headers: { 'x-ratelimit-limit': '80', 'x-ratelimit-remaining': '79', 'x-ratelimit-reset': '2' },
      facts: { limit: 80, remaining: 79, resetMs: 2000 },
    },
    {
      given: 'a spent window',
      status: 429,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1',
        'x-daily-ratelimit-token-remaining': '146470',
      },
      facts: { remaining: 0, resetMs: 1000, quota: { remaining: 146_470 } },
    },
    {
      given: 'a spent day',
      status: 429,
      headers: { 'x-daily-ratelimit-token-remaining': '0' },
      facts: { quota: { remaining: 0 }, quotaSpent: true },
    },
    {
      given: 'a 429 with room in the window',
      status: 429,
      headers: { 'x-ratelimit-remaining': '7' },
      facts: { remaining: 7, quotaSpent: true },
    },
    {
      given: 'a 429 with room in the window and too few tokens',
      status: 429,
      headers: { 'x-ratelimit-remaining': '7', 'x-daily-ratelimit-token-remaining': '39' },
      facts: { remaining: 7, quota: { remaining: 39 }, quotaSpent: true },
    },
    {
      given: 'a 429 with room in the window and tokens enough',
      status: 429,
      headers: { 'x-ratelimit-remaining': '7', 'x-daily-ratelimit-token-remaining': '40' },
      facts: { remaining: 7, quota: { remaining: 40 } },
    },
    {
      given: 'the last tokens of a day',
      status: 200,
      headers: { 'x-daily-ratelimit-token-limit': '30000', 'x-daily-ratelimit-token-remaining': '0' },
      facts: { quota: { limit: 30_000, remaining: 0 } },
    },
    { given: 'nonsense', status: 200, headers: { 'x-ratelimit-limit': 'many', 'x-ratelimit-reset': '-1' }, facts: {} },
  ])('of $given', ({ status, headers, facts }) => {
    expect(readLimits(status, headers, 0)).toEqual(facts);
  });

  const APP = {
    clientId: undefined,
    clientSecret: undefined,
    oauthUrl: 'https://oauth.pipedrive.com',
    redirectUri: 'http://localhost:4180/callback',
    apiUrl: 'https://api.pipedrive.com',
    dailyReserve: 10,
  };

  it.each([
    { rateLimit: undefined, window: { requests: 20, perMs: 2000 }, believeLimit: true },
    { rateLimit: 40, window: { requests: 40, perMs: 2000 }, believeLimit: false },
    { rateLimit: 0, window: null, believeLimit: false },
  ])('are those of the setting $rateLimit', ({ rateLimit, window, believeLimit }) => {
    const http = pipedrive.http({ ...APP, apiToken: 'canary', rateLimit });
    expect(http).toMatchObject({ window, believeLimit, credentials: { headers: { 'x-api-token': 'canary' } } });
  });

  it('of an app are those of the smallest plan as well', () => {
    const http = pipedrive.http({ ...APP, apiToken: undefined, rateLimit: undefined });
    expect(http).toMatchObject({ window: { requests: 80, perMs: 2000 }, credentials: {} });
  });
});
