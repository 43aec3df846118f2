import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { selectCrms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Order } from '../domain/list.ts';
import type { Ref } from '../domain/ref.ts';
import type { ReadSubject } from '../domain/tariff.ts';
import { decodeCursor, type ListCursor } from '../loaders/cursor.ts';
import { MAX_PAGE, withLookahead } from '../loaders/page-size.ts';
import { readAgain } from '../loaders/source-state.ts';
import { type Args, type ListReads, reading } from '../plan/reads.ts';
import type { FilterSpec } from './asked-crms.ts';
import { pageSize } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { isSelective, type ListArgs, type ListSpec, listQuery, mayBeReadTogether } from './lists.ts';

type AnyList = ListSpec<never, unknown, string>;

/** The note of a field that lists records; `crm` is that of the record the list hangs on. */
export function listing<Spec>(specOf: (args: Args, context: GraphQLContext, crm: string) => Spec) {
  return reading({
    kind: 'list',
    lists: (args, context: GraphQLContext, crm) => {
      const spec = specOf(args, context, crm ?? '') as AnyList;
      return planned(spec, spec.order, crm === null ? args : { ...args, crms: [crm] }, context);
    },
  });
}

/** How many records a sum counts as among those an operation may bring: more are read for it than it shows. */
const TOTALS_WEIGHT = 1_000;

/** The note of a field that adds records up. */
export function totalling<Spec>(
  subject: ReadSubject,
  isNative: (adapter: CrmAdapter) => boolean,
  specOf: (args: Args, context: GraphQLContext) => Spec,
) {
  const { extensions } = reading({
    kind: 'totals',
    subject,
    tables: ['STAGE', 'PIPELINE', 'DEAL_FIELD'],
    isNative,
    lists: (args, context: GraphQLContext) => planned(specOf(args, context) as AnyList, null, args, context),
  });
  return { extensions: { ...extensions, weight: TOTALS_WEIGHT } };
}

/** Stands for a record that is not known yet. */
export function someRecord<Type extends 'Person' | 'Organization'>(crm: string, type: Type): Ref<Type> {
  return { crm, type, id: '1' };
}

/** What a list reads of each CRM: the sources it would read, and nothing read yet. */
function planned(
  spec: AnyList,
  order: Order<string> | null,
  args: ListArgs,
  context: GraphQLContext,
): readonly ListReads[] {
  const first = pageSize(args.first);
  const needs = needsOf(spec);
  const cursor = cursorOf(spec, args, context);
  return selectCrms(args.crms?.map(String), context.crms).flatMap((adapter) => {
    const where = spec.where(adapter.crm.id, context.now());
    if (where === null) return [];
    const query = { where, order } as { readonly where: unknown; readonly order: Order<string> };
    const sources = spec.listable(adapter).sources(query);
    const attempt = mayBeReadTogether(sources, first) && spec.listable(adapter).sources(query, null, 'TOGETHER');
    return [
      {
        ...needs,
        adapter,
        sources,
        ...(attempt && { attempt }),
        mayNeed: [...needs.mayNeed, ...(order?.field === 'PROBABILITY' ? (['STAGE', 'PIPELINE'] as const) : [])],
        isCertain: args.after == null && needs.isCertain,
        pageSize: isSelective(spec, adapter) ? MAX_PAGE : withLookahead(first),
        ahead: aheadOf(cursor?.sources[adapter.crm.id] ?? {}, isSelective(spec, adapter) || attempt ? Infinity : first),
      },
    ];
  });
}

/** `null` without one, and where it is none of this list: the resolver refuses it. */
function cursorOf(spec: AnyList, args: ListArgs, { crms }: GraphQLContext): ListCursor | null {
  if (args.after == null) return null;
  try {
    return decodeCursor(args.after, listQuery(spec, args, crms));
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/** How many records of one CRM a page of `first` reads by id, at most. */
function aheadOf(sources: ListCursor['sources'][string], first: number): number {
  const states = Object.values(sources).filter((state) => state !== 'done');
  return states.reduce((sum, state) => sum + (readAgain(state, first)?.ids.length ?? 0), 0);
}

/** The tables a filter may look at, by the relation it names; more than one of their rows may be meant. */
const TABLES: Readonly<Record<string, ReadSubject>> = {
  stage: 'STAGE',
  pipeline: 'PIPELINE',
  owner: 'USER',
  source: 'LABEL',
};

/** Conditions that a CRM may be asked with one value of at a time. */
const MAX_RUNS = 10;

/** What a filter may need to know beside the records of the list. */
export function needsOf({
  entity,
  filterFields,
  filterArguments = [],
}: Pick<FilterSpec<unknown>, 'entity' | 'filterFields' | 'filterArguments'>): Pick<
  ListReads,
  'mayNeed' | 'related' | 'maxRuns' | 'isCertain'
> {
  const relations = filterFields.filter((field) => field.includes('.')).map((field) => field.split('.'));
  const tables = relations.flatMap(([relation = '']) => TABLES[relation] ?? []);
  const isAsked = (relation: string) => relations.some((path) => path.includes(relation));
  const mayNeed: readonly ReadSubject[] = [
    ...tables,
    ...(filterFields.includes('customFields') ? ([`${entity as 'DEAL'}_FIELD`, 'ACCOUNT'] as const) : []),
    ...(filterArguments.includes('ownedByMe') ? (['CURRENT_USER'] as const) : []),
    ...(filterArguments.includes('savedFilter') ? (['SAVED_FILTER'] as const) : []),
  ];
  return {
    mayNeed,
    related: [
      ...(isAsked('person') ? (['Person'] as const) : []),
      ...(isAsked('organization') ? (['Organization'] as const) : []),
    ],
    maxRuns: tables.length > 0 ? MAX_RUNS : 1,
    isCertain: mayNeed.length === 0,
  };
}
