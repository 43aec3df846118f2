import { capability } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { type Crms, parseId, selectCrms } from '../domain/crms.ts';
import { type DealWhere, judgeDeal } from '../domain/deal-query.ts';
import { DEAL_SEARCH_FIELDS, type DealSearchField, type DealSearchQuery } from '../domain/deal-search.ts';
import { GatewayError } from '../domain/errors.ts';
import { compareKeys, comparePlaces } from '../domain/order.ts';
import type { Ref } from '../domain/ref.ts';
import { listAcrossCrms } from '../loaders/across-crms.ts';
import { decodeCursor } from '../loaders/cursor.ts';
import { type FoundDeal, foundDeals } from '../loaders/deal-search.ts';
import type { ListPart } from '../loaders/list-page.ts';
import type { ListRules } from '../loaders/list-rules.ts';
import { matchAll } from '../loaders/matching.ts';
import { type Args, type ListReads, reading } from '../plan/reads.ts';
import { askedCrms, type Demand, type FilterSpec } from './asked-crms.ts';
import { builder } from './builder.ts';
import { crmConnection, pageArgs, pageSize } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { DealType } from './deal.ts';
import { ArchivedFilter, DealFilter, dealList } from './deal-list.ts';
import { OnCrmFailure } from './on-crm-failure.ts';
import { needsOf } from './planned-lists.ts';
import { selectedFields } from './selection.ts';

const FIELD_DESCRIPTIONS: Record<DealSearchField, string> = {
  TITLE: 'The title.',
  NOTES: 'Notes on the deal.',
  CUSTOM_FIELDS: 'Custom fields that hold text, numbers or amounts.',
  PERSON: 'The names of people linked to it.',
  ORGANIZATION: 'The name of the organization.',
};

const DealSearchFieldType = builder.enumType('DealSearchField', {
  description: 'Where words are looked for.',
  values: Object.fromEntries(
    DEAL_SEARCH_FIELDS.map((field) => [field, { description: FIELD_DESCRIPTIONS[field] }]),
  ) as Record<DealSearchField, { description: string }>,
});

const DealSearchStatus = builder.enumType('DealSearchStatus', {
  description: 'What a deal is that is searched for.',
  values: {
    OPEN: { description: 'Still in progress.' },
    WON: { description: 'Closed, and won.' },
    LOST: { description: 'Closed, and lost.' },
  } as const,
});

const DealHitType = builder.objectRef<FoundDeal>('DealHit').implement({
  description: 'A deal that was found by words.',
  fields: (t) => ({
    deal: t.field({
      type: DealType,
      nullable: false,
      description: 'The deal as it is now.',
      resolve: (hit) => hit.deal,
    }),
    score: t.exposeFloat('score', {
      description:
        'How well it fits, the more the better; null where the CRM does not say. Not comparable between CRMs.',
    }),
    matchedFields: t.field({
      type: [DealSearchFieldType],
      nullable: false,
      description: 'Where the words were found, as far as that can be told.',
      resolve: (hit) => hit.matchedFields,
    }),
  }),
});

const DealHitConnection = crmConnection<FoundDeal>('DealHit', DealHitType, 'deals that were found');

/** The shortest words that are looked for; an exact search takes a single character. */
const MIN_TERM = 2;

/** What is said of a search in the terms of one CRM, and which of the deals found are wanted. */
interface SearchIn {
  readonly ids: Pick<DealSearchQuery, 'person' | 'organization'>;
  readonly where: DealWhere;
}

