import { isUuid } from '../../domain/ref.ts';
import type { Method } from '../../transport/http-client.ts';

/** One operation of the Pipedrive API and its published cost (`x-token-cost` of the OpenAPI documents). */
export interface Endpoint {
  readonly method: Method;
  /** The path with `{id}` for the record and, where it has one, `{line}` or the like for a part of it. */
  readonly template: string;
  readonly tokens: number;
}

/** The operations this adapter calls: v2 wherever v2 has one, v1 for what it alone has. */
export const ENDPOINTS = {
  deals: { method: 'GET', template: '/api/v2/deals', tokens: 10 },
  archivedDeals: { method: 'GET', template: '/api/v2/deals/archived', tokens: 20 },
  deal: { method: 'GET', template: '/api/v2/deals/{id}', tokens: 1 },
  addDeal: { method: 'POST', template: '/api/v2/deals', tokens: 5 },
  updateDeal: { method: 'PATCH', template: '/api/v2/deals/{id}', tokens: 5 },
  deleteDeal: { method: 'DELETE', template: '/api/v2/deals/{id}', tokens: 3 },
  mergeDeal: { method: 'PUT', template: '/v1/deals/{id}/merge', tokens: 40 },
  searchDeals: { method: 'GET', template: '/api/v2/deals/search', tokens: 20 },
  dealsSummary: { method: 'GET', template: '/v1/deals/summary', tokens: 40 },
  dealsTimeline: { method: 'GET', template: '/v1/deals/timeline', tokens: 20 },
  savedFilters: { method: 'GET', template: '/v1/filters', tokens: 20 },
  duplicateDeal: { method: 'POST', template: '/v1/deals/{id}/duplicate', tokens: 10 },

  linesOfDeals: { method: 'GET', template: '/api/v2/deals/products', tokens: 10 },
  addLine: { method: 'POST', template: '/api/v2/deals/{id}/products', tokens: 5 },
  addLines: { method: 'POST', template: '/api/v2/deals/{id}/products/bulk', tokens: 25 },
  updateLine: { method: 'PATCH', template: '/api/v2/deals/{id}/products/{line}', tokens: 5 },
  deleteLine: { method: 'DELETE', template: '/api/v2/deals/{id}/products/{line}', tokens: 3 },
  deleteLines: { method: 'DELETE', template: '/api/v2/deals/{id}/products', tokens: 15 },

  discounts: { method: 'GET', template: '/api/v2/deals/{id}/discounts', tokens: 10 },
  addDiscount: { method: 'POST', template: '/api/v2/deals/{id}/discounts', tokens: 5 },
  updateDiscount: { method: 'PATCH', template: '/api/v2/deals/{id}/discounts/{discount}', tokens: 5 },
  deleteDiscount: { method: 'DELETE', template: '/api/v2/deals/{id}/discounts/{discount}', tokens: 3 },
  installmentsOfDeals: { method: 'GET', template: '/api/v2/deals/installments', tokens: 10 },
  addInstallment: { method: 'POST', template: '/api/v2/deals/{id}/installments', tokens: 5 },
  updateInstallment: { method: 'PATCH', template: '/api/v2/deals/{id}/installments/{installment}', tokens: 5 },
  deleteInstallment: { method: 'DELETE', template: '/api/v2/deals/{id}/installments/{installment}', tokens: 3 },

  followers: { method: 'GET', template: '/api/v2/deals/{id}/followers', tokens: 10 },
  addFollower: { method: 'POST', template: '/api/v2/deals/{id}/followers', tokens: 5 },
  deleteFollower: { method: 'DELETE', template: '/api/v2/deals/{id}/followers/{user}', tokens: 3 },
  followerChanges: { method: 'GET', template: '/api/v2/deals/{id}/followers/changelog', tokens: 10 },
  participants: { method: 'GET', template: '/v1/deals/{id}/participants', tokens: 10 },
  addParticipant: { method: 'POST', template: '/v1/deals/{id}/participants', tokens: 10 },
  deleteParticipant: { method: 'DELETE', template: '/v1/deals/{id}/participants/{participant}', tokens: 6 },
  participantChanges: { method: 'GET', template: '/v1/deals/{id}/participantsChangelog', tokens: 10 },
  permittedUsers: { method: 'GET', template: '/v1/deals/{id}/permittedUsers', tokens: 10 },

  activities: { method: 'GET', template: '/api/v2/activities', tokens: 10 },
  activity: { method: 'GET', template: '/api/v2/activities/{id}', tokens: 1 },
  notes: { method: 'GET', template: '/v1/notes', tokens: 20 },
  dealFiles: { method: 'GET', template: '/v1/deals/{id}/files', tokens: 20 },
  dealMailMessages: { method: 'GET', template: '/v1/deals/{id}/mailMessages', tokens: 20 },
  dealChangelog: { method: 'GET', template: '/v1/deals/{id}/changelog', tokens: 20 },
  dealFlow: { method: 'GET', template: '/v1/deals/{id}/flow', tokens: 40 },

  people: { method: 'GET', template: '/api/v2/persons', tokens: 10 },
  person: { method: 'GET', template: '/api/v2/persons/{id}', tokens: 1 },
  organizations: { method: 'GET', template: '/api/v2/organizations', tokens: 10 },
  organization: { method: 'GET', template: '/api/v2/organizations/{id}', tokens: 1 },
  products: { method: 'GET', template: '/api/v2/products', tokens: 10 },
  product: { method: 'GET', template: '/api/v2/products/{id}', tokens: 1 },
  variations: { method: 'GET', template: '/api/v2/products/{id}/variations', tokens: 10 },
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
    if (id === undefined || !(/^\d+$/.test(id) || isUuid(id))) {
      throw new Error(`${endpoint.template} needs a number or a UUID as ${name}`);
    }
    return id;
  });
}
