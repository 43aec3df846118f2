import type { Call } from '../domain/call.ts';
import { type ByIdCosts, cheapestCover, runsOf } from '../domain/cover.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Found } from '../domain/repository.ts';

/** Things of one kind that a CRM tells of by id: of one, or of several in one request. */
export interface Lot<T> {
  /** Names what is read of them: what two calls read by the same key can be read in one request. */
  readonly key: string;
  /** What they are called in messages. */
  readonly what: string;
  readonly costs: ByIdCosts;
  /** Reads what one request can hold. */
  readRun(ids: readonly string[], call: Call): Promise<Found<T>>;
  /** Reads what a request for several may have left out though it is there. */
  readMissing?(ids: readonly string[], call: Call): Promise<Found<T>>;
}

/** Any number of distinct ids, in the requests that are cheapest under the call's policy. */
export async function readLot<T>(lot: Lot<T>, ids: readonly string[], call: Call): Promise<Found<T>> {
  const runs = runsOf(ids, cheapestCover(ids.length, lot.costs, call.policy), lot.costs.limit);
  const found = await inRuns(runs, (run) => lot.readRun(run, call));
  const missing = lot.readMissing && leftOut(runs, found);
  if (!missing || missing.length === 0) return found;
  return new Map([...found, ...((await lot.readMissing?.(missing, call)) ?? [])]);
}

/** What is not there after requests for several; what was asked for alone is not there at all. */
function leftOut(runs: readonly (readonly string[])[], found: Found<unknown>): readonly string[] {
  return runs.flatMap((run) => (run.length > 1 ? run.filter((id) => !found.has(id)) : []));
}

/**
 * Reads ids in runs, all at once. A run that fails costs its own ids; when
 * all of them fail, the first failure is thrown.
 */
async function inRuns<T>(
  runs: readonly (readonly string[])[],
  read: (run: readonly string[]) => Promise<Found<T>>,
): Promise<Found<T>> {
  const [only] = runs;
  if (only && runs.length === 1) return read(only);
  const outcomes = await Promise.all(runs.map((run) => orFailure(read(run))));
  const [first] = outcomes;
  if (first instanceof GatewayError && outcomes.every((outcome) => outcome instanceof GatewayError)) throw first;
  const found = new Map<string, T | GatewayError>();
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof GatewayError) for (const id of runs[index] ?? []) found.set(id, outcome);
    else for (const [id, record] of outcome) found.set(id, record);
  }
  return found;
}

/** What a read came to. Only bugs are thrown. */
export function orFailure<T>(reading: Promise<T>): Promise<T | GatewayError> {
  return reading.catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error;
    return error;
  });
}
