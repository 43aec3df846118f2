import { describe, expect, it } from 'vitest';
import { capabilities } from '../../../src/adapters/pipelinedeals/capabilities.ts';
import { pipelinedeals } from '../../../src/adapters/pipelinedeals/index.ts';
import { rateLimits } from '../../../src/adapters/pipelinedeals/limits.ts';
import { ENTITY_KINDS, OPERATION_KINDS } from '../../../src/domain/capability.ts';
import { aCall } from '../../support/call.ts';
import { adapterOver } from './support.ts';

const settings = { apiKey: 'key', appKey: undefined, apiUrl: 'https://crm.example/api/v3', rateLimit: 8 };

describe('http settings', () => {
  it('send the keys that are set', () => {
    expect(pipelinedeals.http(settings).credentials).toEqual({ query: [['api_key', 'key']] });
    expect(pipelinedeals.http({ ...settings, appKey: 'app' }).credentials.query).toEqual([
      ['api_key', 'key'],
      ['app_key', 'app'],
    ]);
  });

  it('keep to the rate, which 0 turns off', () => {
    expect(pipelinedeals.http(settings).window).toEqual({ requests: 8, perMs: 1_000 });
    expect(pipelinedeals.http({ ...settings, rateLimit: 0 }).window).toBeNull();
  });

  it('take the reset for a moment, not for a wait', () => {
    const headers = { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1785938218' };
    expect(rateLimits(429, headers, 1_785_938_217_250)).toEqual({ limit: 10, remaining: 0, resetMs: 750 });
    expect(rateLimits(429, headers, 1_785_938_300_000).resetMs).toBe(0);
    expect(rateLimits(200, { 'x-ratelimit-limit': 'many' }, 0)).toEqual({});
  });
});

describe('capabilities', () => {
  it('say once what each operation of each entity is, and each difference once', () => {
    const names = capabilities.map(({ entity, operation, field }) => `${entity} ${operation} ${field}`);
    expect(new Set(names).size).toBe(names.length);
    for (const entity of ENTITY_KINDS) {
      for (const operation of OPERATION_KINDS) expect(names).toContain(`${entity} ${operation} null`);
    }
  });

  it('explain whatever is not native in one sentence', () => {
    for (const { fidelity, note } of capabilities) if (fidelity !== 'NATIVE') expect(note).toMatch(/^[A-Z][^.]*\.$/);
  });
});

it('knows the pages of records without a call', async () => {
  const { adapter, http } = adapterOver({});
  const url = (type: 'Deal' | 'Person' | 'Organization' | 'Stage') =>
    adapter.url({ crm: 'pipelinedeals', type, id: '7' }, aCall());
  expect(await url('Deal')).toBe('https://app.pipelinecrm.com/deals/7');
  expect(await url('Person')).toBe('https://app.pipelinecrm.com/people/7');
  expect(await url('Organization')).toBe('https://app.pipelinecrm.com/companies/7');
  expect(await url('Stage')).toBeNull();
  expect(http.requests).toEqual([]);
});
