import type { GraphQLResolveInfo } from 'graphql';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Deal } from '../domain/deal.ts';
import type { DealWhere } from '../domain/deal-query.ts';
import {
  addBuckets,
  DEAL_TIMES,
  type DealTime,
  periodsOf,
  TIMELINE_INTERVALS,
  type Timeline,
  type TimelineBucket,
  type TimelineField,
  type TimelineInterval,
  type TimelineTotals,
} from '../domain/deal-timeline.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Link } from '../domain/ref.ts';
import { compareRemoteIds } from '../domain/ref.ts';
import { layOut } from '../loaders/deal-totals.ts';
import { askEachCrm } from '../loaders/each-crm.ts';
import type { CrmOutcome, ListPage } from '../loaders/list-page.ts';
import { askedCrms, type Demand } from './asked-crms.ts';
import { builder } from './builder.ts';
import { CrmOutcomeType, pageArgs, Slice } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { DealConnection } from './deal.ts';
import { DealFilter, dealList, dealScopeArgs } from './deal-list.ts';
import { followAll, linksTo } from './link.ts';
import { OnCrmFailure } from './on-crm-failure.ts';
import { totalling } from './planned-lists.ts';
import { selectedFields } from './selection.ts';

const TIME_DESCRIPTIONS: Record<DealTime, string> = {
  CREATED_AT: 'When it was created.',
  UPDATED_AT: 'When it was last changed.',
  STAGE_CHANGED_AT: 'When it last moved to another stage.',
  EXPECTED_CLOSE_DATE: 'The day it is expected to close.',
  CLOSED_AT: 'When it was closed.',
  WON_AT: 'When it was won.',
};

const DealTimeType = builder.enumType('DealTime', {
  description: 'A time of a deal that places it on a timeline.',
  values: Object.fromEntries(DEAL_TIMES.map((time) => [time, { description: TIME_DESCRIPTIONS[time] }])) as Record<
    DealTime,
    { description: string }
  >,
});

const INTERVAL_DESCRIPTIONS: Record<TimelineInterval, string> = {
  DAY: 'A day.',
  WEEK: 'Seven days, from the day it starts.',
  MONTH: 'A month, from the day it starts; where the next month is shorter, to the end of that.',
  QUARTER: 'Three months, from the day it starts.',
};

const TimelineIntervalType = builder.enumType('TimelineInterval', {
  description: 'How long a period of a timeline is.',
  values: Object.fromEntries(
    TIMELINE_INTERVALS.map((interval) => [interval, { description: INTERVAL_DESCRIPTIONS[interval] }]),
  ) as Record<TimelineInterval, { description: string }>,
});

/** The deals of one CRM in a period. */
interface OwnDeals {
  readonly adapter: CrmAdapter;
  readonly ids: readonly string[];
}

/** A period over all CRMs. */
interface Bucket extends Omit<TimelineBucket, 'deals'> {
  /** `null` where they were not asked for. */
  readonly deals: readonly OwnDeals[] | null;
}

const TotalsType = builder.objectRef<TimelineTotals>('TimelineTotals').implement({
  description: 'What the deals of a period add up to in one currency.',
  fields: (t) => ({
    currency: t.expose('currency', { type: 'CurrencyCode', nullable: false, description: 'The currency.' }),
    value: t.expose('value', { type: 'Decimal', nullable: false, description: 'All deals.' }),
    weightedValue: t.expose('weightedValue', {
      type: 'Decimal',
      nullable: false,
      description: 'All deals, values times probabilities. Those without a probability count in full.',
    }),
    openValue: t.expose('openValue', { type: 'Decimal', nullable: false, description: 'Open deals.' }),
    weightedOpenValue: t.expose('weightedOpenValue', {
      type: 'Decimal',
      nullable: false,
      description: 'Open deals, values times probabilities.',
    }),
    wonValue: t.expose('wonValue', { type: 'Decimal', nullable: false, description: 'Won deals.' }),
  }),
});

const BucketType = builder.objectRef<Bucket>('TimelineBucket').implement({
  description: 'One period of a timeline, with the open and won deals whose time lies in it.',
  fields: (t) => ({
    start: t.expose('start', { type: 'Date', nullable: false, description: 'Its first day, from midnight UTC.' }),
    end: t.expose('end', { type: 'Date', nullable: false, description: 'Its last day, to midnight UTC.' }),
    count: t.exposeInt('count', { nullable: false, description: 'How many deals.' }),
    openCount: t.exposeInt('openCount', { nullable: false, description: 'How many of them are open.' }),
    wonCount: t.exposeInt('wonCount', { nullable: false, description: 'How many of them are won.' }),
    totals: t.field({
      type: [TotalsType],
      nullable: false,
      description: 'By currency.',
      resolve: (bucket) => bucket.currencies,
    }),
    converted: t.expose('converted', {
      type: TotalsType,
      description: "Everything in the currency given as `convertTo`, at the CRM's rates.",
    }),
    deals: t.field({
      type: DealConnection,
      description: 'The deals, in order of CRM and id. Null with `excludeDeals`.',
      args: { ...pageArgs },
      ...linksTo('Deal', true),
      resolve: (bucket, args, context, info) => bucket.deals && dealsPage(bucket.deals, args, context, info),
    }),
  }),
});

