import type { ReadOperation, ReadSubject, ReadWay, Tariff, WriteOperation } from '../../domain/tariff.ts';
import { MAX_PAGES } from './api.ts';
import { ENDPOINTS, type Endpoint, MAX_BATCH, MAX_PAGE } from './endpoints.ts';

type Facts = Partial<Pick<ReadOperation, 'limit' | 'maxRequests' | 'again' | 'mayNeed'>>;

function read(subject: ReadSubject, way: ReadWay, { template, tokens }: Endpoint, facts: Facts = {}): ReadOperation {
  return { subject, way, path: template, tokens, limit: null, maxRequests: 1, ...facts };
}

/** Records that are read alone or by up to a hundred ids, and what they are listed by. */
function records(subject: ReadSubject, one: Endpoint, list: Endpoint, facts: Facts = {}): readonly ReadOperation[] {
  return [
    read(subject, 'BY_ID', one),
    read(subject, 'BY_IDS', list, { limit: MAX_BATCH, ...facts }),
    read(subject, 'LIST', list, { limit: MAX_PAGE, maxRequests: null }),
  ];
}

const PAGED = { limit: MAX_PAGE, maxRequests: MAX_PAGES };
const ARCHIVED = { path: ENDPOINTS.archivedDeals.template, tokens: ENDPOINTS.archivedDeals.tokens };

const reads: readonly ReadOperation[] = [
  ...records('DEAL', ENDPOINTS.deal, ENDPOINTS.deals, { again: ARCHIVED }),
  read('DEAL', 'LIST', ENDPOINTS.archivedDeals, { limit: MAX_PAGE, maxRequests: null }),
  ...records('PERSON', ENDPOINTS.person, ENDPOINTS.people),
  ...records('ORGANIZATION', ENDPOINTS.organization, ENDPOINTS.organizations),
  read('PRODUCT', 'BY_ID', ENDPOINTS.product),
  read('PRODUCT', 'BY_IDS', ENDPOINTS.products, { limit: MAX_BATCH }),
  read('PRODUCT_VARIATION', 'BY_ID', ENDPOINTS.variations, PAGED),
  read('ACTIVITY', 'BY_ID', ENDPOINTS.activity),
  read('ACTIVITY', 'BY_IDS', ENDPOINTS.activities, { limit: MAX_BATCH }),

  read('STAGE', 'WHOLE', ENDPOINTS.stages, PAGED),
  read('STAGE', 'BY_ID', ENDPOINTS.stage),
  read('PIPELINE', 'WHOLE', ENDPOINTS.pipelines, PAGED),
  read('PIPELINE', 'BY_ID', ENDPOINTS.pipeline),
  read('USER', 'WHOLE', ENDPOINTS.users),
  read('USER', 'BY_ID', ENDPOINTS.user),
  read('SAVED_FILTER', 'WHOLE', ENDPOINTS.savedFilters),
  read('LABEL', 'WHOLE', ENDPOINTS.dealFields, PAGED),
  read('DEAL_FIELD', 'WHOLE', ENDPOINTS.dealFields, PAGED),
  read('PERSON_FIELD', 'WHOLE', ENDPOINTS.personFields, PAGED),
  read('ORGANIZATION_FIELD', 'WHOLE', ENDPOINTS.organizationFields, PAGED),
  read('ACCOUNT', 'WHOLE', ENDPOINTS.me),
  read('CURRENT_USER', 'WHOLE', ENDPOINTS.me),

  read('DEAL_PRODUCT', 'OF_DEALS', ENDPOINTS.linesOfDeals, { limit: MAX_BATCH, maxRequests: MAX_PAGES }),
  read('INSTALLMENT', 'OF_DEALS', ENDPOINTS.installmentsOfDeals, { limit: MAX_BATCH, maxRequests: null }),
  read('DEAL_DETAIL', 'BY_ID', ENDPOINTS.deal),
  read('DEAL_DETAIL', 'BY_IDS', ENDPOINTS.deals, { limit: MAX_BATCH, again: ARCHIVED }),
  read('DISCOUNT', 'OF_DEAL', ENDPOINTS.discounts),
  read('DEAL_PERSON', 'OF_DEAL', ENDPOINTS.people, PAGED),
  read('FOLLOWER', 'OF_DEAL', ENDPOINTS.followers, PAGED),
  read('PARTICIPANT', 'OF_DEAL', ENDPOINTS.participants, PAGED),
  read('PERMITTED_USER', 'OF_DEAL', ENDPOINTS.permittedUsers),
  read('STAGE_MOVE', 'OF_DEAL', ENDPOINTS.dealChangelog, PAGED),
  read('DEAL_ACTIVITY', 'OF_DEAL', ENDPOINTS.activities, { limit: MAX_PAGE, maxRequests: null }),
  read('NOTE', 'OF_DEAL', ENDPOINTS.notes, { limit: MAX_PAGE, maxRequests: null }),
  read('FILE', 'OF_DEAL', ENDPOINTS.dealFiles, { maxRequests: null }),
  read('MAIL_MESSAGE', 'OF_DEAL', ENDPOINTS.dealMailMessages, { limit: MAX_PAGE, maxRequests: null }),
  read('CHANGE', 'OF_DEAL', ENDPOINTS.dealChangelog, { limit: MAX_PAGE, maxRequests: null }),
  read('FEED', 'OF_DEAL', ENDPOINTS.dealFlow, { limit: MAX_PAGE, maxRequests: null }),
  read('FOLLOWER_CHANGE', 'OF_DEAL', ENDPOINTS.followerChanges, { limit: MAX_PAGE, maxRequests: null }),
  read('PARTICIPANT_CHANGE', 'OF_DEAL', ENDPOINTS.participantChanges, { limit: MAX_PAGE, maxRequests: null }),

  read('SEARCH', 'LIST', ENDPOINTS.searchDeals, { limit: MAX_PAGE, maxRequests: null }),
  read('SUMMARY', 'LIST', ENDPOINTS.dealsSummary),
  read('TIMELINE', 'LIST', ENDPOINTS.dealsTimeline),
];

