import type { ExecutionResult, GraphQLError } from 'graphql';

/** The result of an operation that is answered as a whole. */
export interface WholeResult extends ExecutionResult {
  /**
   * Called by the one who has made an answer of it, and needs it no more. The promises by which it was waited for go on
   * holding their parts of it, and old ones are seldom tidied up; from now on nothing is in these parts.
   */
  release?(): void;
}

/** `awaited`: the objects and lists in `data` that were waited for. */
export function wholeResult(
  data: Record<string, unknown> | null,
  errors: readonly GraphQLError[],
  awaited: readonly object[],
): WholeResult {
  const result: WholeResult = errors.length === 0 ? { data } : { errors, data };
  const release = () => {
    if (data) empty(data);
    for (const part of awaited) empty(part);
    result.data = null;
  };
  // No part of what is answered.
  return Object.defineProperty(result, 'release', { value: release });
}

function empty(part: object): void {
  if (Array.isArray(part)) part.length = 0;
  else for (const key of Object.keys(part)) (part as Record<string, unknown>)[key] = null;
}