builder.queryField('searchDeals', (t) =>
  t.field({
    type: DealHitConnection,
    description:
      'Deals found by words, the best first, those without a score last. Every deal is read again, so that none is shown that does not fit any more.',
    args: {
      term: t.arg.string({
        required: true,
        description: 'The words, 2 characters or more. All of them have to be found in one text, whatever the case.',
      }),
      fields: t.arg({
        type: [DealSearchFieldType],
        description: 'Where to look; by default wherever the CRM can.',
      }),
      exact: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether a text has to be the term and nothing else, whatever the case.',
      }),
      person: t.arg.id({ description: 'Only deals with this primary contact.' }),
      organization: t.arg.id({ description: 'Only deals with this organization.' }),
      status: t.arg({ type: DealSearchStatus, description: 'Only deals of this status.' }),
      archived: t.arg({
        type: ArchivedFilter,
        required: true,
        defaultValue: 'EXCLUDE',
        description: 'Whether archived deals are found.',
      }),
      filter: t.arg({
        type: DealFilter,
        description: 'Only deals that match; archived and deleted deals are no matter of it here.',
      }),
      crms: t.arg.idList({ description: 'Only in these CRMs.' }),
      ...pageArgs,
      onCrmFailure: t.arg({
        type: OnCrmFailure,
        required: true,
        defaultValue: 'FAIL',
        description: 'What to do when a CRM cannot answer.',
      }),
    },
    ...reading({ kind: 'list', leadsTo: 'Deal', lists: plannedSearches }),
    resolve: async (_root, args, context, info) => {
      const { exact, status, archived } = args;
      const { crms, loaders } = context;
      const first = pageSize(args.first);
      const after = args.after ?? null;
      const term = readTerm(args.term, exact);
      const fields = args.fields ? [...new Set(args.fields)] : null;
      const person = readRef(args.person, 'Person', 'person', crms);
      const organization = readRef(args.organization, 'Organization', 'organization', crms);
      const selected = selectCrms(args.crms?.map(String), crms).map(({ crm }) => crm.id);
      const filter = dealList({ filter: args.filter }, context);
      const identity = [selected, term, fields, exact, person, organization, status, archived, filter.filter];
      const query = JSON.stringify(['DEAL_SEARCH', ...identity]);
      // A cursor that does not fit is refused before anything is asked of a CRM.
      const cursor = after === null ? null : decodeCursor(after, query);
      const now = cursor?.now ?? context.now();

      const spec: FilterSpec<SearchIn> = {
        entity: 'DEAL',
        filterFields: filter.filterFields,
        where(crm, from) {
          const ids = fields?.length === 0 ? null : searchIn(crm, person, organization);
          const where = filter.where(crm, from);
          return ids && where && { ids, where: { ...where, archived } };
        },
        async complete({ ids, where }, adapter) {
          const complete = (await filter.complete?.(where, adapter)) ?? null;
          return complete && { ids, where: complete };
        },
        check: () => filter.check?.(),
      };
      const asked = await askedCrms(spec, demandsOf(fields), args, context, now);
      const wheres = new Map(asked.map(({ index, where }) => [index, where as SearchIn]));
      const rules: ListRules<FoundDeal> = {
        ...BEST_FIRST,
        matches(hits, crm) {
          const { where } = wheres.get(crm) as SearchIn;
          return matchAll(hits, (hit, lookup) => judgeDeal(hit.deal, where, lookup), loaders);
        },
      };
      const parts = asked.map(({ adapter, index, where }): ListPart<FoundDeal> => {
        if (where === null) return { adapter, index, sources: [], selective: false };
        if (where instanceof GatewayError) return { adapter, index, sources: where, selective: false };
        const shared = { term, isExact: exact, fields: fields ?? searchable(adapter), ...(status && { status }) };
        const sources = foundDeals(adapter, { ...where.ids, ...shared }, archived, loaders);
        return { adapter, index, sources, selective: false };
      });
      const wantsNext = selectedFields(info, 'pageInfo').has('hasNextPage');
      const { onCrmFailure } = args;
      return listAcrossCrms(
        { parts, rules, first, after, query, countsFrom: filter.countsFromNow ? now : null, onCrmFailure, wantsNext },
        context.call,
        context.now(),
      );
    },
  }),
);

/** What a search reads of each CRM, as far as that is known before. */
function plannedSearches(args: Args, context: GraphQLContext): readonly ListReads[] {
  const pageLength = pageSize(args.first);
  const needs = needsOf(dealList({ filter: args.filter }, context));
  const isWhole = args.after == null && args.fields?.length !== 0 && args.filter == null;
  return selectCrms(args.crms?.map(String), context.crms).map((adapter) => ({
    ...needs,
    adapter,
    sources: adapter.dealSearch.sources({ term: '', fields: [], isExact: false }),
    isCertain: isWhole && args.person == null && args.organization == null,
    pageSize: pageLength,
    ahead: 0,
  }));
}

const byScore = compareKeys('plain', 'DESC');

const BEST_FIRST: Omit<ListRules<FoundDeal>, 'matches'> = {
  compareKeys: byScore,
  moves: 'ANYWHERE',
  comparePlaces: comparePlaces(byScore),
  place: (hit, crm) => ({ key: hit.score, crm, id: hit.deal.ref.id }),
};

function readTerm(text: string, isExact: boolean): string {
  const term = text.trim();
  const least = isExact ? 1 : MIN_TERM;
  if ([...term].length >= least) return term;
  throw new GatewayError('BAD_USER_INPUT', `term: at least ${least} characters`, { argument: 'term' });
}

function readRef(
  id: string | number | null | undefined,
  type: 'Person' | 'Organization',
  argument: string,
  crms: Crms,
): Ref | null {
  return id == null ? null : parseId(String(id), type, crms, argument);
}

/** What a CRM has to be able to search: the fields that are named, or anything at all. */
function demandsOf(fields: readonly DealSearchField[] | null): readonly Demand[] {
  if (fields === null) return [{ operation: 'SEARCH', field: null, argument: 'searchDeals' }];
  return fields.map((field) => ({ operation: 'SEARCH', field, argument: `fields ${field}` }));
}

/** Person and organization in the ids of one CRM, or `null` where one of them is another CRM's. */
function searchIn(crm: string, person: Ref | null, organization: Ref | null): SearchIn['ids'] | null {
  if ([person, organization].some((ref) => ref !== null && ref.crm !== crm)) return null;
  return { ...(person && { person: person.id }), ...(organization && { organization: organization.id }) };
}

function searchable({ crm }: CrmAdapter): readonly DealSearchField[] {
  return DEAL_SEARCH_FIELDS.filter((field) => capability(crm, 'DEAL', 'SEARCH', field).fidelity !== 'UNSUPPORTED');
}
