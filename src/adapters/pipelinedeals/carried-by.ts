import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Found } from '../../domain/repository.ts';
import type { Deals } from './deals.ts';

/** What deals carry of something, by the deal's id. Only those that do not carry it (`null`) are read again. */
export async function carriedBy<Part>(
  deals: Deals,
  known: readonly Deal[],
  part: (deal: Deal) => Part | null,
  call: Call,
): Promise<Found<Part>> {
  const found = new Map<string, Part | GatewayError>();
  const open: string[] = [];
  for (const deal of known) {
    const own = part(deal);
    if (own === null) open.push(deal.ref.id);
    else found.set(deal.ref.id, own);
  }
  if (open.length === 0) return found;
  for (const [id, deal] of await deals.getMany(open, call)) {
    const own = deal instanceof GatewayError ? deal : part(deal);
    if (own !== null) found.set(id, own);
  }
  return found;
}
