import type { CrmAdapter, Found } from '../../domain/crm-adapter.ts';
import type { Deal } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import { type AdapterParts, defineAdapter } from '../define-adapter.ts';
import { Account } from './account.ts';
import { Api } from './api.ts';
import { capabilities } from './capabilities.ts';
import { DealPlace } from './deal-place.ts';
import { createDealProductWrites, createDealWrites } from './deal-writes.ts';
import { Deals } from './deals.ts';
import { Fields } from './fields.ts';
import { Labels } from './labels.ts';
import { rateLimits } from './limits.ts';
import { LossReasons } from './loss-reasons.ts';
import { createOrganizations } from './organizations.ts';
import { createPeople } from './people.ts';
import { Pipelines } from './pipelines.ts';
import { Products } from './products.ts';
import { Stages } from './stages.ts';
import { recordUrl } from './urls.ts';
import { Users } from './users.ts';

/** PipelineDeals, today Pipeline CRM, through its REST API v3. */
export const pipelinedeals = defineAdapter({
  kind: 'pipelinedeals',
  label: 'PipelineDeals',
  settings: {
    apiKey: {
      env: 'PIPELINEDEALS_API_KEY',
      type: 'secret',
      description: 'API key of the PipelineDeals user the gateway acts as',
    },
    appKey: {
      env: 'PIPELINEDEALS_APP_KEY',
      type: 'secret',
      description: 'Key of the integration, which accounts of today ask for beside the API key',
      optional: true,
    },
    apiUrl: {
      env: 'PIPELINEDEALS_API_URL',
      type: 'url',
      description: 'Base URL of the API, including /api/v3',
      default: 'https://api.pipelinecrm.com/api/v3',
    },
    rateLimit: {
      env: 'PIPELINEDEALS_RATE_LIMIT',
      type: 'integer',
      description: 'Requests per second; 0 turns the limit off',
      default: 8,
    },
  },
  capabilities,
  http: ({ apiKey, appKey, apiUrl, rateLimit }) => ({
    baseUrl: apiUrl,
    credentials: { query: [['api_key', apiKey], ...(appKey === undefined ? [] : [['app_key', appKey] as const])] },
    window: rateLimit === 0 ? null : { requests: rateLimit, perMs: 1_000 },
    // The account allows 10 requests a second to everybody together; ours stay below that.
    believeLimit: false,
    maxInFlight: 5,
    limits: rateLimits,
    requestIdHeader: 'x-request-id',
  }),
  create: createAdapter,
});

function createAdapter({ crm, http, clock, referenceMaxAgeMs }: AdapterParts): CrmAdapter {
  const account = new Account(new Api(crm.id, http), clock, referenceMaxAgeMs);
  const pipelines = new Pipelines(account);
  const stages = new Stages(account, pipelines);
  const labels = new Labels(account);
  const fields = new Fields(account);
  const deals = new Deals(account, stages, pipelines);
  const place = new DealPlace(crm.id, stages, pipelines);
  return {
    crm,
    deals,
    dealProducts: { ofDeals: async (ids, call) => partOf(await deals.getMany(ids, call), (deal) => deal.products) },
    dealPeople: {
      ofDeals: async (known, call) => {
        const ids = known.map((deal) => deal.ref.id);
        return partOf(await deals.getMany(ids, call), (deal) => deal.people);
      },
    },
    people: createPeople(account),
    organizations: createOrganizations(account),
    products: new Products(account),
    stages,
    pipelines,
    users: new Users(account),
    labels,
    customFields: fields,
    url: async (ref) => recordUrl(ref),
    dealWrites: createDealWrites({ account, fields, labels, lossReasons: new LossReasons(account), place }, deals),
    dealProductWrites: createDealProductWrites(crm.id),
    close: () => http.close(),
  };
}

/** What deals carry of something, by the deal's id. */
function partOf<Part>(found: Found<Deal>, part: (deal: Deal) => Part | null): Found<Part> {
  const parts = new Map<string, Part | GatewayError>();
  for (const [id, deal] of found) {
    const own = deal instanceof GatewayError ? deal : part(deal);
    if (own !== null) parts.set(id, own);
  }
  return parts;
}
