import { parseId } from '../domain/crms.ts';
import type { Deal, DealProduct } from '../domain/deal.ts';
import { orderLines } from '../domain/deal-product-order.ts';
import { weighted } from '../domain/money.ts';
import type { Person } from '../domain/person.ts';
import { type Link, partOfDeal, type Ref } from '../domain/ref.ts';
import { dealProbability } from '../loaders/deal-probability.ts';
import type { Loaders } from '../loaders/index.ts';
import type { ListPage } from '../loaders/list-page.ts';
import { builder } from './builder.ts';
import { crmConnection, type Prefetch, pageArgs, Slice } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { CustomFieldType, describeCustomFields } from './custom-field.ts';
import { DealFilter, DealOrder, DealStatusType, dealList, dealScopeArgs } from './deal-list.ts';
import { DealProductConnection, DealProductType } from './deal-product.ts';
import { DealProductOrder } from './deal-product-order.ts';
import { LabelType } from './label.ts';
import { follow, followAll, linksTo, linkTo, prefetchLinks } from './link.ts';
import { resolveList } from './lists.ts';
import { MoneyType } from './money.ts';
import { OnCrmFailure } from './on-crm-failure.ts';
import { OrganizationType } from './organization.ts';
import { PersonConnection, PersonType } from './person.ts';
import { PipelineType } from './pipeline.ts';
import { listing, someRecord } from './planned-lists.ts';
import { BY_ID, customFieldsOf, ofDeals, tables } from './reads.ts';
import { recordInterfaces } from './record.ts';
import { fieldsAtOnce, selectedFields } from './selection.ts';
import { StageType } from './stage.ts';
import { UserType } from './user.ts';

