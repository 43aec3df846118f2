import type { Call } from '../domain/call.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';
import { forPage } from './for-page.ts';
import { MAX_PAGE } from './page-size.ts';
import { Progress } from './progress.ts';

export interface ReadAllRules<T> {
  id(record: T): string;
  matches(records: readonly T[]): readonly boolean[] | Promise<readonly boolean[]>;
  /** Ends the refusal of a list that is too long: what else there is to do. */
  readonly advice: string;
}

/** Everything that was read of one CRM. */
export interface AllRecords<T> {
  readonly records: readonly T[];
  readonly unreadable: readonly GatewayError[];
}

/**
 * All records of one CRM's sources that match, once each and in no order, or `BUDGET_EXCEEDED` where there are more to
 * read than the scan limit. They are matched together, so that what that needs is read together.
 */
export async function readAll<T>(
  sources: readonly Source<T>[],
  rules: ReadAllRules<T>,
  call: Call,
): Promise<AllRecords<T>> {
  const records = new Map<string, T>();
  const unreadable: GatewayError[] = [];
  const { scanLimit } = call;

  async function read(source: Source<T>): Promise<void> {
    const progress = new Progress(source);
    let position: string | null = null;
    do {
      const page = await source.read({ position, after: null }, MAX_PAGE, forPage(call, position, MAX_PAGE));
      if (page.total !== null && page.total > scanLimit) throw tooMany(`${page.total}`, scanLimit, rules.advice);
      if (page.next !== null && page.next === position) {
        throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `the list "${source.key}" repeated a page`);
      }
      unreadable.push(...page.unreadable);
      const known = records.size;
      for (const record of page.records) {
        const id = rules.id(record);
        if (!records.has(id)) records.set(id, record);
      }
      if (records.size > scanLimit) throw tooMany(`more than ${scanLimit}`, scanLimit, rules.advice);
      if (page.next !== null) progress.made(records.size > known || page.unreadable.length > 0);
      position = page.next;
    } while (position !== null);
  }

  await Promise.all(sources.map(read));
  const all = [...records.values()];
  const matches = await rules.matches(all);
  return { records: all.filter((_record, index) => matches[index]), unreadable };
}

function tooMany(count: string, limit: number, advice: string): GatewayError {
  return new GatewayError(
    'BUDGET_EXCEEDED',
    `only lists of up to ${limit} records are read whole, and this one has ${count}: ${advice}`,
  );
}
