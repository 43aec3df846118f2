import type { GraphQLResolveInfo } from 'graphql';
import type { EntityKind } from '../domain/capability.ts';
import { capability } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { type Crms, selectCrms } from '../domain/crms.ts';
import type { CustomFieldKeys, CustomFieldWants } from '../domain/custom-field-wants.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Listable, Order, Source } from '../domain/list.ts';
import type { Lookup } from '../domain/lookup.ts';
import { type CompareKeys, comparePlaces } from '../domain/order.ts';
import type { Verdict } from '../domain/verdict.ts';
import { listAcrossCrms } from '../loaders/across-crms.ts';
import { decodeCursor } from '../loaders/cursor.ts';
import type { ListPage, ListPart } from '../loaders/list-page.ts';
import type { ListRules, Moves } from '../loaders/list-rules.ts';
import { matchAll } from '../loaders/matching.ts';
import { orderedHere } from '../loaders/ordered-here.ts';
import type { Seen } from '../plan/seen.ts';
import { type AskedCrm, askedCrms, type FilterSpec } from './asked-crms.ts';
import { pageSize } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { selectedFields } from './selection.ts';

/** A list field's arguments that do not depend on what is listed. */
export interface ListArgs {
  readonly crms?: readonly (string | number)[] | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly onCrmFailure?: 'FAIL' | 'PARTIAL' | null | undefined;
}

/** How one entity is listed. */
export interface ListSpec<T, Where, Field extends string> extends FilterSpec<Where> {
  listable(adapter: CrmAdapter): Listable<T, { readonly where: Where; readonly order: Order<Field> }>;
  readonly order: Order<Field>;
  readonly compareKeys: CompareKeys;
  readonly moves: Moves;
  /** Finds out what `key` needs to know of these records beside themselves. */
  prepare?(records: readonly T[]): Promise<void>;
  key(record: T): number | string | null;
  id(record: T): string;
  judge(record: T, where: Where, lookup: Lookup): Verdict;
  /** Whether the filter counts from now. */
  readonly countsFromNow: boolean;
  /** The filter as the caller gave it, to tell one list's cursors from another's. */
  readonly filter: unknown;
}

/** Tells one list from another: a cursor fits no other. */
export function listQuery<T, Where, Field extends string>(
  spec: ListSpec<T, Where, Field>,
  args: ListArgs,
  crms: Crms,
): string {
  const selected = selectCrms(args.crms?.map(String), crms).map(({ crm }) => crm.id);
  return JSON.stringify([spec.entity, selected, spec.filter, spec.order]);
}

