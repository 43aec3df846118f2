import { describe, expect, it } from 'vitest';
import { ENDPOINTS, type Endpoint } from '../../../src/adapters/pipedrive/endpoints.ts';
import { operationOf } from '../../../src/adapters/pipedrive/operation-cost.ts';
import type { HttpMethod } from '../../../src/domain/api-request.ts';

const UUID = '7f1c5b1e-9e0b-4c55-8a5e-0b7d4a6f3c21';
const KEY = '9f2c'.repeat(10);

describe('the published cost of an operation', () => {
  it.each(Object.entries(ENDPOINTS as Readonly<Record<string, Endpoint>>))('%s, which is in use', (_name, endpoint) => {
    const path = endpoint.template.replace(/\{discount\}/, UUID).replace(/\{\w+\}/g, '42');
    expect(operationOf(endpoint.method, path)).toMatchObject({ template: endpoint.template, tokens: endpoint.tokens });
  });

  it.each<[method: HttpMethod, path: string, tokens: number]>([
    ['GET', '/api/v2/leads/search', 20],
    ['GET', '/api/v2/itemSearch', 20],
    ['GET', '/api/v2/products/search', 20],
    ['GET', `/api/v2/dealFields/${KEY}`, 1],
    ['GET', `/api/v2/deals/42/convert/status/${UUID}`, 1],
    ['POST', '/api/v2/deals/42/convert/lead', 40],
    ['GET', '/api/v2/projects', 10],
    ['POST', '/api/v2/persons', 5],
    ['PATCH', '/api/v2/organizations/7', 5],
    ['DELETE', '/api/v2/activities/7', 3],
    ['GET', '/v1/notes/7', 2],
    ['GET', `/v1/leads/${UUID}`, 2],
    ['GET', '/v1/leads', 20],
    ['GET', '/v1/leadSources', 2],
    ['GET', '/v1/webhooks', 10],
    ['GET', '/v1/users/find', 40],
    ['GET', '/v1/deals/summary/archived', 80],
    ['GET', '/v1/pipelines/2/movement_statistics', 40],
    ['GET', '/v1/deals/42/participantsChangelog', 10],
    ['PUT', '/v1/persons/7/merge', 40],
    ['POST', '/v1/notes', 10],
    ['PUT', '/v1/notes/7', 10],
    ['DELETE', '/v1/notes/7', 6],
  ])('%s %s: %i', (method, path, tokens) => {
    expect(operationOf(method, path).tokens).toBe(tokens);
  });
});

it('a path is logged without what names a record', () => {
  expect(operationOf('GET', `/api/v2/persons/42/x/${KEY}`).template).toBe('/api/v2/persons/{id}/x/{id}');
  expect(operationOf('GET', `/v1/leads/${UUID}`).template).toBe('/v1/leads/{id}');
});
