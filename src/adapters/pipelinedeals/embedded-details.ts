import type { DealDetails } from '../../domain/deal-details.ts';
import { ids, type Wire } from '../wire.ts';
import { nextActivity } from './activities.ts';
import { dealPeople, primaryContactId } from './deal-people.ts';

/** The details that a deal carries. */
export function embeddedDetails(crm: string, deal: Wire): Partial<DealDetails> {
  const next = nextActivity(crm, deal);
  const people = dealPeople(crm, deal);
  const products = deal.product_lines ?? deal.deal_product_lines_ids;
  return {
    ...(next !== undefined && { nextActivity: next }),
    ...(Array.isArray(products) && { productCount: products.length }),
    ...(deal.shared_user_ids !== undefined && { followerCount: ids(deal, 'shared_user_ids').length }),
    ...(people !== null && { participantCount: people.length - (primaryContactId(deal) === null ? 0 : 1) }),
  };
}
