import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Deal } from '../../domain/deal.ts';
import { type DealOrderField, type DealQuery, type DealWhere, dealSortKey } from '../../domain/deal-query.ts';
import type { Listable, SeveralValues, Source } from '../../domain/list.ts';
import { runsOver } from '../../domain/runs.ts';
import type { Account } from './account.ts';
import { collection, type Query } from './api.ts';
import {
  customFieldConditions,
  dayCondition,
  daysOf,
  likeCondition,
  numberCondition,
  onlyId,
  personConditions,
} from './conditions.ts';
import { dealMapper } from './deal-mapper.ts';
import { sourceNumber } from './labels.ts';
import type { Pipelines } from './pipelines.ts';
import { chunksOfIds, Records } from './records.ts';
import type { Stages } from './stages.ts';
import { listing } from './tariff.ts';
import { Walk } from './walk.ts';
import { readWholeList } from './whole-list.ts';

const COLLECTION = 'deals';

/** The orders the server has, and the date range condition that leads into the middle of each. */
const ORDERS = {
  CREATED_AT: {
    sort: 'deals.created_at',
    condition: 'deal_created',
    days: (where: DealWhere) => daysOf(where.createdAt),
  },
  UPDATED_AT: {
    sort: 'deals.updated_at',
    condition: 'deal_modified',
    days: (where: DealWhere) => daysOf(where.updatedAt),
  },
} as const;

type ServedOrder = keyof typeof ORDERS;

/** The references the server narrows the list by, to one of them at a time. */
const DIMENSIONS = ['owner', 'source', 'person', 'organization'] as const;
/** Above this, reading one list per value costs more than matching one list of everything. */
const MAX_RUNS = 10;

const UNORDERED = { field: 'CREATED_AT', direction: 'ASC' } as const;

/** Deals of `/deals`, by id, in order of creation or change, and of a saved filter. */
export class Deals extends Records<Deal> implements Listable<Deal, DealQuery> {
  readonly #account: Account;

  constructor(account: Account, stages: Stages, pipelines: Pipelines) {
    super(account, {
      collection: COLLECTION,
      what: 'deal',
      idCondition: 'deal_id',
      idConditionDocumented: true,
      mapper: (values, call) => dealMapper(account, stages, pipelines, values, call),
    });
    this.#account = account;
  }

  /**
   * In the order of creation, which is no order asked for, where the server does not have the order asked for. It has
   * more than these two, but where they put deals without a value, and how they compare names, is not documented.
   */
  sources(
    { where, order }: DealQuery,
    _customFields: CustomFieldKeys = null,
    several: SeveralValues = 'APART',
  ): readonly Source<Deal>[] {
    if (where.savedFilter !== undefined) return [this.#savedFilter(where.savedFilter)];
    const served = order && isServed(order.field) ? { field: order.field, direction: order.direction } : null;
    const { field, direction } = served ?? UNORDERED;
    const { sort, condition, days } = ORDERS[field];
    const named = DIMENSIONS.map((name) => ({ name, values: where[name]?.anyOf ?? [] }));
    const runs = several === 'APART' ? runsOver(named, MAX_RUNS) : [null];
    return runs.map((run) => {
      const narrowed = run === null ? where : { ...where, [run.name]: { anyOf: [run.value] } };
      const walk = new Walk<Deal>(this.#account, {
        endpoint: collection(COLLECTION),
        query: conditions(narrowed, field),
        sort,
        direction,
        condition,
        days: days(where),
        records: this,
        key: (deal) => dealSortKey(deal, field),
      });
      return {
        key: run === null ? COLLECTION : `${COLLECTION}:${run.name}=${run.value}`,
        operation: listing(collection(COLLECTION).template),
        ...(served ? asksForAll(where) && { countsExactly: true } : { isUnordered: true }),
        read: (start, limit, call) => walk.read(start, limit, call),
      };
    });
  }

  /** `search_id` makes the server ignore all other parameters but the page, the order among them. */
  #savedFilter(id: string): Source<Deal> {
    const list = { endpoint: collection(COLLECTION), query: [['search_id', id]] as const, records: this };
    return {
      key: `saved-filter=${id}`,
      operation: listing(collection(COLLECTION).template),
      isUnordered: true,
      read: async (_start, _limit, call) => ({
        ...(await readWholeList(this.#account, list, call)),
        next: null,
        total: null,
      }),
    };
  }
}

function isServed(field: DealOrderField): field is ServedOrder {
  return field in ORDERS;
}

function asksForAll(where: DealWhere): boolean {
  return where.archived === 'INCLUDE' && Object.keys(where).length === 1;
}

/**
 * What of a query the server narrows the list by (PipelineDeals API v3, GET /deals). Status, pipeline, archived and
 * currency have no condition; `company_id` and `person_id` list what is linked to a company or person.
 */
function conditions(where: DealWhere, order: ServedOrder): Query {
  const ranges = (Object.keys(ORDERS) as ServedOrder[]).filter((field) => field !== order);
  return [
    ...idsCondition(where.id),
    ...stageCondition(where),
    ['conditions[deal_owner]', onlyId(where.owner) ?? undefined],
    ['conditions[deal_source]', (where.source && sourceNumber(onlyId(where.source) ?? '')) ?? undefined],
    ...likeCondition('deal_name', where.title),
    ...numberCondition('deal_value', where.value),
    ...dayCondition('exp_close', closeDays(where)),
    ...dayCondition('deal_closed_time', daysOf(where.closedAt)),
    ...ranges.flatMap((field) => dayCondition(ORDERS[field].condition, ORDERS[field].days(where))),
    ['company_id', onlyId(where.organization) ?? undefined],
    ['person_id', onlyId(where.person) ?? undefined],
    // These are about everyone linked to a deal, and so about its primary contact too.
    ...personConditions(where.related?.person),
    ...likeCondition('company_name', where.related?.organization?.name),
    ...customFieldConditions(where.customFields),
  ];
}

/** The deals themselves by id, as many as fit into one request. */
function idsCondition(condition: DealWhere['id']): Query {
  const [ids, ...others] = chunksOfIds(condition?.anyOf.filter((id) => id !== null) ?? []);
  return ids === undefined || others.length > 0 ? [] : [['conditions[deal_id]', ids.join(',')]];
}

/** One stage is a scalar, several are a list; deals without a stage cannot be asked for. */
function stageCondition({ stage }: DealWhere): Query {
  const ids = stage?.anyOf ?? [];
  if (ids.includes(null)) return [];
  const name = ids.length === 1 ? 'conditions[deal_stage]' : 'conditions[deal_stage][]';
  return ids.map((id) => [name, id ?? undefined] as const);
}

function closeDays({ expectedCloseDate: range }: DealWhere) {
  return daysOf({
    ...(range?.gte !== undefined && { gte: Date.parse(range.gte) }),
    ...(range?.lte !== undefined && { lt: Date.parse(range.lte) }),
  });
}
