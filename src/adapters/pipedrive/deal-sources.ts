import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Deal, DealStatus } from '../../domain/deal.ts';
import type { DealOrderField, DealQuery, DealWhere } from '../../domain/deal-query.ts';
import type { SeveralValues, Source } from '../../domain/list.ts';
import { type Run, runsOver } from '../../domain/runs.ts';
import type { PipedriveApi, Query } from './api.ts';
import { createDealRepository, toDeal } from './deals.ts';
import { ENDPOINTS, type Endpoint } from './endpoints.ts';
import { type ListRun, listSource, singleId, updatedWithin } from './lists.ts';

/** The references Pipedrive filters by, each by equality with one id. */
const DIMENSIONS = {
  stage: 'stage_id',
  pipeline: 'pipeline_id',
  owner: 'owner_id',
  person: 'person_id',
  organization: 'org_id',
} as const;
type Dimension = keyof typeof DIMENSIONS;

/** Above this, reading one run per value costs more than matching one run of everything. */
const MAX_RUNS = 10;

const SORT_BY: Partial<Record<DealOrderField, string>> = { CREATED_AT: 'add_time', UPDATED_AT: 'update_time' };

const WIRE_STATUS: Record<DealStatus, string> = { OPEN: 'open', WON: 'won', LOST: 'lost', DELETED: 'deleted' };

interface Collection {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** `null`: whatever is not deleted. */
  readonly statuses: readonly DealStatus[] | null;
}

type Split = NonNullable<Run<Dimension>>;

/** So many ids one request takes. */
const MAX_IDS = 100;

/**
 * The runs through Pipedrive's collections that together hold the deals a query asks for (v2, GET /deals). By id, which
 * is no order asked for, where Pipedrive does not have the order, or the deals of a saved filter are to be read.
 */
export function dealSources(
  api: PipedriveApi,
  { where, order }: DealQuery,
  customFields: CustomFieldKeys = null,
  several: SeveralValues = 'APART',
): readonly Source<Deal>[] {
  const sortBy = order && where.savedFilter === undefined ? SORT_BY[order.field] : undefined;
  if (order === null || sortBy === undefined) return unorderedSources(api, where, customFields);
  return runsOf(where, several).flatMap(({ collection, split, key }) => {
    const run = (name: string, orderedBy: string, keep: (deal: Deal) => boolean): ListRun<Deal> => ({
      ...plainRun(api, where, { collection, split, key: name }),
      query: [
        ...conditions(where, collection, split),
        ['sort_by', orderedBy],
        ['sort_direction', order.direction.toLowerCase()],
      ],
      keep: (deal) => keep(deal) && isOfSplit(deal, split),
    });
    if (order.field !== 'UPDATED_AT')
      return [
        listSource(
          api,
          run(key, sortBy, () => true),
          customFields,
        ),
      ];
    const updated = listSource(
      api,
      run(key, sortBy, (deal) => deal.updatedAt !== null),
      customFields,
    );
    if (where.updatedAt) return [updated];
    // A deal that was never updated has no update_time, and where those come in that order is not documented.
    const never = run(`${key}:never-updated`, 'add_time', (deal) => deal.updatedAt === null);
    return [updated, listSource(api, { ...never, onlyNullKeys: true }, customFields)];
  });
}

/** A run through one collection, narrowed to one value of a dimension where that saves reading. */
interface DealRun {
  readonly collection: Collection;
  readonly split: Split | null;
  readonly key: string;
}

function runsOf(where: DealWhere, several: SeveralValues): readonly DealRun[] {
  const named = dimensions().map((name) => ({ name, values: where[name]?.anyOf ?? [] }));
  const isSplit = several === 'APART' && where.savedFilter === undefined;
  const splits = isSplit ? runsOver(named, MAX_RUNS) : [null];
  return collectionsOf(where).flatMap((collection) =>
    splits.map((split) => ({
      collection,
      split,
      key: [collection.name, ...(split ? [`${split.name}=${split.value}`] : [])].join(':'),
    })),
  );
}

function unorderedSources(api: PipedriveApi, where: DealWhere, customFields: CustomFieldKeys): readonly Source<Deal>[] {
  return runsOf(where, 'APART').map((run) => ({
    ...listSource(api, plainRun(api, where, run), customFields),
    isUnordered: true,
  }));
}

/** Deleted deals are listed, and cannot be read by id. */
function plainRun(api: PipedriveApi, where: DealWhere, { collection, split, key }: DealRun): ListRun<Deal> {
  return {
    key,
    what: 'deal',
    ...(!collection.statuses?.includes('DELETED') && { byId: createDealRepository(api) }),
    endpoint: collection.endpoint,
    query: conditions(where, collection, split),
    map: toDeal,
    keep: (deal) => isOfSplit(deal, split),
  };
}

function isOfSplit(deal: Deal, split: Split | null): boolean {
  return split === null || deal[split.name]?.ref.id === split.value;
}

/**
 * Archived deals have a collection of their own. Deleted ones are listed in the ordinary one whatever else is asked,
 * and only where the status names them.
 */
function collectionsOf({ status, archived }: DealWhere): readonly Collection[] {
  const existing = status ? status.filter((one) => one !== 'DELETED') : null;
  const deleted: readonly DealStatus[] = status?.includes('DELETED') ? ['DELETED'] : [];
  const inDeals = archived === 'ONLY' ? deleted : existing && [...existing, ...deleted];
  const inArchived = archived === 'EXCLUDE' ? [] : existing;
  return [
    { name: 'deals', endpoint: ENDPOINTS.deals, statuses: inDeals },
    { name: 'archived', endpoint: ENDPOINTS.archivedDeals, statuses: inArchived },
  ].filter(({ statuses }) => statuses === null || statuses.length > 0);
}

/** A saved filter goes alone: Pipedrive silently drops other conditions beside it. */
function conditions(where: DealWhere, { statuses }: Collection, split: Split | null): Query {
  if (where.savedFilter !== undefined) return [['filter_id', where.savedFilter]];
  return [
    ['ids', idsOf(where.id)],
    ...dimensions().map(
      (dimension) =>
        [DIMENSIONS[dimension], split?.name === dimension ? split.value : singleId(where[dimension])] as const,
    ),
    ['status', statuses?.map((status) => WIRE_STATUS[status]).join(',')],
    ...updatedWithin(where.updatedAt),
  ];
}

/** The deals themselves by id, as many as one request takes. */
function idsOf(condition: DealWhere['id']): string | undefined {
  const ids = condition?.anyOf.filter((id) => id !== null) ?? [];
  return ids.length > 0 && ids.length <= MAX_IDS ? ids.join(',') : undefined;
}

function dimensions(): readonly Dimension[] {
  return Object.keys(DIMENSIONS) as Dimension[];
}
