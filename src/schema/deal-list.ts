import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { type Crms, parseId } from '../domain/crms.ts';
import type { Deal, DealStatus } from '../domain/deal.ts';
import {
  type Archived,
  type DEAL_ORDER_FIELDS,
  type DealOrderField,
  type DealReference,
  type DealWhere,
  dealSortKey,
  judgeDeal,
} from '../domain/deal-query.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { NodeType, Ref } from '../domain/ref.ts';
import { dealProbability } from '../loaders/deal-probability.ts';
import type { Moves } from '../loaders/list-rules.ts';
import { namedByIds } from '../loaders/narrow.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { CustomFieldFilter, CustomFieldNames, readCustomFields } from './custom-field-filter.ts';
import {
  conditionsIn,
  countsFromNow,
  fieldsOf,
  IdFilter,
  type IdFilterInput,
  type ReadFilter,
  type RefFilter,
  readJoined,
  readReferences,
  readTextFilter,
  readValueFilter,
  TextFilter,
} from './filters.ts';
import type { ListSpec } from './lists.ts';
import {
  DateRange,
  DateTimeRange,
  DecimalRange,
  FloatRange,
  readDateRange,
  readInstantRange,
  readRange,
} from './ranges.ts';

export const DealStatusType = builder.enumType('DealStatus', {
  description: 'What a deal is, whatever light or label it shows.',
  values: {
    OPEN: { description: 'Still in progress.' },
    WON: { description: 'Closed, and won.' },
    LOST: { description: 'Closed, and lost.' },
    DELETED: { description: 'Deleted, and still kept by the CRM.' },
  } as const,
});

const DealStatusFilter = builder.inputType('DealStatusFilter', {
  description: 'Matches the status of a deal.',
  fields: (t) => ({
    eq: t.field({ type: DealStatusType, description: 'This one.' }),
    in: t.field({ type: [DealStatusType], description: 'One of these; an empty list matches nothing.' }),
  }),
});

export const ArchivedFilter = builder.enumType('ArchivedFilter', {
  description: 'Whether archived deals are in a list.',
  values: {
    EXCLUDE: { description: 'They are left out.' },
    ONLY: { description: 'Only they are in it.' },
    INCLUDE: { description: 'They are in it beside the others.' },
  } as const,
});

interface DealFilterInput {
  readonly id?: IdFilterInput | null | undefined;
  readonly status?: typeof DealStatusFilter.$inferInput | null | undefined;
  readonly stage?: IdFilterInput | null | undefined;
  readonly pipeline?: IdFilterInput | null | undefined;
  readonly owner?: IdFilterInput | null | undefined;
  readonly person?: IdFilterInput | null | undefined;
  readonly organization?: IdFilterInput | null | undefined;
  readonly source?: IdFilterInput | null | undefined;
  readonly title?: typeof TextFilter.$inferInput | null | undefined;
  readonly value?: typeof DecimalRange.$inferInput | null | undefined;
  readonly expectedCloseDate?: typeof DateRange.$inferInput | null | undefined;
  readonly createdAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly updatedAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly closedAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly archived?: Archived | null | undefined;
  readonly currency?: string | null | undefined;
  readonly probability?: typeof FloatRange.$inferInput | null | undefined;
  readonly customFields?: readonly (typeof CustomFieldFilter.$inferInput)[] | null | undefined;
  readonly and?: readonly DealFilterInput[] | null | undefined;
  readonly or?: readonly DealFilterInput[] | null | undefined;
  readonly not?: DealFilterInput | null | undefined;
}

const DealFilterRef = builder.inputRef<DealFilterInput>('DealFilter');

