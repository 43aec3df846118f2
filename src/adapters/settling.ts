import { GatewayError } from '../domain/errors.ts';
import type { Settlement, Settling } from '../domain/write-step.ts';

/** The write took effect: there is evidence. */
export function applied<Result>(result: Result): Settlement<Result> {
  return { state: 'APPLIED', result };
}

/** Nothing is known of the write yet; `why` says what was seen instead of evidence. */
export function unknown(why: string): Settlement<never> {
  return { state: 'UNKNOWN', why };
}

/** Evidence if there is, else `why` there is none. */
export function appliedIf<Result>(isEvident: boolean, result: Result, why: string): Settlement<Result> {
  return isEvident ? applied(result) : unknown(why);
}

/**
 * What was added, out of everything found that could be it. Several of a kind cannot be told apart, and where other
 * operations wait for one like it, even a single one may be theirs.
 */
export function theOnly(
  what: string,
  found: readonly string[],
  { isTaken, rivals }: Pick<Settling<unknown>, 'isTaken' | 'rivals'>,
): Settlement<string> {
  const free = found.filter((id) => !isTaken(id));
  const [only] = free;
  if (only === undefined) return unknown(`no ${what} was found that has what was sent`);
  const others = rivals();
  if (others > 0) return unknown(`${others} more operations may have added ${what} ${free.join(' or ')}`);
  return appliedIf(free.length === 1, only, `several have what was sent: ${what} ${free.join(', ')}`);
}

/** A probe whose reads may fail: then it has found out nothing. */
export function probe<Baseline, Result>(
  settle: (settling: Settling<Baseline>) => Promise<Settlement<Result>>,
): (settling: Settling<Baseline>) => Promise<Settlement<Result>> {
  return async (settling) => {
    try {
      return await settle(settling);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return unknown(`it could not be looked into: ${error.message}`);
    }
  };
}
