import type { Call } from '../domain/call.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';

/** How many records that match, and how many that do not, are read of one CRM to put them in order or add them up. */
export const READ_ALL_LIMITS = { matching: 2_000, others: 2_000 } as const;

const MAX_PAGE = 500;

export interface ReadAllRules<T> {
  id(record: T): string;
  matches(record: T): boolean;
  /** Ends the refusal of a list that is too long: what else there is to do. */
  readonly advice: string;
}

/** Everything that was read of one CRM. */
export interface AllRecords<T> {
  readonly records: readonly T[];
  readonly unreadable: readonly GatewayError[];
}

/** All records of one CRM's sources that match, once each and in no order, or `BUDGET_EXCEEDED` beyond the limits. */
export async function readAll<T>(
  sources: readonly Source<T>[],
  rules: ReadAllRules<T>,
  call: Call,
): Promise<AllRecords<T>> {
  const seen = new Set<string>();
  const records: T[] = [];
  const unreadable: GatewayError[] = [];
  const limit = READ_ALL_LIMITS.matching + READ_ALL_LIMITS.others;

  async function read(source: Source<T>): Promise<void> {
    let position: string | null = null;
    do {
      const page = await source.read({ position, after: null }, MAX_PAGE, call);
      if (page.total !== null && page.total > limit) throw tooMany(`${page.total}`, rules.advice);
      if (page.next !== null && page.next === position) {
        throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `the list "${source.key}" repeated a page`);
      }
      unreadable.push(...page.unreadable);
      for (const record of page.records) take(record);
      position = page.next;
    } while (position !== null);
  }

  function take(record: T): void {
    const id = rules.id(record);
    if (seen.has(id)) return;
    seen.add(id);
    if (rules.matches(record)) records.push(record);
    if (records.length > READ_ALL_LIMITS.matching) {
      throw tooMany(`more than ${READ_ALL_LIMITS.matching} that match`, rules.advice);
    }
    if (seen.size - records.length > READ_ALL_LIMITS.others) {
      throw tooMany(`more than ${READ_ALL_LIMITS.others} that do not match`, rules.advice);
    }
  }

  await Promise.all(sources.map(read));
  return { records, unreadable };
}

function tooMany(count: string, advice: string): GatewayError {
  return new GatewayError(
    'BUDGET_EXCEEDED',
    `only lists of up to ${READ_ALL_LIMITS.matching} records are read whole, and this one has ${count}: ${advice}`,
  );
}