export const DealFilter = DealFilterRef.implement({
  description:
    'Narrows a list of deals. What is given has to hold together. Archived and deleted deals are asked for at the top only.',
  fields: (t) => ({
    id: t.field({ type: IdFilter, description: 'By its own id.' }),
    status: t.field({
      type: DealStatusFilter,
      description: 'By status. Deleted deals are listed only when `DELETED` is asked for, where the CRM keeps them.',
    }),
    stage: t.field({ type: IdFilter, description: 'By stage.' }),
    pipeline: t.field({ type: IdFilter, description: 'By pipeline.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    person: t.field({ type: IdFilter, description: 'By primary contact.' }),
    organization: t.field({ type: IdFilter, description: 'By organization.' }),
    source: t.field({ type: IdFilter, description: 'By where it came from: the id of a `Deal.source`.' }),
    title: t.field({ type: TextFilter, description: 'By title.' }),
    value: t.field({ type: DecimalRange, description: 'By amount, whatever the currency.' }),
    expectedCloseDate: t.field({ type: DateRange, description: 'By the day it is expected to close.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'By when it was created.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
    closedAt: t.field({ type: DateTimeRange, description: 'By when it was closed, won or lost.' }),
    archived: t.field({
      type: ArchivedFilter,
      defaultValue: 'EXCLUDE',
      description: 'Whether archived deals are in the list.',
    }),
    currency: t.field({ type: 'CurrencyCode', description: 'By the currency of the value.' }),
    probability: t.field({
      type: FloatRange,
      description: 'By how likely it is won, in percent, as the deal shows it.',
    }),
    customFields: t.field({
      type: [CustomFieldFilter],
      description: 'By fields the account added; all of these hold.',
    }),
    and: t.field({ type: [DealFilterRef], description: 'All of these hold as well.' }),
    or: t.field({ type: [DealFilterRef], description: 'At least one of these holds as well; of none, none does.' }),
    not: t.field({ type: DealFilterRef, description: 'This does not hold.' }),
  }),
});

const DealOrderFieldType = builder.enumType('DealOrderField', {
  description: 'What deals are ordered by.',
  values: {
    CREATED_AT: { description: 'When it was created.' },
    UPDATED_AT: { description: 'When it was last changed.' },
    TITLE: { description: 'The title, by code point.' },
    VALUE: { description: 'The bare amount, whatever the currency.' },
    EXPECTED_CLOSE_DATE: { description: 'The day it is expected to close.' },
    OWNER: { description: "The owner's id in the CRM, as a number: the deals of one owner stand together." },
    SOURCE: { description: "The source's id in the CRM, as a number: the deals of one source stand together." },
    PROBABILITY: { description: 'How likely it is won, as the deal shows it.' },
    CLOSED_AT: { description: 'When it was closed, won or lost.' },
  } satisfies Record<(typeof DEAL_ORDER_FIELDS)[number], { description: string }>,
});

export const OrderDirectionType = builder.enumType('OrderDirection', {
  description: 'Which end comes first. What has no value comes last in both directions.',
  values: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Largest or newest first.' },
  } as const,
});

export const DealOrder = builder.inputType('DealOrder', {
  description: 'The order of a list of deals; ties go by CRM in configured order, then by id.',
  fields: (t) => ({
    field: t.field({ type: DealOrderFieldType, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirectionType,
      required: true,
      defaultValue: 'ASC',
      description: 'Which end comes first.',
    }),
  }),
});

type DealOrderInput = typeof DealOrder.$inferInput;

/** Which deals a field is about. */
export interface DealListArgs {
  readonly filter?: DealFilterInput | null | undefined;
  readonly orderBy?: DealOrderInput | null | undefined;
  readonly savedFilter?: string | number | null | undefined;
  readonly ownedByMe?: boolean | null | undefined;
}

/** The arguments that narrow deals beside a filter. */
export const dealScopeArgs = builder.args((t) => ({
  savedFilter: t.id({
    description:
      'Only the deals of this saved filter, for example `pipedrive:SavedFilter:12` (see the query `savedFilters`). Other CRMs have none of them.',
  }),
  ownedByMe: t.boolean({ description: 'True: only deals of the user whose credentials the gateway uses in the CRM.' }),
}));

/** A list of deals as the arguments ask for it, within those of `parent` where there is one. */
export function dealList(
  args: DealListArgs,
  { crms, loaders, call }: GraphQLContext,
  parent: { readonly person?: Ref; readonly organization?: Ref } = {},
): ListSpec<Deal, DealWhere, DealOrderField> {
  const input = args.filter ?? {};
  const order: Order<DealOrderField> = args.orderBy ?? { field: 'CREATED_AT', direction: 'DESC' };
  const archived = input.archived ?? 'EXCLUDE';
  const filter = within(readDealFilter(input, 'filter', crms), parent);
  const status = filter.plain.status as readonly DealStatus[] | undefined;
  const savedFilter =
    args.savedFilter == null ? null : parseId(String(args.savedFilter), 'SavedFilter', crms, 'savedFilter');
  const ownedByMe = args.ownedByMe === true;
  /** Where deals are ordered by it. */
  const probabilities = order.field === 'PROBABILITY' ? new WeakMap<Deal, number | null>() : null;
  const fields = new CustomFieldNames('Deal', call);
  return {
    entity: 'DEAL',
    listable: (adapter) => adapter.deals,
    order,
    where(crm, now) {
      if (status?.length === 0 || (savedFilter !== null && savedFilter.crm !== crm)) return null;
      const conditions = conditionsIn(filter, crm, now);
      return conditions && { ...conditions, ...(savedFilter && { savedFilter: savedFilter.id }), archived };
    },
    async complete(where, adapter) {
      if (savedFilter !== null) await requireSavedFilter(adapter, savedFilter.id, call);
      const named = await namedByIds(await fields.resolve(where, adapter), adapter, call);
      return named && ownedByMe ? ownedBy(await adapter.currentUser(call), named) : named;
    },
    check: () => fields.check(),
    filterFields: [
      ...fieldsOf(filter),
      ...(status?.includes('DELETED') ? ['status.DELETED'] : []),
      ...(archived === 'EXCLUDE' ? [] : ['archived']),
    ],
    filterArguments: [...(savedFilter ? ['savedFilter'] : []), ...(ownedByMe ? ['ownedByMe'] : [])],
    compareKeys: compareKeys(order.field === 'VALUE' ? 'amount' : 'plain', order.direction),
    moves: movesIn(order),
    ...(probabilities && {
      prepare: async (deals) => {
        await Promise.all(deals.map(async (deal) => probabilities.set(deal, await dealProbability(deal, loaders))));
      },
    }),
    key: (deal) => probabilities?.get(deal) ?? dealSortKey(deal, order.field),
    id: (deal) => deal.ref.id,
    judge: judgeDeal,
    countsFromNow: countsFromNow(filter),
    filter: { filter, archived, savedFilter, ownedByMe },
  };
}

function movesIn({ field, direction }: Order<DealOrderField>): Moves {
  if (field === 'CREATED_AT') return 'NEVER';
  if (field !== 'UPDATED_AT') return 'ANYWHERE';
  return direction === 'ASC' ? 'TO_THE_END' : 'NEVER';
}

const REFERENCES = {
  stage: 'Stage',
  pipeline: 'Pipeline',
  owner: 'User',
  person: 'Person',
  organization: 'Organization',
  source: 'Label',
} as const satisfies Record<DealReference, NodeType>;

function readDealFilter(input: DealFilterInput, argument: string, crms: Crms): ReadFilter {
  const { refs, related } = readReferences(input, REFERENCES, argument, crms);
  const id = readReferences({ id: input.id }, { id: 'Deal' }, argument, crms);
  const plain = {
    status: readValueFilter(input.status, `${argument}.status`),
    title: readTextFilter(input.title),
    value: readRange(input.value),
    expectedCloseDate: readDateRange(input.expectedCloseDate),
    createdAt: readInstantRange(input.createdAt),
    updatedAt: readInstantRange(input.updatedAt),
    closedAt: readInstantRange(input.closedAt),
    currency: input.currency ?? undefined,
    probability: readRange(input.probability),
    customFields: readCustomFields(input.customFields, `${argument}.customFields`),
  };
  return {
    plain: Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    refs: { ...refs, ...id.refs },
    related,
    ...readJoined(input, argument, (part, at) => readJoinedPart(part, at, crms)),
  };
}

/** Which lists are read depends on archived and deleted deals, so they are no matter of a part. */
function readJoinedPart(part: DealFilterInput, argument: string, crms: Crms): ReadFilter {
  const filter = readDealFilter(part, argument, crms);
  const misplaced =
    part.archived === 'ONLY' || part.archived === 'INCLUDE'
      ? 'archived'
      : (filter.plain.status as readonly DealStatus[] | undefined)?.includes('DELETED') && 'status';
  if (!misplaced) return filter;
  throw new GatewayError(
    'BAD_USER_INPUT',
    `${argument}.${misplaced}: archived and deleted deals are asked for at the top of a filter`,
    { argument: `${argument}.${misplaced}` },
  );
}

/** The filter within one person or organization. */
function within(filter: ReadFilter, parent: { readonly person?: Ref; readonly organization?: Ref }): ReadFilter {
  const refs: Record<string, RefFilter> = { ...filter.refs };
  for (const [name, ref] of Object.entries(parent)) {
    const given = refs[name];
    refs[name] = given ? given.filter((each) => each?.id === ref.id && each.crm === ref.crm) : [ref];
  }
  return { ...filter, refs };
}

/** A CRM may ignore a saved filter that it does not have, and list everything. */
async function requireSavedFilter(adapter: CrmAdapter, id: string, call: Call): Promise<void> {
  const found = (await adapter.savedFilters.getMany([id], call)).get(id);
  if (found instanceof GatewayError) throw found;
  if (found) return;
  throw new GatewayError('BAD_USER_INPUT', `savedFilter: ${adapter.crm.id} has no such saved filter for deals`, {
    crm: adapter.crm.id,
    argument: 'savedFilter',
  });
}

/** The deals of one owner, or `null` where the filter asks for others. */
function ownedBy(user: string, where: DealWhere): DealWhere | null {
  if (where.owner && !where.owner.anyOf.includes(user)) return null;
  return { ...where, owner: { anyOf: [user] } };
}