/** One page of a list over the CRMs asked for. */
export async function resolveList<T, Where, Field extends string>(
  spec: ListSpec<T, Where, Field>,
  args: ListArgs,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<ListPage<T>> {
  const first = pageSize(args.first);
  const after = args.after ?? null;
  const query = listQuery(spec, args, context.crms);
  // A cursor that does not fit is refused before anything is asked of a CRM.
  const cursor = after === null ? null : decodeCursor(after, query);
  const now = cursor?.now ?? context.now();
  const sort = { operation: 'SORT', field: spec.order.field, argument: `orderBy ${spec.order.field}` } as const;
  const asked = await askedCrms(spec, [sort], args, context, now);
  const wheres = new Map(asked.map(({ index, where }) => [index, where]));
  const rules: ListRules<T> = {
    compareKeys: spec.compareKeys,
    moves: spec.moves,
    comparePlaces: comparePlaces(spec.compareKeys),
    ...(spec.prepare && { prepare: spec.prepare }),
    place: (record, crm) => ({ key: spec.key(record), crm, id: spec.id(record) }),
    matches: (records, crm) => {
      const where = wheres.get(crm) as Where;
      return matchAll(records, (record, lookup) => spec.judge(record, where, lookup), context.loaders);
    },
  };
  return listAcrossCrms(
    {
      parts: asked.map((crm) => partOf(spec, crm, rules, first, context)),
      rules,
      first,
      after,
      query,
      countsFrom: spec.countsFromNow ? now : null,
      onCrmFailure: args.onCrmFailure ?? 'FAIL',
      wantsNext: selectedFields(info, 'pageInfo').has('hasNextPage'),
    },
    context.call,
    context.now(),
  );
}

function partOf<T, Where, Field extends string>(
  spec: ListSpec<T, Where, Field>,
  { adapter, index, where }: AskedCrm<Where>,
  rules: ListRules<T>,
  first: number,
  context: GraphQLContext,
): ListPart<T> {
  const customFields = customFieldsOf(spec.entity, context);
  if (where === null) return { adapter, index, sources: [], selective: false };
  if (where instanceof GatewayError) return { adapter, index, sources: where, selective: false };
  const sources = spec.listable(adapter).sources({ where, order: spec.order }, customFields);
  const isOrdered = !sources.some(({ isUnordered }) => isUnordered);
  const together = mayBeReadTogether(sources, first)
    ? spec.listable(adapter).sources({ where, order: spec.order }, customFields, 'TOGETHER')
    : [];
  const attempt = together.length > 0 && isWorthTrying(spec, adapter, together.length / sources.length, context.seen);
  return {
    adapter,
    index,
    sources: isOrdered ? sources : [orderedHere(sources, index, rules, spec.id, advice(spec, adapter, where))],
    ...(attempt && {
      attempt: {
        sources: together,
        found: (isEnough) => noteAttempt(spec, adapter, isEnough, context.seen),
      },
    }),
    advice: () => nativeFilters(spec.entity, adapter),
    selective: isSelective(spec, adapter),
  };
}

type Filtered = Pick<FilterSpec<unknown>, 'entity' | 'filterFields'>;

/** Below this share of a page, one page of everything may well hold enough of what is asked for. */
const SHARE_OF_PAGE = 0.25;

/**
 * Whether a list for each value may be replaced by one of everything: it costs a request where a page of it holds
 * enough, and one more than the others where not.
 */
export function mayBeReadTogether(sources: readonly Source<unknown>[], first: number): boolean {
  const ordered = sources.filter(({ onlyNullKeys, isUnordered }) => !onlyNullKeys && !isUnordered);
  const limit = ordered[0]?.operation?.limit ?? 0;
  return ordered.length >= LEAST_VALUES && first <= SHARE_OF_PAGE * limit;
}

/** With two, the chance is as good as the price. */
const LEAST_VALUES = 3;
/** How often one page holds enough, where nothing was seen yet. */
const CHANCE = 0.5;

/** `price`: of the attempt, where the lists it stands for cost 1. */
function isWorthTrying(spec: Filtered, { crm }: CrmAdapter, price: number, seen: Seen): boolean {
  return seen.ratio(attemptsOf(spec), crm.id, CHANCE) > price;
}

function noteAttempt(spec: Filtered, { crm }: CrmAdapter, isEnough: boolean, seen: Seen): void {
  const name = attemptsOf(spec);
  if (seen.ratio(name, crm.id, -1) < 0) seen.note(name, crm.id, CHANCE);
  seen.note(name, crm.id, isEnough ? 1 : 0);
}

/** What is filtered by decides how much of everything matches. */
function attemptsOf({ entity, filterFields }: Filtered): string {
  return `${entity} by ${[...filterFields].sort().join()} together`;
}

const KINDS: Partial<Record<EntityKind, keyof CustomFieldWants>> = {
  DEAL: 'Deal',
  PERSON: 'Person',
  ORGANIZATION: 'Organization',
};

/** The custom fields a list has to bring: those the operation shows. */
function customFieldsOf(entity: EntityKind, { customFields }: GraphQLContext): CustomFieldKeys {
  const kind = KINDS[entity];
  return (kind && customFields?.[kind]) ?? null;
}

/** Whether few of the records that are read may match. */
export function isSelective({ entity, filterFields }: Filtered, { crm }: CrmAdapter): boolean {
  return filterFields.some((field) => capability(crm, entity, 'FILTER', field).fidelity !== 'NATIVE');
}

/** What to do where too many records do not match: use conditions by which the CRM narrows the list itself. */
function nativeFilters(entity: EntityKind, { crm }: CrmAdapter): string {
  const native = crm.capabilities.flatMap((row) =>
    row.entity === entity && row.operation === 'FILTER' && row.fidelity === 'NATIVE' ? (row.field ?? []) : [],
  );
  return native.length === 0 ? 'narrow it' : `narrow it by what ${crm.id} filters itself: ${native.join(', ')}`;
}

/** What to do where the gateway cannot put a list in order: use an order in which the CRM gives this one itself. */
function advice<T, Where, Field extends string>(
  spec: ListSpec<T, Where, Field>,
  adapter: CrmAdapter,
  where: Where,
): string {
  const native = adapter.crm.capabilities.flatMap(({ entity, operation, field, fidelity }) => {
    if (entity !== spec.entity || operation !== 'SORT' || fidelity !== 'NATIVE' || field === null) return [];
    const order = { ...spec.order, field: field as Field };
    return spec
      .listable(adapter)
      .sources({ where, order })
      .some(({ isUnordered }) => isUnordered)
      ? []
      : [field];
  });
  if (native.length === 0) return 'narrow the filter';
  return `narrow the filter, or order by ${native.join(' or ')}, which ${adapter.crm.id} does itself`;
}
