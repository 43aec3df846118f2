import { defineAdapter } from '../define-adapter.ts';
import { KeptAnswers } from '../kept.ts';
import { createActivities } from './activities.ts';
import { PipedriveApi } from './api.ts';
import { createCallApi } from './call-api.ts';
import { capabilities } from './capabilities.ts';
import { createCustomFields } from './custom-fields.ts';
import { createDealHistory } from './deal-history.ts';
import { createDealPeople } from './deal-people.ts';
import { createDealProductWrites } from './deal-product-writes.ts';
import { createDealProducts } from './deal-products.ts';
import { createDealSearch } from './deal-search.ts';
import { dealSources } from './deal-sources.ts';
import { createDealSummaries } from './deal-summary.ts';
import { createDealTimelines } from './deal-timeline.ts';
import { createDealWrites } from './deal-writes.ts';
import { createDealRepository } from './deals.ts';
import { discountWrites } from './discount-writes.ts';
import { discountsOfDeals } from './discounts.ts';
import { ENDPOINTS } from './endpoints.ts';
import { createFields } from './fields.ts';
import { createFollowers, createFollowerWrites } from './followers.ts';
import { installmentWrites } from './installment-writes.ts';
import { installmentsOfDeals } from './installments.ts';
import { createLabels } from './labels.ts';
import { readLimits } from './limits.ts';
import { createMe, currentUserId } from './me.ts';
import { followerChanges, participantChanges } from './membership-changes.ts';
import { oauthApp } from './oauth.ts';
import { createOrganizations } from './organizations.ts';
import { createParticipants, createParticipantWrites } from './participants.ts';
import { createPeople } from './people.ts';
import { createPermittedUsers } from './permitted-users.ts';
import { createPipelines } from './pipelines.ts';
import { createProductVariations } from './product-variations.ts';
import { createProducts } from './products.ts';
import { createSavedFilters } from './saved-filters.ts';
import { createStages } from './stages.ts';
import { tariff } from './tariff.ts';
import { createUrls } from './urls.ts';
import { createUsers } from './users.ts';

/** The smallest plan's burst limits, until the answers state the account's own. */
const SMALLEST_BURST = { apiToken: 20, oauth: 80 };
const BURST_MS = 2_000;

/** Pipedrive: v2 of its REST API, and v1 for what v2 does not have, such as users, merge and the feed of a deal. */
export const pipedrive = defineAdapter({
  kind: 'pipedrive',
  label: 'Pipedrive',
  settings: {
    apiToken: {
      env: 'PIPEDRIVE_API_TOKEN',
      type: 'secret',
      description: 'API token of a Pipedrive user',
      optional: true,
    },
    clientId: {
      env: 'PIPEDRIVE_CLIENT_ID',
      type: 'text',
      description: 'Client id of a Pipedrive app, to connect by OAuth',
      optional: true,
    },
    clientSecret: {
      env: 'PIPEDRIVE_CLIENT_SECRET',
      type: 'secret',
      description: 'Client secret of that app',
      optional: true,
    },
    oauthUrl: {
      env: 'PIPEDRIVE_OAUTH_URL',
      type: 'url',
      description: 'Host of the OAuth server; /oauth/authorize, /oauth/token and /oauth/revoke are appended',
      default: 'https://oauth.pipedrive.com',
    },
    redirectUri: {
      env: 'PIPEDRIVE_REDIRECT_URI',
      type: 'url',
      description: 'Callback URL as it is registered with the app',
      default: 'http://localhost:4180/callback',
    },
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
    dailyReserve: {
      env: 'PIPEDRIVE_DAILY_RESERVE',
      type: 'integer',
      description: 'Percentage of the daily tokens that reads leave for writes',
      default: 10,
      max: 100,
    },
  },
  credentials: [['apiToken'], ['clientId', 'clientSecret']],
  capabilities,
  tariff,
  oauth: oauthApp,
  callerCredentials(text) {
    const bearer = /^Bearer +([\x21-\x7e]+)$/i.exec(text)?.[1];
    if (bearer !== undefined) return { headers: { authorization: `Bearer ${bearer}` } };
    return /^[A-Za-z0-9]{8,256}$/.test(text) ? { headers: { 'x-api-token': text } } : null;
  },
  http: ({ apiToken, apiUrl, rateLimit, dailyReserve }) => ({
    baseUrl: apiUrl,
    credentials: apiToken === undefined ? {} : { headers: { 'x-api-token': apiToken } },
    window:
      rateLimit === 0
        ? null
        : { requests: rateLimit ?? SMALLEST_BURST[apiToken === undefined ? 'oauth' : 'apiToken'], perMs: BURST_MS },
    believeLimit: rateLimit === undefined,
    // No cap is published, and the rate window holds back. With fewer, 128 callers wait for places at 50 ms a request;
    // more bring nothing.
    maxInFlight: 256,
    dailyReserve: dailyReserve / 100,
    budgetUnit: 'TOKENS',
    limits: readLimits,
    requestIdHeader: 'x-correlation-id',
    probe: { path: ENDPOINTS.me.template, tokens: ENDPOINTS.me.tokens },
  }),
  create({ crm, http, clock, referenceMaxAgeMs, secrets }) {
    const api = new PipedriveApi(crm.id, http, clock);
    const answers = new KeptAnswers(crm.id, clock, referenceMaxAgeMs);
    const me = createMe(api, answers);
    const fields = createFields(api, answers);
    return {
      crm,
      deals: {
        ...createDealRepository(api),
        sources: (query, keys, several) => dealSources(api, query, keys, several),
      },
      dealSearch: createDealSearch(api),
      dealSummaries: createDealSummaries(api),
      dealTimelines: createDealTimelines(api),
      savedFilters: createSavedFilters(api, answers),
      dealProducts: createDealProducts(api),
      dealPeople: createDealPeople(api),
      followers: createFollowers(api),
      participants: createParticipants(api),
      permittedUsers: createPermittedUsers(api),
      followerChanges: followerChanges(api),
      participantChanges: participantChanges(api),
      dealHistory: createDealHistory(api),
      people: createPeople(api),
      organizations: createOrganizations(api),
      products: createProducts(api),
      productVariations: createProductVariations(api),
      namesTables: true,
      stages: createStages(api, answers),
      pipelines: createPipelines(api, answers),
      users: createUsers(api, answers),
      currentUser: (call) => currentUserId(crm.id, me, call),
      activities: createActivities(api),
      labels: createLabels(api, fields),
      customFields: createCustomFields(fields),
      url: createUrls(crm.id, me),
      dealWrites: createDealWrites(api, fields, me, clock),
      dealProductWrites: createDealProductWrites(api, clock),
      dealDiscounts: { ofDeals: discountsOfDeals(api), ...discountWrites(api, me) },
      dealInstallments: { ofDeals: installmentsOfDeals(api), ...installmentWrites(api) },
      followerWrites: createFollowerWrites(api),
      participantWrites: createParticipantWrites(api),
      callApi: createCallApi(api, secrets),
      now: () => api.time.now(),
      budget: () => http.budget(),
      connection: () => http.connection(),
      isKept: (path) => answers.isKept(path),
      forget: () => answers.forget(),
      close: () => api.close(),
    };
  },
});
