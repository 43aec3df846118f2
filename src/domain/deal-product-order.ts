import type { DealProduct } from './deal.ts';
import type { Order, SortKey } from './list.ts';
import { compareKeys } from './order.ts';
import { compareRemoteIds, partOfDeal } from './ref.ts';

export const DEAL_PRODUCT_ORDER_FIELDS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'ID'] as const;
export type DealProductOrderField = (typeof DEAL_PRODUCT_ORDER_FIELDS)[number];

/** The lines of one deal in an order; those without the key come last in both directions, equal ones by id. */
export function orderLines(
  lines: readonly DealProduct[],
  { field, direction }: Order<DealProductOrderField>,
): readonly DealProduct[] {
  const compare = compareKeys('plain', direction);
  return lines.toSorted((a, b) => compare(KEYS[field](a), KEYS[field](b)) || compareRemoteIds(idOf(a), idOf(b)));
}

const KEYS: Readonly<Record<DealProductOrderField, (line: DealProduct) => SortKey>> = {
  POSITION: (line) => line.position,
  CREATED_AT: (line) => line.createdAt,
  UPDATED_AT: (line) => line.updatedAt,
  ID: (line) => Number(idOf(line)),
};

/** The line's own id, without the deal's. */
function idOf(line: DealProduct): string {
  return partOfDeal(line.ref.id).part;
}
