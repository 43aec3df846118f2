import { ACTIVITIES_OF_DEALS } from './activities.ts';
import { READING_DEALS } from './deal-attributes.ts';
import { WRITING_DEALS } from './deal-writes.ts';
import { FEED_OF_DEALS } from './feed.ts';
import { FILES_OF_DEALS } from './files.ts';
import { LISTING } from './listing.ts';
import { MAIL_OF_DEALS } from './mail-messages.ts';
import { NOTES_OF_DEALS } from './notes.ts';
import type { LostOperation, Operation } from './operation.ts';
import { WRITING_PARTS } from './part-writes.ts';
import { PEOPLE_OF_DEALS } from './people.ts';
import { PRODUCTS_OF_DEALS } from './products.ts';
import { SEARCHING } from './searching.ts';
import { SUMMARIES } from './summaries.ts';
import { TERMS_OF_DEALS } from './terms.ts';
import { TIMELINES } from './timelines.ts';

/** Every operation that the vendors document, or once documented, for deals and what belongs to them. */
export const DEAL_OPERATIONS: readonly Operation[] = [
  ...LISTING,
  ...SEARCHING,
  ...SUMMARIES,
  ...TIMELINES,
  ...READING_DEALS,
  ...ACTIVITIES_OF_DEALS,
  ...NOTES_OF_DEALS,
  ...FILES_OF_DEALS,
  ...MAIL_OF_DEALS,
  ...FEED_OF_DEALS,
  ...PEOPLE_OF_DEALS,
  ...PRODUCTS_OF_DEALS,
  ...TERMS_OF_DEALS,
  ...WRITING_DEALS,
  ...WRITING_PARTS,
];

/** What cannot be done any more, since the vendor has shut it off. */
export const LOST_OPERATIONS: readonly LostOperation[] = [
  {
    name: 'deal product: duration and its unit',
    crm: 'pipedrive',
    since: '2026-08-01',
    reason: 'API v2 knows products of deals without a duration: how often one is billed has taken its place.',
    probe: {
      method: 'POST',
      path: (place) => `/api/v2/deals/${place.sample().remoteId}/products`,
      body: { product_id: 51, item_price: 1, quantity: 1, duration: 2, duration_unit: 'monthly' },
      status: 400,
    },
  },
  {
    name: 'deal: recurring and installment subscriptions',
    crm: 'pipedrive',
    since: '2025-06-27',
    reason: 'The Subscriptions API was shut off: billing of products and installments of deals have taken its place.',
    probe: { method: 'GET', path: (place) => `/v1/subscriptions/find/${place.sample().remoteId}`, status: 404 },
  },
  {
    name: 'deal: average progress through the stages, and time to a won deal',
    crm: 'pipedrive',
    since: '2026-08-01',
    reason: 'Only the withdrawn GET /deals/{id} of v1 told them.',
    probe: { method: 'GET', path: (place) => `/v1/deals/${place.sample().remoteId}`, status: 410 },
  },
];
