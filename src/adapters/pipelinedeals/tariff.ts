import type { ReadOperation, ReadSubject, ReadWay, Tariff, WriteOperation } from '../../domain/tariff.ts';
import { collection, MAX_PAGE_SIZE, MAX_PAGES, member } from './api.ts';

type Facts = Partial<Pick<ReadOperation, 'limit' | 'maxRequests' | 'again' | 'mayNeed'>>;

function read(subject: ReadSubject, way: ReadWay, path: string | null, facts: Facts = {}): ReadOperation {
  return { subject, way, path, tokens: null, limit: null, maxRequests: 1, ...facts };
}

const list = (name: string) => collection(name).template;
const one = (name: string) => member(name, '').template;

const PAGED = { limit: MAX_PAGE_SIZE, maxRequests: MAX_PAGES };
/** A list hides some records, and the condition may be ignored; what it leaves out is read alone. */
const BATCH = { limit: MAX_PAGE_SIZE, again: 'BY_ID' } as const;
/** A deal may leave open its pipeline, its percentage and its currency, which the account's settings tell. */
const SETTINGS = { mayNeed: ['STAGE', 'PIPELINE', 'CURRENCY'] } as const;

function records(subject: ReadSubject, name: string, facts: Facts = {}): readonly ReadOperation[] {
  return [
    read(subject, 'BY_ID', one(name), facts),
    read(subject, 'BY_IDS', list(name), { ...BATCH, ...facts }),
    read(subject, 'LIST', list(name), { limit: MAX_PAGE_SIZE, maxRequests: null, ...facts }),
  ];
}

/** What is written into a deal, or hangs on it in lists of its own. */
const TOLD: readonly ReadSubject[] = [
  'DEAL_PRODUCT',
  'DEAL_PERSON',
  'FOLLOWER',
  'PARTICIPANT',
  'STAGE',
  'PIPELINE',
  'USER',
  'PERSON',
  'ORGANIZATION',
  'PRODUCT',
  'LABEL',
];
const LISTED = { limit: MAX_PAGE_SIZE, maxRequests: null };

const reads: readonly ReadOperation[] = [
  ...records('DEAL', 'deals', SETTINGS),
  ...records('PERSON', 'people'),
  ...records('ORGANIZATION', 'companies'),
  read('PRODUCT', 'WHOLE', list('admin/product_lines'), PAGED),
  read('ACTIVITY', 'BY_ID', one('calendar_entries')),

  read('STAGE', 'WHOLE', list('admin/deal_stages'), { ...PAGED, mayNeed: ['PIPELINE'] }),
  read('PIPELINE', 'WHOLE', list('admin/deal_pipelines'), PAGED),
  read('USER', 'WHOLE', list('users'), PAGED),
  read('USER', 'BY_ID', one('users')),
  read('SAVED_FILTER', 'WHOLE', list('searches'), PAGED),
  read('LABEL', 'WHOLE', list('admin/deal_tags'), PAGED),
  read('LABEL', 'WHOLE', list('admin/lead_sources'), PAGED),
  read('LABEL', 'WHOLE', list('admin/deal_statuses'), PAGED),
  read('DEAL_FIELD', 'WHOLE', list('admin/deal_custom_field_labels'), { ...PAGED, mayNeed: ['CURRENCY'] }),
  read('PERSON_FIELD', 'WHOLE', list('admin/person_custom_field_labels'), { ...PAGED, mayNeed: ['CURRENCY'] }),
  read('ORGANIZATION_FIELD', 'WHOLE', list('admin/company_custom_field_labels'), { ...PAGED, mayNeed: ['CURRENCY'] }),
  read('CURRENCY', 'WHOLE', list('account')),
  read('CURRENT_USER', 'WHOLE', list('profile')),

  ...TOLD.map((subject) => read(subject, 'TOLD', null)),
  read('PERMITTED_USER', 'OF_DEAL', one('deals'), { maxRequests: 2 }),
  read('DEAL_DETAIL', 'OF_DEAL', one('deals'), { maxRequests: null, ...SETTINGS }),
  read('DEAL_ACTIVITY', 'OF_DEAL', list('calendar_entries'), LISTED),
  read('NOTE', 'OF_DEAL', list('notes'), LISTED),
  read('FILE', 'OF_DEAL', list('documents'), LISTED),
  read('MAIL_MESSAGE', 'OF_DEAL', list('notes'), LISTED),
  read('FEED', 'OF_DEAL', list('notes'), LISTED),

  read('SEARCH', 'LIST', list('deals'), { limit: MAX_PAGE_SIZE, maxRequests: null, ...SETTINGS }),
  read('SUMMARY', 'LIST', list('deals'), SETTINGS),
];

function write(
  entity: WriteOperation['entity'],
  operation: WriteOperation['operation'],
  requests: number,
): WriteOperation {
  return { entity, operation, requests: { min: requests, max: null }, tokens: null };
}

/** What each write takes at least. */
const writes: readonly WriteOperation[] = [
  write('DEAL', 'ADD', 1),
  write('DEAL', 'UPDATE', 1),
  write('DEAL', 'MERGE', 6),
  write('DEAL', 'DUPLICATE', 2),
  write('DEAL', 'DELETE', 1),
  write('FOLLOWER', 'ADD', 3),
  write('FOLLOWER', 'DELETE', 3),
  write('PARTICIPANT', 'ADD', 3),
  write('PARTICIPANT', 'DELETE', 3),
];

/** The read that lists a collection, page by page or whole. */
export function listing(path: string): ReadOperation {
  const operation = reads.find((one) => one.way === 'LIST' && one.path === path);
  return operation ?? read('PERSON', 'LIST', path, { limit: MAX_PAGE_SIZE, maxRequests: null });
}

/** What PipelineDeals can be asked. It counts no tokens. */
export const tariff: Tariff = { reads, writes };
