import { defineAdapter } from '../define-adapter.ts';
import { PipedriveApi } from './api.ts';
import { capabilities } from './capabilities.ts';
import { createCustomFields } from './custom-fields.ts';
import { createDealPeople } from './deal-people.ts';
import { createDealProductWrites } from './deal-product-writes.ts';
import { createDealProducts } from './deal-products.ts';
import { dealSources } from './deal-sources.ts';
import { createDealWrites } from './deal-writes.ts';
import { createDealRepository } from './deals.ts';
import { createFields } from './fields.ts';
import { createLabels } from './labels.ts';
import { readLimits } from './limits.ts';
import { createOrganizations } from './organizations.ts';
import { createPeople } from './people.ts';
import { createPipelines } from './pipelines.ts';
import { createProducts } from './products.ts';
import { createStages } from './stages.ts';
import { createUrls } from './urls.ts';
import { createUsers } from './users.ts';

/** The smallest plan's burst limit of an API token, until the answers state the account's own. */
const SMALLEST_BURST = 20;
const BURST_MS = 2_000;

/** Pipedrive: v2 of its REST API, and v1 for users, merge and duplicate, which v2 does not have. */
export const pipedrive = defineAdapter({
  kind: 'pipedrive',
  label: 'Pipedrive',
  settings: {
    apiToken: { env: 'PIPEDRIVE_API_TOKEN', type: 'secret', description: 'API token of a Pipedrive user' },
    apiUrl: {
      env: 'PIPEDRIVE_API_URL',
      type: 'url',
      description: 'Host of the Pipedrive API; /api/v2 and /v1 are appended',
      default: 'https://api.pipedrive.com',
    },
    rateLimit: {
      env: 'PIPEDRIVE_RATE_LIMIT',
      type: 'integer',
      description: 'Requests per rolling 2 seconds; 0 for no limit, unset for what the CRM states',
      optional: true,
    },
  },
  capabilities,
  http: ({ apiToken, apiUrl, rateLimit }) => ({
    baseUrl: apiUrl,
    credentials: { headers: { 'x-api-token': apiToken } },
    window: rateLimit === 0 ? null : { requests: rateLimit ?? SMALLEST_BURST, perMs: BURST_MS },
    believeLimit: rateLimit === undefined,
    maxInFlight: 10,
    limits: readLimits,
    requestIdHeader: 'x-correlation-id',
  }),
  create({ crm, http, clock, referenceMaxAgeMs }) {
    const api = new PipedriveApi(crm.id, http);
    const fields = createFields(api, clock, referenceMaxAgeMs);
    return {
      crm,
      deals: { ...createDealRepository(api), sources: (query) => dealSources(api, query) },
      dealProducts: createDealProducts(api),
      dealPeople: createDealPeople(api),
      people: createPeople(api),
      organizations: createOrganizations(api),
      products: createProducts(api),
      stages: createStages(api, clock, referenceMaxAgeMs),
      pipelines: createPipelines(api, clock, referenceMaxAgeMs),
      users: createUsers(api, clock, referenceMaxAgeMs),
      labels: createLabels(api, fields),
      customFields: createCustomFields(fields),
      url: createUrls(api, clock, referenceMaxAgeMs),
      dealWrites: createDealWrites(api, fields, clock),
      dealProductWrites: createDealProductWrites(api, clock),
      close: () => api.close(),
    };
  },
});