const TimelineType = builder
  .objectRef<{ readonly buckets: readonly Bucket[]; readonly crms: readonly CrmOutcome[] }>('DealsTimeline')
  .implement({
    description: 'Deals put into periods of time.',
    fields: (t) => ({
      buckets: t.field({
        type: [BucketType],
        nullable: false,
        description: 'The periods, one after the other; those without deals too.',
        resolve: (timeline) => timeline.buckets,
      }),
      crms: t.field({
        type: [CrmOutcomeType],
        nullable: false,
        description: 'How each CRM that was asked answered, in configured order.',
        resolve: (timeline) => timeline.crms,
      }),
    }),
  });

/** A year of days. */
const MAX_AMOUNT = 366;

builder.queryField('dealsTimeline', (t) =>
  t.field({
    type: TimelineType,
    description:
      'Open and won deals by one of their times. Where a CRM cannot group them for the filter, its deals are read, up to the scan limit, and grouped.',
    args: {
      start: t.arg({ type: 'Date', required: true, description: 'The first day of the first period.' }),
      interval: t.arg({ type: TimelineIntervalType, required: true, description: 'How long a period is.' }),
      amount: t.arg.int({ required: true, description: 'How many periods, 1 to 366.' }),
      field: t.arg({ type: DealTimeType, description: 'The time that places a deal.' }),
      customField: t.arg.string({
        description:
          'In place of `field`, the key of a date field that the account added; name its CRM in `crms`. A range of days counts by its first.',
      }),
      convertTo: t.arg({
        type: 'CurrencyCode',
        description: 'Also adds up everything in this currency, where the CRM has exchange rates.',
      }),
      excludeDeals: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Leaves out the deals themselves. So does not selecting them.',
      }),
      crms: t.arg.idList({ description: 'Only of these CRMs.' }),
      filter: t.arg({
        type: DealFilter,
        description: 'Only those that match; lost and deleted deals are on no timeline.',
      }),
      ...dealScopeArgs,
      onCrmFailure: t.arg({
        type: OnCrmFailure,
        required: true,
        defaultValue: 'FAIL',
        description: 'What to do when a CRM cannot answer.',
      }),
    },
    ...totalling(
      'TIMELINE',
      (adapter) => adapter.dealTimelines !== undefined,
      (args, context: GraphQLContext) => dealList(args, context),
    ),
    resolve: async (_root, args, context, info) => {
      const { start, interval, amount, excludeDeals } = args;
      const field = readField(args);
      if (amount < 1 || amount > MAX_AMOUNT) {
        throw new GatewayError('BAD_USER_INPUT', `amount: has to be from 1 to ${MAX_AMOUNT}`, { argument: 'amount' });
      }
      const convertTo = args.convertTo ?? null;
      const withDeals = !excludeDeals && selectedFields(info, 'buckets').has('deals');
      const timeline: Timeline = { field, start, interval, amount, convertTo, withDeals };
      const demands: Demand[] = [
        demandOf(field),
        ...(convertTo === null ? [] : [{ operation: 'TIMELINE', field: 'convertTo', argument: 'convertTo' } as const]),
      ];
      const asked = await askedCrms<DealWhere>(dealList(args, context), demands, args, context);
      const { given, crms } = await askEachCrm(
        asked.map(({ adapter, where }) => ({
          adapter,
          ask:
            where instanceof GatewayError
              ? where
              : () => layOut(adapter, where, timeline, context.loaders, context.call),
        })),
        args.onCrmFailure,
        context.now(),
      );
      const buckets = addBuckets(
        periodsOf(timeline),
        given.map(({ value }) => value),
      ).map((bucket, index) => ({
        ...bucket,
        deals: withDeals ? given.map(({ adapter, value }) => ({ adapter, ids: value[index]?.deals ?? [] })) : null,
      }));
      return { buckets, crms };
    },
  }),
);

function readField(args: {
  readonly field?: DealTime | null | undefined;
  readonly customField?: string | null | undefined;
}): TimelineField {
  const { field, customField } = args;
  if (field && customField == null) return field;
  if (!field && customField) return { customField };
  throw new GatewayError('BAD_USER_INPUT', 'field: give one of field and customField', { argument: 'field' });
}

function demandOf(field: TimelineField): Demand {
  return typeof field === 'object'
    ? { operation: 'TIMELINE', field: 'customField', argument: 'customField' }
    : { operation: 'TIMELINE', field, argument: `field ${field}` };
}

/** A page of the deals of a period; only those shown are read, in batches. */
async function dealsPage(
  own: readonly OwnDeals[],
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  context: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<ListPage<Deal>> {
  const links = own.flatMap(({ adapter, ids }) =>
    [...ids]
      .sort(compareRemoteIds)
      .map((id): Link<Deal> => ({ ref: { crm: adapter.crm.id, type: 'Deal', id }, known: {} })),
  );
  const page = new Slice<Link<Deal>>(links, ({ ref }) => `${ref.crm}:${ref.id}`, args);
  const selected = new Set([...selectedFields(info, 'nodes'), ...selectedFields(info, 'edges', 'node')]);
  return {
    ...page.of(await followAll('Deal', page.nodes, context, selected)),
    crms: own.map(({ adapter, ids }) => ({ adapter, state: 'COMPLETE', problems: [], totalCount: ids.length })),
  };
}