function write(
  entity: WriteOperation['entity'],
  operation: WriteOperation['operation'],
  ...steps: readonly Endpoint[]
): WriteOperation {
  return {
    entity,
    operation,
    requests: { min: steps.length, max: null },
    tokens: { min: steps.reduce((sum, { tokens }) => sum + tokens, 0), max: null },
  };
}

/** What each write takes at least: what it names is looked up as well, and what is kept may have to be read. */
const writes: readonly WriteOperation[] = [
  write('DEAL', 'ADD', ENDPOINTS.addDeal),
  write('DEAL', 'UPDATE', ENDPOINTS.updateDeal),
  write('DEAL', 'MERGE', ENDPOINTS.mergeDeal),
  write('DEAL', 'DUPLICATE', ENDPOINTS.deal, ENDPOINTS.duplicateDeal),
  write('DEAL', 'DELETE', ENDPOINTS.deleteDeal),
  write('DEAL_PRODUCT', 'ADD', ENDPOINTS.addLine),
  write('DEAL_PRODUCT', 'UPDATE', ENDPOINTS.updateLine),
  write('DEAL_PRODUCT', 'DELETE', ENDPOINTS.linesOfDeals, ENDPOINTS.deleteLine),
  write('DISCOUNT', 'ADD', ENDPOINTS.addDiscount),
  write('DISCOUNT', 'UPDATE', ENDPOINTS.updateDiscount),
  write('DISCOUNT', 'DELETE', ENDPOINTS.deleteDiscount),
  write('INSTALLMENT', 'ADD', ENDPOINTS.addInstallment),
  write('INSTALLMENT', 'UPDATE', ENDPOINTS.updateInstallment),
  write('INSTALLMENT', 'DELETE', ENDPOINTS.deleteInstallment),
  write('FOLLOWER', 'ADD', ENDPOINTS.addFollower),
  write('FOLLOWER', 'DELETE', ENDPOINTS.deleteFollower),
  write('PARTICIPANT', 'ADD', ENDPOINTS.addParticipant),
  write('PARTICIPANT', 'DELETE', ENDPOINTS.deleteParticipant),
];

/** The read that lists a collection. */
export function listing({ template }: Endpoint): ReadOperation {
  const operation = reads.find(({ way, path }) => way === 'LIST' && path === template);
  if (!operation) throw new Error(`${template} is no list`);
  return operation;
}

/** What Pipedrive can be asked. The tokens are those of the endpoints. */
export const tariff: Tariff = { reads, writes };
