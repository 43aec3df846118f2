import type { Deal } from '../domain/deal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Found } from '../domain/repository.ts';

/** `ofEach` for what is read of deals. */
export function ofEachDeal<T>(deals: readonly Deal[], read: (deal: Deal) => Promise<T | null>): Promise<Found<T>> {
  const byId = new Map(deals.map((deal) => [deal.ref.id, deal]));
  return ofEach([...byId.keys()], (id) => read(byId.get(id) as Deal));
}

/**
 * Reads something by each id, all at once; how many calls really run at a time is for the transport to bound. A failure
 * stays with its id; an id of which there is nothing to tell (`null`) is absent.
 */
export async function ofEach<T>(
  ids: readonly string[],
  read: (id: string) => Promise<T | null>,
): Promise<Map<string, T | GatewayError>> {
  const found = new Map<string, T | GatewayError>();
  await Promise.all(
    ids.map(async (id) => {
      const own = await read(id).catch((error: unknown) => {
        if (!(error instanceof GatewayError)) throw error;
        return error;
      });
      if (own !== null) found.set(id, own);
    }),
  );
  return found;
}
