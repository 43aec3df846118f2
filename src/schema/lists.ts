import type { GraphQLResolveInfo } from 'graphql';
import { capability, type EntityKind } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { selectCrms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Listable, Order } from '../domain/list.ts';
import { type CompareKeys, comparePlaces } from '../domain/order.ts';
import { type ListPage, type ListPart, listAcrossCrms } from '../loaders/across-crms.ts';
import type { ListRules } from '../loaders/source-reader.ts';
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
export interface ListSpec<T, Where, Field extends string> {
  readonly entity: EntityKind;
  listable(adapter: CrmAdapter): Listable<T, { readonly where: Where; readonly order: Order<Field> }>;
  readonly order: Order<Field>;
  /** The filter in terms of one CRM, or `null` when none of its records can match. */
  where(crm: string): Where | null;
  /** The filter's fields that are given, as capabilities name them: each has to be one the CRM can do. */
  readonly filterFields: readonly string[];
  readonly compareKeys: CompareKeys;
  key(record: T): number | string | null;
  id(record: T): string;
  matches(record: T, where: Where): boolean;
  /** The filter as the caller gave it, to tell one list's cursors from another's. */
  readonly filter: unknown;
}

/** One page of a list over the CRMs asked for. */
export async function resolveList<T, Where, Field extends string>(
  spec: ListSpec<T, Where, Field>,
  args: ListArgs,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<ListPage<T>> {
  const first = pageSize(args.first);
  const asked = selectCrms(args.crms?.map(String), context.crms);
  const configured = context.crms.all();
  const wheres = new Map<number, Where>();
  const parts = asked.map((adapter): ListPart<T> => {
    const index = configured.indexOf(adapter);
    const where = spec.where(adapter.crm.id);
    if (where === null) return { adapter, index, sources: [], selective: false };
    wheres.set(index, where);
    const refusal = refuse(spec, adapter);
    return {
      adapter,
      index,
      sources: refusal ?? spec.listable(adapter).sources({ where, order: spec.order }),
      selective: spec.filterFields.some(
        (field) => capability(adapter.crm, spec.entity, 'FILTER', field).fidelity !== 'NATIVE',
      ),
    };
  });
  const rules: ListRules<T> = {
    compareKeys: spec.compareKeys,
    comparePlaces: comparePlaces(spec.compareKeys),
    place: (record, crm) => ({ key: spec.key(record), crm, id: spec.id(record) }),
    matches: (record, crm) => spec.matches(record, wheres.get(crm) as Where),
  };
  return listAcrossCrms(
    {
      parts,
      rules,
      first,
      after: args.after ?? null,
      query: JSON.stringify([spec.entity, asked.map(({ crm }) => crm.id), spec.filter, spec.order]),
      onCrmFailure: args.onCrmFailure ?? 'FAIL',
      wantsNext: selectedFields(info, 'pageInfo').has('hasNextPage'),
    },
    context.call,
    context.now(),
  );
}

/** Why a CRM cannot do what the list asks for, from its capability table. */
function refuse<T, Where, Field extends string>(
  spec: ListSpec<T, Where, Field>,
  { crm }: CrmAdapter,
): GatewayError | null {
  const asked = [
    ...spec.filterFields.map((field) => ({
      row: capability(crm, spec.entity, 'FILTER', field),
      argument: `filter.${field}`,
    })),
    { row: capability(crm, spec.entity, 'SORT', spec.order.field), argument: `orderBy ${spec.order.field}` },
  ];
  const refused = asked.find(({ row }) => row.fidelity === 'UNSUPPORTED');
  if (!refused) return null;
  const why = refused.row.note ? `: ${refused.row.note}` : '';
  return new GatewayError('UNSUPPORTED', `${refused.argument} cannot be done by ${crm.id}${why}`, {
    crm: crm.id,
    argument: refused.argument,
  });
}
