import { type ErrorCode, GatewayError, type Problem, toProblem } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';

/** A write that stopped after part of it had an effect. */
export interface Stop {
  readonly error: GatewayError;
  /** Where in the write's arguments. */
  readonly path: readonly string[];
  /** What was not tried any more, as a clause: `the lines after it were not sent`. */
  readonly rest: string | null;
}

/** The problem a stopped write reports beside its effect. Whether the failed step took effect may not be known. */
export function stopProblem({ error, path, rest }: Stop, now: Instant): Problem {
  const code: ErrorCode = error.details.effect === 'POSSIBLE' ? 'OUTCOME_UNKNOWN' : error.code;
  const message = rest === null ? error.message : `${error.message}; ${rest}`;
  return toProblem(new GatewayError(code, message, { ...error.details, path: pathWithin(path, error) }), now);
}

/** The failure of a write without any effect, leading to the argument it is about. */
export function stopError({ error, path }: Stop): GatewayError {
  return new GatewayError(error.code, error.message, { ...error.details, path: pathWithin(path, error), cause: error });
}

/** Settles a step: what it gave, or the `GatewayError` it failed with. */
export async function attempt<T>(step: Promise<T>): Promise<T | GatewayError> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return error;
  }
}

/** An argument that is refused before anything is sent. */
export function invalidInput(crm: string, path: readonly string[], what: string): GatewayError {
  return new GatewayError('INVALID_INPUT', `${path.join('.')}: ${what}`, { crm, path, effect: 'NONE' });
}

/** What a failed request about `together` lines leaves undone beside the line its problem names. */
export function restOfLines(together: number, untried: number): string | null {
  const alike = together === 1 ? null : `this concerns all ${together} lines of one request`;
  const after = untried === 0 ? null : `the ${untried} after that were not sent`;
  return [alike, after].filter((clause) => clause !== null).join('; ') || null;
}

/** A place below `path`, unless the error names one from the top already. */
function pathWithin(path: readonly string[], { details }: GatewayError): readonly string[] {
  const own = details.path ?? [];
  return own[0] !== undefined && own[0] === path[0] ? own : [...path, ...own];
}
