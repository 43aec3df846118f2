import { describe, expect, it } from 'vitest';
import { templateOf } from '../../src/adapters/api-request.ts';
import type { ApiRequest } from '../../src/domain/api-request.ts';
import { aCall } from '../support/call.ts';
import * as pipedrive from './pipedrive/support.ts';
import * as pipelinedeals from './pipelinedeals/support.ts';

const get = (path: string): ApiRequest => ({ method: 'GET', path, query: [], body: undefined });

describe('what a CRM answers to a raw request', () => {
  const answer = (secret: string) => ({
    links: [{ next: `https://crm.example/deals?page=2&api_key=${secret}` }],
    user: { api_token: 'of somebody else', name: 'Jo', nested: [{ password: 'p' }] },
    big: '12345678901234567.89',
    none: null,
  });
  const expected = {
    links: [{ next: 'https://crm.example/deals?page=2&api_key=…' }],
    user: { name: 'Jo', nested: [{}] },
    big: '12345678901234567.89',
    none: null,
  };

  it('shows no secret on Pipedrive', async () => {
    const body = { success: true, data: answer(pipedrive.SECRET) };
    const crm = pipedrive.adapterOver({ 'GET /v1/users/me': { status: 200, body } });
    const answered = await crm.callApi(get('/v1/users/me'), pipedrive.call());
    expect(answered).toEqual({ status: 200, body: { success: true, data: expected } });
  });

  it('shows no secret on PipelineDeals', async () => {
    const body = answer(pipelinedeals.SECRET);
    const { adapter } = pipelinedeals.adapterOver({ 'GET /users/7.json': { status: 403, body } });
    expect(await adapter.callApi(get('/users/7.json'), aCall())).toEqual({ status: 403, body: expected });
  });

  it('is nothing where there is no body', async () => {
    const { adapter } = pipelinedeals.adapterOver({ 'DELETE /deals/7.json': { status: 204 } });
    const answered = await adapter.callApi({ ...get('/deals/7.json'), method: 'DELETE' }, aCall());
    expect(answered).toEqual({ status: 204, body: null });
  });
});

it('a raw request is sent as it was given', async () => {
  const { adapter, http } = pipelinedeals.adapterOver({ 'PUT /deals/7.json': { body: {} } });
  const query = [
    ['conditions[deal_stage][]', 2],
    ['conditions[deal_stage][]', 3],
  ] as const;
  await adapter.callApi({ method: 'PUT', path: '/deals/7.json', query, body: { deal: { name: 'x' } } }, aCall());
  expect(http.requests).toMatchObject([{ query, body: { deal: { name: 'x' } }, template: '/deals/{id}.json' }]);
});

it.each([
  ['/deals.json', '/deals.json'],
  ['/deals/42.json', '/deals/{id}.json'],
  ['/admin/deal_tags.json', '/admin/deal_tags.json'],
  ['/api/v2/deals/42/products/7', '/api/v2/deals/{id}/products/{id}'],
  ['/v1/files/ab12/download', '/v1/files/{id}/download'],
])('%s is logged as %s', (path, template) => {
  expect(templateOf(path)).toBe(template);
});
