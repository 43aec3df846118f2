import type { Deal, DealProduct } from '../domain/deal.ts';
import { GatewayError, type Problem, toProblem } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Link, Ref } from '../domain/ref.ts';

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

/** How an attempt ended, with what it achieved or, where a guard refused it, the record as it is. */
export type Attempted<Report> = WriteResult & { readonly report: Report | null; readonly current?: Deal | DealProduct };

/** A guard refuses the write: the record was changed since. */
export class ChangedSince extends Error {
  readonly problems: readonly Problem[];
  readonly current: Deal | DealProduct;

  constructor(problems: readonly Problem[], current: Deal | DealProduct) {
    super('the record was changed since');
    this.problems = problems;
    this.current = current;
  }
}

/** Where in the arguments problems belong. */
export interface Places {
  /** Of a refusal that names no place itself. */
  readonly path: readonly string[];
  /** Above the places that reports and refusals name. */
  readonly prefix: readonly string[];
}

/**
 * Runs one write and says how it ended. A report without problems is `APPLIED`, one with problems `PARTIAL`. A
 * `GatewayError` is `REJECTED`, or `UNKNOWN` when the request was sent and may have taken effect.
 */
export async function attempt<Report extends { readonly problems: readonly Problem[] }>(
  write: () => Promise<Report>,
  now: () => number,
  { path, prefix }: Places,
): Promise<Attempted<Report>> {
  try {
    const report = await write();
    const problems = report.problems.map((problem) => ({
      ...problem,
      path: problem.path && [...prefix, ...problem.path],
    }));
    return { outcome: problems.length > 0 ? 'PARTIAL' : 'APPLIED', problems, report };
  } catch (error) {
    if (error instanceof ChangedSince) return { ...rejected(error.problems), report: null, current: error.current };
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
