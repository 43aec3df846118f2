import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { notFound } from './failure.ts';

/** v1 operations withdrawn from the API in 2026 in favour of v2, as `METHOD path`. */
const WITHDRAWN = [
  ...crud('deals'),
  'DELETE /deals',
  'GET /deals/collection',
  'GET /deals/search',
  'GET /deals/:id/activities',
  'GET /deals/:id/persons',
  'GET /deals/:id/products',
  'POST /deals/:id/products',
  'PUT /deals/:id/products/:attachment',
  'DELETE /deals/:id/products/:attachment',
  ...crud('persons'),
  'DELETE /persons',
  'GET /persons/collection',
  'GET /persons/search',
  'GET /persons/:id/deals',
  'GET /persons/:id/activities',
  ...crud('organizations'),
  'DELETE /organizations',
  'GET /organizations/collection',
  'GET /organizations/search',
  'GET /organizations/:id/deals',
  'GET /organizations/:id/persons',
  'GET /organizations/:id/activities',
  ...crud('activities'),
  'DELETE /activities',
  'GET /activities/collection',
  ...crud('products'),
  'GET /products/search',
  ...crud('pipelines'),
  ...crud('stages'),
  'DELETE /stages',
  'GET /itemSearch',
  'GET /itemSearch/field',
];

function crud(entity: string): string[] {
  return [`GET /${entity}`, `POST /${entity}`, `GET /${entity}/:id`, `PUT /${entity}/:id`, `DELETE /${entity}/:id`];
}

/** Answers 410 to every withdrawn operation. */
export function withdrawnRoutes(): Route[] {
  return WITHDRAWN.map((operation): Route => {
    const [method, path] = operation.split(' ') as [string, string];
    return { method, path: `/v1${path}`, tokens: 0, handler: gone };
  });
}

function gone({ params }: SimRequest): SimResponse {
  if (params.id !== undefined && !/^\d+$/.test(params.id)) throw notFound('Endpoint');
  return {
    status: 410,
    body: {
      success: false,
      error: 'This endpoint is no longer available. Use its API v2 equivalent.',
      error_info: 'Please check developers.pipedrive.com',
      data: null,
      additional_data: null,
    },
  };
}
