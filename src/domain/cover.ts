import { type Cost, compareCosts, type Policy } from './policy.ts';

/** The two ways of reading records by id. */
export interface ByIdCosts {
  /** Tokens of the request that reads one record. */
  readonly one: number;
  /** Tokens of the request that reads up to `limit` of them. */
  readonly many: number;
  readonly limit: number;
}

/** How a number of ids is read: so many alone, the others in batches of up to the limit. */
export interface Cover {
  readonly singles: number;
  readonly batches: number;
}

/**
 * The cheapest way of reading `count` distinct ids. A batch that is not full costs what a full one does, so only the
 * ids that full batches leave over are a choice: one more batch, or each alone. Where even full batches cost more,
 * all are read alone.
 */
export function cheapestCover(count: number, costs: ByIdCosts, policy: Policy): Cover {
  const full = Math.floor(count / costs.limit);
  const rest = count - full * costs.limit;
  const choices: readonly Cover[] = [
    { singles: rest, batches: full },
    { singles: 0, batches: full + (rest > 0 ? 1 : 0) },
    { singles: count, batches: 0 },
  ];
  return choices.reduce((best, cover) =>
    compareCosts(costOf(cover, costs), costOf(best, costs), policy) < 0 ? cover : best,
  );
}

export function costOf({ singles, batches }: Cover, { one, many }: ByIdCosts): Cost {
  return { requests: singles + batches, tokens: singles * one + batches * many };
}

/** The ids in the runs of a cover: each run is one request. */
export function runsOf<T>(ids: readonly T[], { singles, batches }: Cover, limit: number): readonly (readonly T[])[] {
  const batched = ids.length - singles;
  const runs: T[][] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    runs.push(ids.slice(batch * limit, Math.min((batch + 1) * limit, batched)));
  }
  for (const id of ids.slice(batched)) runs.push([id]);
  return runs;
}
