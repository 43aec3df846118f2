import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../src/transport/errors.ts';
import { adapterOver, call, failureOf, timeout, wireDeal } from './support.ts';

describe('an answer to a read', () => {
  it.each([
    { status: 400, code: 'UPSTREAM_INVALID_RESPONSE' },
    { status: 401, code: 'UPSTREAM_UNAUTHORIZED' },
    { status: 402, code: 'UPSTREAM_UNAUTHORIZED' },
    { status: 403, code: 'FORBIDDEN' },
    { status: 410, code: 'UPSTREAM_INVALID_RESPONSE' },
  ])(
    'of status $status is $code, with the id of the exchange and without Pipedrive’s words',
    async ({ status, code }) => {
      const crm = adapterOver({ 'GET /api/v2/deals/1': { status, body: { success: false, error: 'canary' } } });
      const error = await failureOf(crm.deals.getMany(['1'], call()));
      expect(error.code).toBe(code);
      expect(error.message).not.toContain('canary');
      expect(error.details).toMatchObject({ crm: 'crm', upstreamRequestId: 'correlation-1' });
    },
  );

  it.each([
    { given: 'success: false', body: { success: false, data: wireDeal({ id: 1 }) } },
    { given: 'no envelope', body: wireDeal({ id: 1 }) },
    { given: 'no body', body: undefined },
    { given: 'no data', body: { success: true } },
    { given: 'data of null', body: { success: true, data: null } },
    { given: 'a list', body: [wireDeal({ id: 1 })] },
  ])('with $given cannot be read', async ({ body }) => {
    const crm = adapterOver({ 'GET /api/v2/deals/1': { status: 200, body } });
    expect((await failureOf(crm.deals.getMany(['1'], call()))).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it('that never came is named in the domain’s words', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/1': timeout() });
    expect((await failureOf(crm.deals.getMany(['1'], call()))).code).toBe('UPSTREAM_TIMEOUT');
    const limited = new HttpError('QUOTA', 'GET 429', { status: 429, maybeApplied: false });
    const spent = adapterOver({ 'GET /api/v2/deals/1': limited });
    expect((await failureOf(spent.deals.getMany(['1'], call()))).code).toBe('UPSTREAM_QUOTA');
  });
});

describe('pages', () => {
  it('may do without additional_data', async () => {
    const crm = adapterOver({ 'GET /api/v2/pipelines': { status: 200, body: { success: true, data: [] } } });
    expect(await crm.pipelines.all(call())).toEqual([]);
  });

  it.each([
    { given: 'repeats its cursor', next: () => 'same' },
    { given: 'goes round', next: (cursor: string | undefined) => (cursor === 'a' ? 'b' : 'a') },
    { given: 'never ends', next: (cursor: string | undefined) => `${cursor ?? ''}x` },
  ])('fail when the paging $given', async ({ next }) => {
    const crm = adapterOver({ 'GET /api/v2/pipelines': ({ params }) => ({ data: [], next: next(params.cursor) }) });
    expect((await failureOf(crm.pipelines.all(call()))).code).toBe('UPSTREAM_INVALID_RESPONSE');
    expect(crm.http.requests.length).toBeLessThanOrEqual(201);
  });
});