export const DealType = builder.objectRef<Deal>('Deal').implement({
  description: 'A sale in progress or finished, from whichever CRM holds it.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    title: t.exposeString('title', { nullable: false, description: 'What the deal is called.' }),
    summary: t.exposeString('summary', { description: 'A description, where the CRM has one.' }),
    value: t.field({
      type: MoneyType,
      description: 'What the deal is worth; in the account’s currency where it states none.',
      resolve: (deal) => deal.value,
    }),
    weightedValue: t.field({
      type: MoneyType,
      description: 'The value times the probability; null where there is no probability.',
      ...tables('STAGE', 'PIPELINE'),
      resolve: async (deal, _args, context) => {
        const probability = await dealProbability(deal, context.loaders);
        return deal.value && probability !== null ? weighted(deal.value, probability) : null;
      },
    }),
    status: t.expose('status', { type: DealStatusType, nullable: false, description: 'What the deal is.' }),
    health: t.field({
      type: LabelType,
      description: 'The account-defined status light, on CRMs that have one. Says nothing about open, won or lost.',
      resolve: (deal) => deal.health,
    }),
    probability: t.float({
      description:
        'How likely it is won, 0 to 100. On CRMs where stages have probabilities, the stage’s unless the deal has its own.',
      ...tables('STAGE', 'PIPELINE'),
      resolve: (deal, _args, context) => dealProbability(deal, context.loaders),
    }),
    lossReason: t.exposeString('lossReason', { description: 'Why it was lost.' }),
    isArchived: t.exposeBoolean('isArchived', {
      nullable: false,
      description: 'Archived deals are left out of lists unless asked for.',
    }),
    stage: t.field({
      type: StageType,
      description: 'The stage it is in.',
      ...linkTo('Stage'),
      resolve: (deal, _args, context, info) => follow('Stage', deal.stage, context, info),
    }),
    pipeline: t.field({
      type: PipelineType,
      description: 'The pipeline it goes through.',
      ...linkTo('Pipeline'),
      resolve: (deal, _args, context, info) => follow('Pipeline', deal.pipeline, context, info),
    }),
    owner: t.field({
      type: UserType,
      description: 'The user responsible.',
      ...linkTo('User'),
      resolve: (deal, _args, context, info) => follow('User', deal.owner, context, info),
    }),
    person: t.field({
      type: PersonType,
      description: 'The primary contact.',
      ...linkTo('Person'),
      resolve: (deal, _args, context, info) => follow('Person', deal.person, context, info),
    }),
    organization: t.field({
      type: OrganizationType,
      description: 'The organization it is made with.',
      ...linkTo('Organization'),
      resolve: (deal, _args, context, info) => follow('Organization', deal.organization, context, info),
    }),
    expectedCloseDate: t.expose('expectedCloseDate', { type: 'Date', description: 'When it is expected to close.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', description: 'When it was closed, won or lost.' }),
    wonAt: t.expose('wonAt', { type: 'DateTime', description: 'When it was won.' }),
    lostAt: t.expose('lostAt', { type: 'DateTime', description: 'When it was lost.' }),
    stageChangedAt: t.expose('stageChangedAt', {
      type: 'DateTime',
      description: 'When it last moved to another stage, where the CRM keeps that.',
    }),
    labels: t.field({
      type: [LabelType],
      nullable: { list: true, items: false },
      description: 'Labels or tags on it.',
      ...linksTo('Label'),
      resolve: async (deal, _args, context, info) => {
        const labels = await followAll('Label', deal.labels, context, selectedFields(info));
        return [...labels.values()];
      },
    }),
    products: t.field({
      type: DealProductConnection,
      description: 'Its lines.',
      args: { orderBy: t.arg({ type: DealProductOrder, description: 'By position by default.' }), ...pageArgs },
      ...ofDeals('DEAL_PRODUCT'),
      resolve: (deal, args, { loaders }) => {
        const lines = deal.products ?? loaders.dealProducts.peek(deal.ref);
        return lines === undefined ? loadLines(deal, args, loaders) : linesPage(lines, args);
      },
    }),
    people: t.field({
      type: PersonConnection,
      description: 'Everyone linked to it, the primary contact first.',
      args: { ...pageArgs },
      ...ofDeals('DEAL_PERSON', 'Person'),
      resolve: async (deal, args, context, info) => {
        const links = deal.people ?? (await context.loaders.dealPeople.load(deal)) ?? [];
        const page = new Slice<Link<Person>>(links, (link) => link.ref.id, args);
        const selected = new Set([...selectedFields(info, 'nodes'), ...selectedFields(info, 'edges', 'node')]);
        const people = await followAll('Person', page.nodes, context, selected);
        const adapter = context.crms.get(deal.ref.crm);
        return {
          ...page.of(people),
          crms: adapter ? [{ adapter, state: 'COMPLETE', problems: [], totalCount: page.totalCount } as const] : [],
        } satisfies ListPage<Person>;
      },
    }),
    customFields: t.field({
      type: [CustomFieldType],
      description: 'Fields the account added.',
      args: { keys: t.arg.stringList({ description: 'Only these; all by default.' }) },
      ...customFieldsOf('DEAL_FIELD'),
      resolve: (deal, { keys }, context) => describeCustomFields('Deal', deal, keys, context),
    }),
  }),
});

builder.objectField(DealProductType, 'deal', (t) =>
  t.field({
    type: DealType,
    description: 'The deal it is a line of.',
    ...linkTo('Deal'),
    resolve: (line, _args, context, info) =>
      follow(
        'Deal',
        { ref: { crm: line.ref.crm, type: 'Deal', id: partOfDeal(line.ref.id).deal }, known: {} },
        context,
        info,
      ),
  }),
);

