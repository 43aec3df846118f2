/** Operations by the scopes of which an access token needs one, as the published API description has them. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'activities:full activities:read': ['GET /api/v2/activities', 'GET /api/v2/activities/:id'],
  'activities:full activities:read admin': ['GET /v1/activityTypes'],
  'activities:full activities:read contacts:full contacts:read deals:full deals:read': [
    'GET /v1/files/:id',
    'GET /v1/filters',
    'GET /v1/filters/:id',
  ],
  'admin contact-fields:full contacts:full contacts:read': [
    'GET /api/v2/personFields',
    'GET /api/v2/personFields/:code',
    'GET /api/v2/organizationFields',
    'GET /api/v2/organizationFields/:code',
  ],
  'admin deal-fields:full deals:full deals:read': ['GET /api/v2/dealFields', 'GET /api/v2/dealFields/:code'],
  'admin deals:full deals:read': [
    'GET /api/v2/pipelines',
    'GET /api/v2/pipelines/:id',
    'GET /api/v2/stages',
    'GET /api/v2/stages/:id',
  ],
  base: ['GET /v1/users/me', 'GET /v1/currencies'],
  'contacts:full': [
    'POST /api/v2/organizations',
    'PATCH /api/v2/organizations/:id',
    'DELETE /api/v2/organizations/:id',
    'POST /api/v2/persons',
    'PATCH /api/v2/persons/:id',
    'DELETE /api/v2/persons/:id',
  ],
  'contacts:full contacts:read': [
    'GET /api/v2/organizations',
    'GET /api/v2/organizations/:id',
    'GET /api/v2/persons',
    'GET /api/v2/persons/:id',
  ],
  'contacts:full contacts:read deals:full deals:read': ['GET /v1/notes', 'GET /v1/notes/:id'],
  'deals:full': [
    'POST /api/v2/deals/:id/followers',
    'DELETE /api/v2/deals/:id/followers/:follower',
    'POST /v1/deals/:id/followers',
    'DELETE /v1/deals/:id/followers/:follower',
    'POST /v1/deals/:id/participants',
    'DELETE /v1/deals/:id/participants/:participant',
    'PUT /v1/deals/:id/merge',
    'POST /v1/deals/:id/duplicate',
    'POST /api/v2/deals',
    'PATCH /api/v2/deals/:id',
    'DELETE /api/v2/deals/:id',
  ],
  'deals:full deals:read': [
    'GET /v1/deals/archived',
    'GET /api/v2/deals/:id/discounts',
    'POST /api/v2/deals/:id/discounts',
    'PATCH /api/v2/deals/:id/discounts/:discount',
    'DELETE /api/v2/deals/:id/discounts/:discount',
    'GET /v1/deals/:id/files',
    'GET /api/v2/deals/:id/followers',
    'GET /api/v2/deals/:id/followers/changelog',
    'GET /v1/deals/:id/followers',
    'GET /v1/deals/:id/permittedUsers',
    'GET /api/v2/deals/installments',
    'POST /api/v2/deals/:id/installments',
    'PATCH /api/v2/deals/:id/installments/:installment',
    'DELETE /api/v2/deals/:id/installments/:installment',
    'GET /v1/deals/:id/participants',
    'GET /v1/deals/:id/participantsChangelog',
    'GET /v1/deals/summary',
    'GET /v1/deals/summary/archived',
    'GET /v1/deals/timeline',
    'GET /v1/deals/timeline/archived',
    'GET /api/v2/deals',
    'GET /api/v2/deals/archived',
    'GET /api/v2/deals/:id',
  ],
  'deals:full deals:read products:full products:read': ['GET /api/v2/deals/products', 'GET /api/v2/deals/:id/products'],
  'deals:full deals:read search:read': ['GET /api/v2/deals/search'],
  'deals:full products:full': [
    'POST /api/v2/deals/:id/products',
    'POST /api/v2/deals/:id/products/bulk',
    'DELETE /api/v2/deals/:id/products',
    'PATCH /api/v2/deals/:id/products/:attachment',
    'DELETE /api/v2/deals/:id/products/:attachment',
  ],
  'mail:full mail:read': ['GET /v1/deals/:id/mailMessages'],
  'product-fields:full products:full products:read': ['GET /api/v2/productFields', 'GET /api/v2/productFields/:code'],
  'products:full': ['POST /api/v2/products', 'PATCH /api/v2/products/:id', 'DELETE /api/v2/products/:id'],
  'products:full products:read': [
    'GET /api/v2/products/:id/variations',
    'GET /api/v2/products',
    'GET /api/v2/products/:id',
  ],
  'recents:read': ['GET /v1/deals/:id/changelog', 'GET /v1/deals/:id/flow'],
  'users:read': ['GET /v1/users', 'GET /v1/users/:id'],
};

const SCOPES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(OPERATIONS).flatMap(([scopes, operations]) =>
    operations.map((operation): [string, string[]] => [operation, scopes.split(' ')]),
  ),
);

/** Every scope that the operations of the sandbox ask for; `base` comes with any app. */
export const ALL_SCOPES: readonly string[] = [...new Set(['base', ...[...SCOPES.values()].flat()])].sort();

/**
 * Whether an access token with these scopes opens an operation (`GET /api/v2/deals/:id`). Operations that the published
 * description does not have, the withdrawn ones of v1 among them, are open to no app.
 */
export function opens(scopes: readonly string[], operation: string): boolean {
  return SCOPES.get(operation)?.some((scope) => scopes.includes(scope)) === true;
}
