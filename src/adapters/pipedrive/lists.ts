import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { InstantRange, Source } from '../../domain/list.ts';
import type { CrmRecord } from '../../domain/record.ts';
import type { Repository } from '../../domain/repository.ts';
import { readRecords, type Wire } from '../wire.ts';
import type { PipedriveApi, Query } from './api.ts';
import { type Endpoint, MAX_PAGE } from './endpoints.ts';
import { customFieldsQuery, type Mapping } from './records.ts';
import { listing } from './tariff.ts';
import { secondNotAfter, secondNotBefore } from './times.ts';

/** One run through a collection of v2. */
export interface ListRun<T> {
  readonly key: string;
  readonly what: string;
  readonly endpoint: Endpoint;
  readonly query: Query;
  /** `null` for a record that is not to be listed. */
  readonly map: Mapping<T | null>;
  /** Which records the run is about, where the query cannot say it. */
  keep?(record: T): boolean;
  /** Holds only records without a sort key. */
  readonly onlyNullKeys?: boolean;
  /** Where its records can be read by id as well. */
  readonly byId?: Repository<T>;
}

/**
 * A run as a source, with these custom fields; its position is Pipedrive's cursor. v2 counts nothing, so there is no
 * total.
 */
export function listSource<T extends CrmRecord>(
  api: PipedriveApi,
  run: ListRun<T>,
  customFields: CustomFieldKeys,
): Source<T> {
  const trimmed = customFieldsQuery(api, run.what, customFields);
  const query = trimmed === null ? run.query : [...run.query, ...trimmed];
  const map = (wire: Wire) => run.map(api.crm, wire, customFields);
  const keeps = (record: T) => run.keep?.(record) ?? true;
  const { byId } = run;
  return {
    key: run.key,
    operation: listing(run.endpoint),
    isSeamless: true,
    ...(run.onlyNullKeys && { onlyNullKeys: true }),
    async read(start, limit, call) {
      // Few of the records met have no key, and a page costs the same whatever its size.
      const size = run.onlyNullKeys ? MAX_PAGE : Math.min(limit, MAX_PAGE);
      const page = await api.page(run.endpoint, query, size, start.position, call);
      api.customKeys.learn(run.what, page.values[0]);
      const { records, unreadable } = readRecords(api.crm, run.what, page.values, map);
      const kept = records.filter((record) => record !== null).filter(keeps);
      return { records: kept, next: page.next, unreadable, total: null };
    },
    ...(byId && {
      async readMany(ids, call) {
        const found = await byId.getMany(ids, call, customFields);
        return new Map([...found].filter(([, record]) => record instanceof GatewayError || keeps(record)));
      },
    }),
  };
}

/** `updated_since` and `updated_until`, widened to whole seconds. */
export function updatedWithin(range: InstantRange | undefined): Query {
  return [
    ['updated_since', range?.gte === undefined ? undefined : secondNotAfter(range.gte)],
    ['updated_until', range?.lt === undefined ? undefined : secondNotBefore(range.lt)],
  ];
}

/** The one id a condition asks for, where Pipedrive's single-valued filters can say it. */
export function singleId(condition: { readonly anyOf: readonly (string | null)[] } | undefined): string | undefined {
  const [only, ...others] = new Set(condition?.anyOf);
  return others.length === 0 ? (only ?? undefined) : undefined;
}