interface LineArgs {
  readonly orderBy?: typeof DealProductOrder.$inferInput | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

async function loadLines(deal: Deal, args: LineArgs, loaders: Pick<Loaders, 'dealProducts'>) {
  return linesPage(await loaders.dealProducts.load(deal.ref), args);
}

function linesPage(lines: readonly DealProduct[] | null, args: LineArgs): Slice<DealProduct> {
  const ordered = args.orderBy ? orderLines(lines ?? [], args.orderBy) : (lines ?? []);
  return new Slice(ordered, idOfLine, args);
}

function idOfLine({ ref }: DealProduct): string {
  return ref.id;
}

const LINKS = {
  stage: 'Stage',
  pipeline: 'Pipeline',
  owner: 'User',
  person: 'Person',
  organization: 'Organization',
} as const;

/** What a deal shows of itself at once. */
const OWN = new Set([
  ...['__typename', 'id', 'crm', 'remoteId', 'createdAt', 'updatedAt', 'title', 'summary', 'value', 'status'],
  ...['lossReason', 'isArchived', 'expectedCloseDate', 'closedAt', 'wonAt', 'lostAt', 'stageChangedAt'],
]);

/**
 * Loads what is selected of a page of deals before any of them is looked at: their fields need not wait then. Where
 * something else has to be read as well, everything is better asked for at the same time, by each deal.
 */
const prefetchDeals: Prefetch<Deal> = (deals, context, info, path) => {
  const selected = selectedFields(info, ...path);
  for (const name of selected) if (!OWN.has(name) && !(name in LINKS) && name !== 'products') return null;
  const atOnce = context.inParts ? fieldsAtOnce(info, ...path) : selected;
  const loading: Promise<unknown>[] = [];
  // What comes later is asked for together with the rest all the same, so that it costs no more.
  const load = (name: string, prefetching: Promise<unknown> | null) => {
    if (prefetching !== null && atOnce.has(name)) loading.push(prefetching);
  };
  for (const name of Object.keys(LINKS) as (keyof typeof LINKS)[]) {
    if (!selected.has(name)) continue;
    const fields = selectedFields(info, ...path, name);
    const linkOf = (deal: Deal) => deal[name] as Link<never> | null;
    load(name, prefetchLinks(LINKS[name], deals, linkOf, context.askedBy(`Deal.${name}`), fields));
  }
  if (selected.has('products')) {
    const bare: Ref[] = [];
    for (const deal of deals) if (deal.products === null) bare.push(deal.ref);
    load('products', context.askedBy('Deal.products').loaders.dealProducts.prefetch(bare));
  }
  return loading.length === 0 ? null : Promise.all(loading);
};

export const DealConnection = crmConnection<Deal>('Deal', DealType, 'deals', prefetchDeals);

for (const [type, key] of [
  [PersonType, 'person'],
  [OrganizationType, 'organization'],
] as const) {
  builder.objectField(type as typeof PersonType, 'deals', (t) =>
    t.field({
      type: DealConnection,
      description:
        key === 'person'
          ? 'Deals it is the primary contact of. One call per person.'
          : 'Deals made with it. One call per organization.',
      args: {
        filter: t.arg({ type: DealFilter, description: 'Only those that match.' }),
        orderBy: t.arg({ type: DealOrder, description: 'Newest first by default.' }),
        ...pageArgs,
      },
      ...listing((args, context: GraphQLContext, crm) =>
        dealList(args, context, { [key]: someRecord(crm, key === 'person' ? 'Person' : 'Organization') }),
      ),
      resolve: ({ ref }, args, context, info) =>
        resolveList(dealList(args, context, { [key]: ref }), { ...args, crms: [ref.crm] }, context, info),
    }),
  );
}

builder.queryFields((t) => ({
  deal: t.field({
    type: DealType,
    description: 'A deal by global id, archived or not; null when there is none, or it is deleted.',
    args: { id: t.arg.id({ required: true, description: 'For example `pipedrive:Deal:42`.' }) },
    ...BY_ID,
    async resolve(_root, { id }, context, info) {
      const deal = await context.loaders.Deal.load(parseId(String(id), 'Deal', context.crms, 'id'));
      // What is selected of it need not be waited for one by one then.
      if (deal !== null) await prefetchDeals([deal], context, info, []);
      return deal;
    },
  }),
  deals: t.field({
    type: DealConnection,
    description: 'Deals of all CRMs in one list, in one total order.',
    args: {
      crms: t.arg.idList({ description: 'Only of these CRMs.' }),
      filter: t.arg({ type: DealFilter, description: 'Only those that match.' }),
      ...dealScopeArgs,
      orderBy: t.arg({ type: DealOrder, description: 'Newest first by default.' }),
      ...pageArgs,
      onCrmFailure: t.arg({
        type: OnCrmFailure,
        required: true,
        defaultValue: 'FAIL',
        description: 'What to do when a CRM cannot answer.',
      }),
    },
    ...listing((args, context: GraphQLContext) => dealList(args, context)),
    resolve: (_root, args, context, info) => resolveList(dealList(args, context), args, context, info),
  }),
}));
