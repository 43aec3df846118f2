import type { Method } from '../../transport/http-client.ts';

/** One operation of the Pipedrive API and its published cost (`x-token-cost` of the OpenAPI documents). */
export interface Endpoint {
  readonly method: Method;
  /** The path with `{id}` for the record and `{line}` for a line of a deal. */
  readonly template: string;
  readonly tokens: number;
}

/** The operations this adapter calls: v2 wherever v2 has one, v1 for users, merge and duplicate. */
export const ENDPOINTS = {
  deals: { method: 'GET', template: '/api/v2/deals', tokens: 10 },
  archivedDeals: { method: 'GET', template: '/api/v2/deals/archived', tokens: 20 },
  deal: { method: 'GET', template: '/api/v2/deals/{id}', tokens: 1 },
  addDeal: { method: 'POST', template: '/api/v2/deals', tokens: 5 },
  updateDeal: { method: 'PATCH', template: '/api/v2/deals/{id}', tokens: 5 },
  deleteDeal: { method: 'DELETE', template: '/api/v2/deals/{id}', tokens: 3 },
  mergeDeal: { method: 'PUT', template: '/v1/deals/{id}/merge', tokens: 40 },
  duplicateDeal: { method: 'POST', template: '/v1/deals/{id}/duplicate', tokens: 10 },

  linesOfDeals: { method: 'GET', template: '/api/v2/deals/products', tokens: 10 },
  addLine: { method: 'POST', template: '/api/v2/deals/{id}/products', tokens: 5 },
  addLines: { method: 'POST', template: '/api/v2/deals/{id}/products/bulk', tokens: 25 },
  updateLine: { method: 'PATCH', template: '/api/v2/deals/{id}/products/{line}', tokens: 5 },
  deleteLine: { method: 'DELETE', template: '/api/v2/deals/{id}/products/{line}', tokens: 3 },
  deleteLines: { method: 'DELETE', template: '/api/v2/deals/{id}/products', tokens: 15 },

  people: { method: 'GET', template: '/api/v2/persons', tokens: 10 },
  person: { method: 'GET', template: '/api/v2/persons/{id}', tokens: 1 },
  organizations: { method: 'GET', template: '/api/v2/organizations', tokens: 10 },
  organization: { method: 'GET', template: '/api/v2/organizations/{id}', tokens: 1 },
  products: { method: 'GET', template: '/api/v2/products', tokens: 10 },
  product: { method: 'GET', template: '/api/v2/products/{id}', tokens: 1 },
  pipelines: { method: 'GET', template: '/api/v2/pipelines', tokens: 5 },
  pipeline: { method: 'GET', template: '/api/v2/pipelines/{id}', tokens: 1 },
  stages: { method: 'GET', template: '/api/v2/stages', tokens: 5 },
  stage: { method: 'GET', template: '/api/v2/stages/{id}', tokens: 1 },
  users: { method: 'GET', template: '/v1/users', tokens: 20 },
  user: { method: 'GET', template: '/v1/users/{id}', tokens: 2 },
  me: { method: 'GET', template: '/v1/users/me', tokens: 2 },

  dealFields: { method: 'GET', template: '/api/v2/dealFields', tokens: 10 },
  personFields: { method: 'GET', template: '/api/v2/personFields', tokens: 10 },
  organizationFields: { method: 'GET', template: '/api/v2/organizationFields', tokens: 10 },
} as const satisfies Record<string, Endpoint>;

/** The most ids one `ids=` or `deal_ids=`, and the most lines one bulk call, may hold. */
export const MAX_BATCH = 100;

/** The largest page. Its size does not change what a request costs. */
export const MAX_PAGE = 500;

/** The path of an operation on records whose ids the gateway has checked, or the CRM has sent. */
export function pathOf(endpoint: Endpoint, ids: Readonly<Record<string, string>>): string {
  return endpoint.template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const id = ids[name];
    if (id === undefined || !/^\d+$/.test(id)) throw new Error(`${endpoint.template} needs a numeric ${name}`);
    return id;
  });
}
