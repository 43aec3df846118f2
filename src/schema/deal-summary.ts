import type { GraphQLResolveInfo } from 'graphql';
import type { Crm } from '../domain/crm.ts';
import type { DealWhere } from '../domain/deal-query.ts';
import {
  addSummaries,
  type ConvertedTotals,
  type CurrencyTotals,
  type DealsSummary,
  type SummaryNeeds,
} from '../domain/deal-summary.ts';
import { GatewayError } from '../domain/errors.ts';
import { summarize } from '../loaders/deal-totals.ts';
import { askEachCrm } from '../loaders/each-crm.ts';
import type { CrmOutcome } from '../loaders/list-page.ts';
import { askedCrms } from './asked-crms.ts';
import { builder } from './builder.ts';
import { CrmOutcomeType } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { CrmType } from './crm.ts';
import { DealFilter, dealList, dealScopeArgs } from './deal-list.ts';
import { OnCrmFailure } from './on-crm-failure.ts';
import { totalling } from './planned-lists.ts';
import { selectedFields } from './selection.ts';

/** What of one CRM's deals is shown beside the sum over all. */
interface CrmSummary extends DealsSummary {
  readonly crm: Crm;
}

/** Summaries of several CRMs, and their sum. */
interface Summary extends DealsSummary {
  readonly byCrm: readonly CrmSummary[];
  readonly crms: readonly CrmOutcome[];
}

const DealTotalsType = builder.objectRef<CurrencyTotals>('DealTotals').implement({
  description: 'What the deals of one currency add up to.',
  fields: (t) => ({
    currency: t.expose('currency', { type: 'CurrencyCode', nullable: false, description: 'The currency.' }),
    count: t.exposeInt('count', { description: 'How many deals have a value in it.' }),
    value: t.expose('value', { type: 'Decimal', nullable: false, description: 'The sum of their values.' }),
    weightedValue: t.expose('weightedValue', {
      type: 'Decimal',
      description:
        'The sum of their values times their probabilities. Deals without a probability, and those of pipelines that use none, count in full.',
    }),
  }),
});

const ConvertedTotalsType = builder.objectRef<ConvertedTotals>('ConvertedDealTotals').implement({
  description:
    "What all deals add up to in the account's own currency, at the CRM's exchange rates. The CRM does not name that currency.",
  fields: (t) => ({
    value: t.expose('value', { type: 'Decimal', nullable: false, description: 'The sum of their values.' }),
    weightedValue: t.expose('weightedValue', {
      type: 'Decimal',
      nullable: false,
      description: 'The sum of their values times their probabilities.',
    }),
  }),
});

const CrmDealsSummaryType = builder.objectRef<CrmSummary>('CrmDealsSummary').implement({
  description: "What one CRM's deals add up to.",
  fields: (t) => ({
    crm: t.field({ type: CrmType, nullable: false, description: 'The CRM.', resolve: (summary) => summary.crm }),
    count: t.exposeInt('count', { nullable: false, description: 'How many deals, those without a value included.' }),
    totals: t.field({
      type: [DealTotalsType],
      nullable: false,
      description: 'By currency.',
      resolve: (summary) => summary.currencies,
    }),
    converted: t.field({
      type: ConvertedTotalsType,
      description: 'In one currency, where the CRM itself added up.',
      resolve: (summary) => summary.converted,
    }),
  }),
});

const DealsSummaryType = builder.objectRef<Summary>('DealsSummary').implement({
  description: 'What deals add up to.',
  fields: (t) => ({
    count: t.exposeInt('count', { nullable: false, description: 'How many deals, those without a value included.' }),
    totals: t.field({
      type: [DealTotalsType],
      nullable: false,
      description: 'By currency, over all CRMs.',
      resolve: (summary) => summary.currencies,
    }),
    byCrm: t.field({
      type: [CrmDealsSummaryType],
      nullable: false,
      description: 'For each CRM that answered.',
      resolve: (summary) => summary.byCrm,
    }),
    crms: t.field({
      type: [CrmOutcomeType],
      nullable: false,
      description: 'How each CRM that was asked answered, in configured order.',
      resolve: (summary) => summary.crms,
    }),
  }),
});

builder.queryField('dealsSummary', (t) =>
  t.field({
    type: DealsSummaryType,
    description:
      'Counts and sums of deals. Where a CRM cannot say them for the filter, its deals are read, up to the scan limit, and added up.',
    args: {
      crms: t.arg.idList({ description: 'Only of these CRMs.' }),
      filter: t.arg({ type: DealFilter, description: 'Only those that match.' }),
      ...dealScopeArgs,
      onCrmFailure: t.arg({
        type: OnCrmFailure,
        required: true,
        defaultValue: 'FAIL',
        description: 'What to do when a CRM cannot answer.',
      }),
    },
    ...totalling(
      'SUMMARY',
      (adapter) => adapter.dealSummaries !== undefined,
      (args, context: GraphQLContext) => dealList(args, context),
    ),
    resolve: async (_root, args, context, info): Promise<Summary> => {
      const { call, loaders } = context;
      const demand = { operation: 'SUMMARIZE', field: null, argument: 'dealsSummary' } as const;
      const asked = await askedCrms<DealWhere>(dealList(args, context), [demand], args, context);
      const needs = needsOf(info);
      const { given, crms } = await askEachCrm(
        asked.map(({ adapter, where }) => ({
          adapter,
          ask: where instanceof GatewayError ? where : () => summarize(adapter, where, needs, loaders, call),
        })),
        args.onCrmFailure,
        context.now(),
      );
      return {
        ...addSummaries(given.map(({ value }) => value)),
        byCrm: given.map(({ adapter, value }) => ({ ...value, crm: adapter.crm })),
        crms,
      };
    },
  }),
);

/** What a CRM cannot always say cheaply is asked for only where it is selected. */
function needsOf(info: GraphQLResolveInfo): SummaryNeeds {
  const totals = new Set([...selectedFields(info, 'totals'), ...selectedFields(info, 'byCrm', 'totals')]);
  return { weightedValue: totals.has('weightedValue'), countByCurrency: totals.has('count') };
}
