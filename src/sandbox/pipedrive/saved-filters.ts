import Big from 'big.js';
import { isJsonNumber } from '../kit/json.ts';
import type { Route } from '../kit/simulator.ts';
import { toBig } from './amount.ts';
import type { FilterCondition, SavedFilter } from './deal-records.ts';
import { readRecord, success } from './entity.ts';
import { notFound } from './failure.ts';
import type { Deal } from './records.ts';
import { booleanText, isObject, oneOf } from './schema.ts';
import type { Account, Store } from './store.ts';
import { readV1Query, spaced } from './v1.ts';

/** The number of the first deal field in v1; v2 fields have none. */
const FIRST_FIELD_ID = 12_450;

const TYPES = ['deals', 'leads', 'org', 'people', 'products', 'activity', 'projects'] as const;

/** Saved filters (v1), to read. */
export function savedFilterRoutes(account: Account): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/filters',
      tokens: 20,
      handler: (request) => {
        const { type = 'deals' } = readV1Query(request, { type: oneOf(...TYPES) });
        return success(type === 'deals' ? [...account.store.filters.values()].map(presentFilter) : []);
      },
    },
    {
      method: 'GET',
      path: '/v1/filters/:id',
      tokens: 2,
      handler: (request) => {
        const query = readV1Query(request, { include_field_code: booleanText });
        const filter = readRecord(account.store.filters, request, 'Filter');
        const line = (condition: FilterCondition) =>
          presentCondition(account.store, condition, query.include_field_code === true);
        const groups = [
          { glue: 'and', conditions: filter.all.map(line) },
          { glue: 'or', conditions: filter.any.map(line) },
        ];
        return success({ ...presentFilter(filter), conditions: { glue: 'and', conditions: groups } });
      },
    },
  ];
}

function presentFilter({ all, any, ...filter }: SavedFilter): object {
  return {
    ...filter,
    filter_code: null,
    is_editable: true,
    active_flag: true,
    type: 'deals',
    temporary_flag: null,
    add_time: spaced(filter.add_time),
    update_time: spaced(filter.update_time),
    last_used_time: null,
    custom_view_id: null,
  };
}

function presentCondition(store: Store, condition: FilterCondition, withCode: boolean): object {
  const place = store.fields.deal.findIndex(({ field_code }) => field_code === condition.field_code);
  return {
    object: 'deal',
    field_id: String(FIRST_FIELD_ID + place),
    operator: condition.operator,
    value: condition.value,
    extra_value: null,
    json_value_flag: false,
    ...(withCode && { field_code: condition.field_code }),
  };
}

/** Whether deals pass a saved filter; all do where none is asked for. Throws 404 for unknown filters. */
export function savedFilter(store: Store, id: number | undefined): (deal: Deal) => boolean {
  if (id === undefined) return () => true;
  const filter = store.filters.get(id);
  if (!filter) throw notFound('Filter');
  return (deal) =>
    filter.all.every((condition) => holds(condition, deal)) &&
    (filter.any.length === 0 || filter.any.some((condition) => holds(condition, deal)));
}

function holds({ field_code, operator, value }: FilterCondition, deal: Deal): boolean {
  const values = held(deal, field_code);
  const given = value ?? '';
  switch (operator) {
    case 'IS NULL':
      return values.length === 0;
    case 'IS NOT NULL':
      return values.length > 0;
    case '!=':
      return !values.some((one) => compare(one, given) === 0);
    case "LIKE '%$%'":
      return values.some((one) => String(one).toLowerCase().includes(given.toLowerCase()));
    default:
      return values.some((one) => fits(compare(one, given), operator));
  }
}

function fits(order: number, operator: '=' | '<' | '>' | '<=' | '>='): boolean {
  return (
    (order === 0 && operator.includes('=')) ||
    (order < 0 ? operator.startsWith('<') : order > 0 && operator.startsWith('>'))
  );
}

/** What a deal holds in a field: nothing, one value, or several. */
function held(deal: Deal, code: string): (Big | string)[] {
  const field = (deal as unknown as Record<string, unknown>)[code] ?? deal.custom_fields[code] ?? [];
  return (Array.isArray(field) ? field : [field]).map((one: unknown) => {
    const value = isObject(one) ? one.value : one;
    return isJsonNumber(value) ? toBig(value) : String(value);
  });
}

function compare(held: Big | string, given: string): number {
  if (held instanceof Big) return held.cmp(new Big(given));
  return held === given ? 0 : held < given ? -1 : 1;
}
