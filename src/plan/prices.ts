import { type ByIdCosts, cheapestCover, costOf } from '../domain/cover.ts';
import type { Cost, Policy } from '../domain/policy.ts';
import type { ReadOperation } from '../domain/tariff.ts';
import { type Amount, NONE } from './amount.ts';

/** What some reads take. */
export interface Price {
  readonly requests: Amount;
  readonly tokens: Amount;
  /** The most likely requests by the read they are of, where they are of several. */
  readonly calls?: readonly { readonly operation: ReadOperation; readonly requests: number }[];
}

export const FREE: Price = { requests: NONE, tokens: NONE };

/** Requests that all cost the same. */
export function requestsOf(requests: Amount, tokens: number | null): Price {
  const each = tokens ?? 0;
  const cost = (count: number) => (each === 0 ? 0 : count * each);
  return {
    requests,
    tokens: { min: cost(requests.min), max: cost(requests.max), expected: cost(requests.expected) },
  };
}

/** The reads of records of one kind by id that the parts of an operation ask for. */
export interface ById {
  readonly one: ReadOperation;
  readonly many: ReadOperation | undefined;
}

/**
 * What reading records by id takes. `asked` are the places in the operation that ask for some: each asks at one
 * moment, and those that ask at the same moment share a batch. Which do is not known beforehand, so that the least
 * is the least of any division into batches, and the most that of any as well.
 */
export function priceById(
  { one, many }: ById,
  asked: readonly Amount[],
  policy: Policy,
  each: number | null = null,
): Price {
  const places = asked.filter(({ max }) => max > 0);
  if (places.length === 0) return FREE;
  const most = places.reduce((sum, { max }) => sum + max, 0);
  const least = Math.max(...places.map(({ min }) => min));
  const likely = places.reduce((sum, { expected }) => sum + expected, 0);
  if (many?.limit == null || one.maxRequests !== 1) {
    const perRecord = one.maxRequests ?? Number.POSITIVE_INFINITY;
    return requestsOf({ min: least, max: most * perRecord, expected: likely }, one.tokens);
  }
  const costs: ByIdCosts = { one: one.tokens ?? 0, many: many.tokens ?? 0, limit: many.limit };
  const bounds = mostOf(costs, places, policy);
  const again = mostAgain(many, one, places, most, policy);
  // Where a batch may be of no use, what was seen says more than what could be.
  const seen = many.again === 'BY_ID' && each !== null ? { requests: likely * each, tokens: 0 } : null;
  const cover = likely < 1 ? { singles: likely, batches: 0 } : cheapestCover(Math.round(likely), costs, policy);
  const expected = seen ?? costOf(cover, costs);
  return {
    requests: {
      min: costOf(cheapestCover(least, costs, 'REQUESTS'), costs).requests,
      max: bounds.requests + again.requests,
      expected: expected.requests,
    },
    tokens: {
      min: costOf(cheapestCover(least, costs, 'TOKENS'), costs).tokens,
      max: bounds.tokens + again.tokens,
      expected: expected.tokens,
    },
    ...(seen === null && {
      calls: [
        { operation: one, requests: cover.singles },
        { operation: many, requests: cover.batches },
      ],
    }),
  };
}

/** What a batch may leave out is read again, alone or in another batch. Records read alone are settled. */
function mostAgain(
  { again, limit }: ReadOperation,
  one: ReadOperation,
  places: readonly Amount[],
  most: number,
  policy: Policy,
): Cost {
  if (again === undefined || most < 2) return { requests: 0, tokens: 0 };
  if (again === 'BY_ID') return { requests: most, tokens: most * (one.tokens ?? 0) };
  return mostOf({ one: one.tokens ?? 0, many: again.tokens ?? 0, limit: limit ?? 1 }, places, policy);
}

/**
 * The most that any number of records up to those of the places takes. More records may take fewer requests, so all
 * numbers count. Where places share a batch, that may be a batch where each alone would have taken single reads.
 */
function mostOf(costs: ByIdCosts, places: readonly Amount[], policy: Policy): Cost {
  const each = places.map(({ max }) => mostUpTo(max, costs, policy));
  const shared = Math.floor(places.length / 2) * costs.many;
  return {
    requests: each.reduce((sum, { requests }) => sum + requests, 0),
    tokens: each.reduce((sum, { tokens }) => sum + tokens, 0) + shared,
  };
}

function mostUpTo(count: number, costs: ByIdCosts, policy: Policy): Cost {
  if (!Number.isFinite(count)) return { requests: Number.POSITIVE_INFINITY, tokens: infinite(costs) };
  let [requests, tokens] = [0, 0];
  for (let some = Math.max(0, count - 2 * costs.limit); some <= count; some += 1) {
    const cost = costOf(cheapestCover(some, costs, policy), costs);
    requests = Math.max(requests, cost.requests);
    tokens = Math.max(tokens, cost.tokens);
  }
  return { requests, tokens };
}

function infinite({ one, many }: ByIdCosts): number {
  return one === 0 && many === 0 ? 0 : Number.POSITIVE_INFINITY;
}

/** What hangs on deals, read for several of them at once or for each. */
export function priceOfDeals(operation: ReadOperation, asked: readonly Amount[]): Price {
  const limit = operation.way === 'OF_DEALS' ? (operation.limit ?? 1) : 1;
  const pages = operation.maxRequests ?? Number.POSITIVE_INFINITY;
  const batches = (count: number) => Math.ceil(count / limit);
  const requests = asked
    .filter(({ max }) => max > 0)
    .reduce<Amount>(
      (sum, { min, max, expected }) => ({
        min: Math.max(sum.min, batches(min)),
        max: sum.max + batches(max) * pages,
        expected: sum.expected + (expected < 1 ? expected : batches(Math.round(expected))),
      }),
      NONE,
    );
  return requestsOf(requests, operation.tokens);
}

/** A table that is read whole and kept: at most once in an operation. */
export function priceOfTable(
  operation: ReadOperation,
  need: { readonly isKept: boolean; readonly isCertain: boolean; readonly share: number },
): Price {
  const { isKept, isCertain, share } = need;
  return requestsOf(
    {
      min: isCertain && !isKept ? 1 : 0,
      max: operation.maxRequests ?? Number.POSITIVE_INFINITY,
      expected: isKept ? 0 : share,
    },
    operation.tokens,
  );
}
