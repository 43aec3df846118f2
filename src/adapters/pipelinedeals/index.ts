import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Deal } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Found } from '../../domain/repository.ts';
import { CrmClock } from '../crm-clock.ts';
import { type AdapterParts, defineAdapter } from '../define-adapter.ts';
import { Account } from './account.ts';
import { createActivities } from './activities.ts';
import { Api, collection } from './api.ts';
import { createCallApi } from './call-api.ts';
import { capabilities } from './capabilities.ts';
import { createDealHistory } from './deal-history.ts';
import { DealIdLists } from './deal-id-lists.ts';
import { DealPlace } from './deal-place.ts';
import { createDealSearch } from './deal-search.ts';
import { DealSteps } from './deal-steps.ts';
import { createDealSummaries } from './deal-summary.ts';
import { createDealProductWrites, createDealWrites } from './deal-writes.ts';
import { Deals } from './deals.ts';
import { Fields } from './fields.ts';
import { createFollowers, createFollowerWrites } from './followers.ts';
import { Labels } from './labels.ts';
import { rateLimits } from './limits.ts';
import { createOrganizations } from './organizations.ts';
import { createParticipants, createParticipantWrites } from './participants.ts';
import { createPeople } from './people.ts';
import { PermittedUsers } from './permitted-users.ts';
import { Pipelines } from './pipelines.ts';
import { Products } from './products.ts';
import { Reasons } from './reasons.ts';
import { SavedFilters } from './saved-filters.ts';
import { Stages } from './stages.ts';
import { tariff } from './tariff.ts';
import { TodoTemplates } from './todo-templates.ts';
import { recordUrl } from './urls.ts';
import { createCurrentUser, Users } from './users.ts';

/** PipelineDeals, today Pipeline CRM, through its REST API v3. */
export const pipelinedeals = defineAdapter({
  kind: 'pipelinedeals',
  label: 'PipelineDeals',
  settings: {
    apiKey: {
      env: 'PIPELINEDEALS_API_KEY',
      type: 'secret',
      description: 'API key of the PipelineDeals user the gateway acts as',
      optional: true,
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
  credentials: [['apiKey']],
  capabilities,
  tariff,
  http: ({ apiKey, appKey, apiUrl, rateLimit }) => ({
    baseUrl: apiUrl,
    credentials: {
      query: Object.entries({ api_key: apiKey, app_key: appKey }).flatMap(([name, key]) =>
        key === undefined ? [] : [[name, key] as const],
      ),
    },
    window: rateLimit === 0 ? null : { requests: rateLimit, perMs: 1_000 },
    // The account allows 10 requests a second to everybody together; ours stay below that.
    believeLimit: false,
    maxInFlight: 5,
    dailyReserve: 0,
    budgetUnit: 'REQUESTS',
    limits: rateLimits,
    requestIdHeader: 'x-request-id',
    probe: { path: collection('profile').path, tokens: null },
  }),
  callerCredentials: (text, { appKey }) =>
    /^[A-Za-z0-9_-]{8,256}$/.test(text)
      ? { query: [['api_key', text], ...(appKey === undefined ? [] : [['app_key', appKey] as const])] }
      : null,
  create: createAdapter,
});

function createAdapter({ crm, http, clock, referenceMaxAgeMs, secrets }: AdapterParts): CrmAdapter {
  const account = new Account(new Api(crm.id, http, new CrmClock(clock)), clock, referenceMaxAgeMs);
  const pipelines = new Pipelines(account);
  const stages = new Stages(account, pipelines);
  const labels = new Labels(account);
  const fields = new Fields(account);
  const deals = new Deals(account, stages, pipelines);
  const place = new DealPlace(crm.id, stages, pipelines);
  const idLists = new DealIdLists(account, deals);
  const currentUser = createCurrentUser(account);
  return {
    crm,
    deals,
    dealSearch: createDealSearch(account, deals),
    dealSummaries: createDealSummaries(account),
    savedFilters: new SavedFilters(account),
    dealProducts: { ofDeals: async (ids, call) => partOf(await deals.getMany(ids, call), (deal) => deal.products) },
    dealPeople: {
      ofDeals: async (known, call) => {
        const ids = known.map((deal) => deal.ref.id);
        return partOf(await deals.getMany(ids, call), (deal) => deal.people);
      },
    },
    followers: createFollowers(deals),
    participants: createParticipants(deals),
    permittedUsers: new PermittedUsers(account, deals),
    dealHistory: createDealHistory(account, deals),
    people: createPeople(account),
    organizations: createOrganizations(account),
    products: new Products(account),
    stages,
    pipelines,
    users: new Users(account),
    currentUser,
    activities: createActivities(account),
    labels,
    customFields: fields,
    url: async (ref) => recordUrl(ref),
    dealWrites: createDealWrites(
      {
        account,
        fields,
        labels,
        lossReasons: new Reasons(account, 'loss'),
        wonReasons: new Reasons(account, 'won'),
        todoTemplates: new TodoTemplates(account),
        place,
      },
      deals,
      new DealSteps(account, deals, currentUser),
    ),
    dealProductWrites: createDealProductWrites(crm.id),
    followerWrites: createFollowerWrites(crm.id, idLists),
    participantWrites: createParticipantWrites(crm.id, idLists),
    callApi: createCallApi(account.api, secrets),
    now: () => account.api.time.now(),
    budget: () => http.budget(),
    connection: () => http.connection(),
    isKept: (path) => account.isKept(path),
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
