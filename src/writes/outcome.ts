import type { Deal, DealProduct } from '../domain/deal.ts';
import { GatewayError, type Problem, toProblem } from '../domain/errors.ts';
import type { Link, Ref } from '../domain/ref.ts';

export const OUTCOMES = ['APPLIED', 'REPLAYED', 'PREVIEWED', 'REJECTED', 'PARTIAL', 'UNKNOWN'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How a write ended. */
export interface WriteResult {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
}

export interface DealResult extends WriteResult {
  /** The deal to read for the answer; a deleted one as it was read before. */
  readonly deal: Link<Deal> | null;
}

export interface DealsResult extends WriteResult {
  readonly items: readonly DealResult[];
}

export interface DealProductsResult extends WriteResult {
  readonly deal: Link<Deal> | null;
  /** The lines written, in input order: to be read for the answer, or as they were before they were deleted. */
  readonly lines: readonly Ref<'DealProduct'>[] | readonly DealProduct[] | null;
}

/**
 * Runs one write and says how it ended. A report without problems is `APPLIED`, one with problems `PARTIAL`. A
 * `GatewayError` is `REJECTED`, or `UNKNOWN` when the request was sent and may have taken effect. `path` is where in
 * the arguments a refusal belongs that names no place itself; places that are named are below `prefix`.
 */
export async function attempt<Report extends { readonly problems: readonly Problem[] }>(
  write: () => Promise<Report>,
  now: () => number,
  path: readonly string[] = ['input'],
  prefix: readonly string[] = ['input'],
): Promise<WriteResult & { readonly report: Report | null }> {
  try {
    const report = await write();
    const problems = report.problems.map((problem) => ({
      ...problem,
      path: problem.path && [...prefix, ...problem.path],
    }));
    return { outcome: problems.length > 0 ? 'PARTIAL' : 'APPLIED', problems, report };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { ...failure(error, now(), path, prefix), report: null };
  }
}

function failure(error: GatewayError, now: number, path: readonly string[], prefix: readonly string[]): WriteResult {
  if (error.details.effect === 'POSSIBLE') {
    const unknown = new GatewayError(
      'OUTCOME_UNKNOWN',
      `the write was sent and its effect could not be established (${error.message}): read the record before trying again`,
      error.details,
    );
    return { outcome: 'UNKNOWN', problems: [{ ...toProblem(unknown, now), path: [...path] }] };
  }
  const problem = toProblem(error, now, prefix);
  const ofCaller = problem.code === 'NOT_FOUND' || problem.code === 'INVALID_INPUT' || problem.code === 'UNSUPPORTED';
  return { outcome: 'REJECTED', problems: [{ ...problem, path: problem.path ?? (ofCaller ? [...path] : null) }] };
}

/** A write that was refused for what it takes, as the result of any mutation. */
export function refusedForItsPrice(error: GatewayError, now: number) {
  const result = rejected([toProblem(error, now)]);
  return { ...result, deal: null, items: [], lines: null, follower: null, participant: null, part: null };
}

/** The outcome of several writes together: where some were refused and of the others nothing is known, unknown. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const different = new Set(outcomes);
  if (different.size === 1) return outcomes[0] as Outcome;
  return outcomes.every((outcome) => outcome === 'REJECTED' || outcome === 'UNKNOWN') ? 'UNKNOWN' : 'PARTIAL';
}

/** Nothing was written, for reasons found in the input. */
export function rejected(problems: readonly Problem[]): WriteResult {
  return { outcome: 'REJECTED', problems };
}
