import { expect } from 'vitest';
import { DEAL_ORDER_FIELDS } from '../../src/domain/deal-query.ts';
import { type Expected, type Order, ordered } from '../gateway/finding/oracle.ts';
import { type Facts, factsFor } from '../gateway/lists/facts.ts';
import { type ExpectedDeal, ids, inOrder } from '../gateway/reads/oracle.ts';
import { remoteId } from '../gateway/writes/support.ts';
import {
  type Check,
  type Data,
  deprecated,
  kept,
  type Operation,
  onBoth,
  onlyOn,
  v1,
  v2,
  v3,
  withdrawn,
} from './operation.ts';
import type { Place } from './place.ts';
import { isWithin, savedFilter, textField } from './samples.ts';

const LIST = `query ($crms: [ID!], $filter: DealFilter, $orderBy: DealOrder, $savedFilter: ID, $ownedByMe: Boolean) {
  deals(first: 500, crms: $crms, filter: $filter, orderBy: $orderBy, savedFilter: $savedFilter, ownedByMe: $ownedByMe) {
    nodes { id }
  }
}`;
const PAGE = `query ($crms: [ID!], $after: String) {
  deals(first: 7, after: $after, crms: $crms) { nodes { id } pageInfo { hasNextPage endCursor } }
}`;
const DEAL_LISTS = [
  v2('GET /deals'),
  v3('GET /deals'),
  withdrawn('GET /deals', 'v2 lists deals'),
  withdrawn('GET /deals/collection', 'v2 lists deals behind a cursor'),
];

/** The deals of a list are those of the store that fit: some, and not all. */
function lists(of: (place: Place) => readonly ExpectedDeal[]): Check {
  return (data, place) => {
    const wanted = of(place);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(place.deals().length);
    expect(ids(data.deals.nodes).toSorted()).toEqual(ids(wanted).toSorted());
  };
}

interface Filter {
  readonly key: string;
  readonly by: (sample: Expected, place: Place) => object;
  readonly fits: (deal: Expected, sample: Expected, place: Place) => boolean;
}

const FROM = '2025-09-01T00:00:00Z';
const TO = '2026-03-01T00:00:00Z';
const moments = (key: 'createdAt' | 'updatedAt' | 'closedAt'): Filter => ({
  key,
  by: () => ({ [key]: { gte: FROM, lt: TO } }),
  fits: (deal) => isWithin(deal[key], FROM, TO),
});
const reference = (key: 'stage' | 'pipeline' | 'owner' | 'person' | 'organization'): Filter => ({
  key,
  by: (sample) => ({ [key]: { eq: sample[key] } }),
  fits: (deal, sample) => deal[key] === sample[key],
});

/** What the deals of a gateway show of the records they refer to; derived once for each look at the deals. */
const FACTS = new WeakMap<Expected, Facts>();

function factOf({ gateway }: Place, deal: Expected): Facts {
  const known = FACTS.get(deal);
  if (known) return known;
  const facts = factsFor(gateway, deal);
  FACTS.set(deal, facts);
  return facts;
}

/** A filter through a relation, by what the sample shows there; both accounts hold others. */
const related = (
  name: 'stage' | 'pipeline' | 'owner' | 'source' | 'person' | 'organization',
  field: string,
  of: (facts: Facts) => string | null | undefined,
): Filter => ({
  key: `${name}.${field}`,
  by: (sample, place) => ({ [name]: { [field]: { eq: of(factOf(place, sample)) } } }),
  fits: (deal, sample, place) => {
    const wanted = of(factOf(place, sample));
    return wanted !== undefined && of(factOf(place, deal)) === wanted;
  },
});

/** A filter for records behind a reference that do not have something. */
function without(name: 'person' | 'organization', field: string, lacks: (facts: Facts) => unknown): Filter {
  return {
    key: `${name}.${field}`,
    by: () => ({ [name]: { [field]: { eq: null } } }),
    fits: (deal, _sample, place) => Boolean(lacks(factOf(place, deal))),
  };
}

const RELATIONS: readonly Filter[] = [
  related('stage', 'name', ({ stageName }) => stageName),
  related('pipeline', 'name', ({ pipelineName }) => pipelineName),
  related('owner', 'name', ({ ownerName }) => ownerName),
  related('owner', 'email', ({ ownerEmail }) => ownerEmail),
  related('person', 'name', ({ contact }) => contact?.name),
  related('organization', 'name', ({ organizationName }) => organizationName),
  related('organization', 'city', ({ organizationCity }) => organizationCity),
  // Which of them an account fills differs: those without are some, and not all, on both.
  without('organization', 'region', ({ organization, organizationRegion }) => organization && !organizationRegion),
  related('organization', 'postalCode', ({ organizationPostalCode }) => organizationPostalCode),
  {
    key: 'person.city',
    by: (sample, place) => ({ person: { city: { eq: factOf(place, sample).contact?.cities[0] ?? null } } }),
    fits: (deal, sample, place) => {
      const city = factOf(place, sample).contact?.cities[0];
      const cities = factOf(place, deal).contact?.cities;
      return city === undefined ? cities?.length === 0 : cities?.includes(city) === true;
    },
  },
  without('person', 'region', ({ contact }) => contact?.regions.length === 0),
  without('person', 'postalCode', ({ contact }) => contact?.postalCodes.length === 0),
  {
    key: 'person.email',
    by: (sample, place) => ({ person: { email: { contains: factOf(place, sample).contact?.emails[0] } } }),
    fits: (deal, sample, place) => {
      const address = factOf(place, sample).contact?.emails[0];
      return address !== undefined && factOf(place, deal).contact?.emails.includes(address) === true;
    },
  },
  {
    key: 'person.phone',
    by: (sample, place) => ({ person: { phone: { eq: factOf(place, sample).contact?.phones[0] } } }),
    fits: (deal, sample, place) => {
      const number = factOf(place, sample).contact?.phones[0];
      return number !== undefined && factOf(place, deal).contact?.phones.includes(number) === true;
    },
  },
  {
    key: 'person.organization',
    by: (sample, place) => ({ person: { organization: { eq: factOf(place, sample).contact?.organization } } }),
    fits: (deal, sample, place) => {
      const { contact } = factOf(place, deal);
      return contact !== null && contact.organization === factOf(place, sample).contact?.organization;
    },
  },
  {
    key: 'id',
    by: ({ id }) => ({ id: { in: [id] } }),
    fits: (deal, { id }) => deal.id === id,
  },
  {
    key: 'probability',
    by: () => ({ probability: { gte: 20, lte: 80 } }),
    fits: ({ probability: percent }) => percent !== null && percent >= 20 && percent <= 80,
  },
  {
    key: 'customFields',
    by: (_sample, place) => ({ customFields: [{ key: textField(place), text: { contains: '1' } }] }),
    fits: (deal, _sample, place) => factOf(place, deal).words?.includes('1') === true,
  },
];

const FILTERS: readonly Filter[] = [
  ...RELATIONS,
  { key: 'status', by: () => ({ status: { in: ['WON', 'LOST'] } }), fits: ({ status }) => status !== 'OPEN' },
  reference('stage'),
  reference('pipeline'),
  reference('owner'),
  reference('person'),
  reference('organization'),
  { key: 'title', by: () => ({ title: { contains: 'pilot' } }), fits: ({ title }) => /pilot/i.test(title) },
  {
    key: 'value',
    by: () => ({ value: { gte: '10000', lte: '40000' } }),
    fits: ({ value }) => value !== null && Number(value.amount) >= 10_000 && Number(value.amount) <= 40_000,
  },
  {
    key: 'expectedCloseDate',
    by: ({ expectedCloseDate }) => ({ expectedCloseDate: { lte: expectedCloseDate } }),
    fits: ({ expectedCloseDate: day }, sample) => day !== null && day <= (sample.expectedCloseDate ?? ''),
  },
  moments('createdAt'),
  moments('updatedAt'),
  moments('closedAt'),
  {
    key: 'and',
    by: ({ owner, status }) => ({ and: [{ owner: { eq: owner } }, { status: { eq: status } }] }),
    fits: (deal, { owner, status }) => deal.owner === owner && deal.status === status,
  },
  {
    key: 'or',
    by: ({ owner, stage }) => ({ or: [{ owner: { eq: owner } }, { stage: { eq: stage } }] }),
    fits: (deal, { owner, stage }) => deal.owner === owner || deal.stage === stage,
  },
  {
    key: 'not',
    by: ({ owner }) => ({ not: { owner: { eq: owner } } }),
    fits: (deal, { owner }) => deal.owner !== owner,
  },
];

const filtered = FILTERS.map(
  ({ key, by, fits }): Operation => ({
    name: `deals: list by ${key}`,
    api: DEAL_LISTS,
    covers: ['DEAL LIST', 'DEAL FILTER', `DEAL FILTER ${key}`],
    document: LIST,
    variables: (place) => ({ crms: [place.crm], filter: by(place.sample(), place) }),
    expected: onBoth(
      lists((place) => {
        const sample = place.sample();
        return place.listed().filter((deal) => fits(deal, sample, place));
      }),
    ),
  }),
);

const KEYS: Readonly<Partial<Record<string, 'createdAt' | 'updatedAt'>>> = {
  CREATED_AT: 'createdAt',
  UPDATED_AT: 'updatedAt',
};

const sorted = DEAL_ORDER_FIELDS.flatMap((field) =>
  (['ASC', 'DESC'] as const).map(
    (direction): Operation => ({
      name: `deals: list in order of ${field}, ${direction}`,
      api: DEAL_LISTS,
      covers: [
        'DEAL LIST',
        `DEAL SORT ${field}`,
        ...(field === 'CREATED_AT' || field === 'UPDATED_AT' ? [] : (['DEAL SORT TITLE'] as const)),
      ],
      document: LIST,
      variables: ({ crm }) => ({ crms: [crm], orderBy: { field, direction } }),
      expected: onBoth((data, place) => {
        const key = KEYS[field];
        const wanted = key
          ? inOrder(place.listed(), key, direction)
          : ordered(place.listed(), field as Order, direction);
        expect(ids(data.deals.nodes)).toEqual(ids(wanted));
      }),
    }),
  ),
);

/** The user whose credentials the gateway has. */
function caller({ crm, gateway, id }: Place): string {
  const { pipedrive, pipelinedeals } = gateway;
  return id('User', crm === 'pipedrive' ? pipedrive.store.caller.id : [...pipelinedeals.store.users.keys()][0]);
}

/** The first e-mail address of a deal's person. */
function emailOf({ crm, gateway }: Place, { person }: Expected): string | null {
  const { pipedrive, pipelinedeals } = gateway;
  const id = person === null ? 0 : remoteId(person);
  return crm === 'pipedrive'
    ? (pipedrive.store.persons.get(id)?.emails[0]?.value ?? null)
    : (pipelinedeals.store.people.get(id)?.email ?? null);
}

/** A deal whose person has an e-mail address. */
function reachable(place: Place): Expected {
  return place.sample((deal) => emailOf(place, deal) !== null);
}

function organizationName(place: Place): string | undefined {
  const { pipedrive, pipelinedeals } = place.gateway;
  const id = remoteId(place.sample().organization);
  return place.crm === 'pipedrive'
    ? pipedrive.store.organizations.get(id)?.name
    : pipelinedeals.store.companies.get(id)?.name;
}

/** The second source of the PipelineDeals account as deals show it; on a CRM without sources, some label. */
async function sourceOf({ crm, gateway, id }: Place): Promise<string> {
  if (crm === 'pipedrive') return id('Label', 11);
  const [, source] = gateway.pipelinedeals.store.configuration.leadSources;
  const { data } = await gateway.query<Data>(
    'query ($crms: [ID!]) { deals(first: 200, crms: $crms) { nodes { source { id name } } } }',
    { crms: [crm] },
  );
  return data.deals.nodes.find((deal: Data) => deal.source?.name === source?.name).source.id;
}

const listed: readonly Operation[] = [
  {
    name: 'saved filters of deals: list and read',
    api: [kept(v1('GET /filters')), kept(v3('GET /searches'))],
    covers: ['SAVED_FILTER LIST', 'SAVED_FILTER READ'],
    document:
      'query ($crms: [ID!], $id: ID!) { savedFilters(crms: $crms) { id name } node(id: $id) { ... on SavedFilter { name } } }',
    variables: (place) => ({ crms: [place.crm], id: savedFilter(place).id }),
    expected: onBoth((data, place) => {
      const { pipedrive, pipelinedeals } = place.gateway;
      const filters = place.crm === 'pipedrive' ? pipedrive.store.filters : pipelinedeals.store.searches;
      for (const { id, name } of data.savedFilters) expect(filters.get(remoteId(id))?.name).toBe(name);
      expect(data.node.name).toBe(filters.get(remoteId(savedFilter(place).id))?.name);
      expect(data.savedFilters.map(({ id }: Data) => id)).toContain(savedFilter(place).id);
    }),
  },
  {
    name: 'deals: list',
    api: DEAL_LISTS,
    covers: ['DEAL LIST', 'DEAL FILTER'],
    document: LIST,
    variables: ({ crm }) => ({ crms: [crm] }),
    expected: onBoth(lists((place) => place.listed())),
  },
  {
    name: 'deals: list, with how many there are',
    api: DEAL_LISTS,
    covers: ['DEAL LIST totalCount'],
    document: 'query ($crms: [ID!]) { deals(first: 1, crms: $crms, filter: { archived: INCLUDE }) { totalCount } }',
    variables: ({ crm }) => ({ crms: [crm] }),
    expected: onlyOn(
      'pipelinedeals',
      (data, place) => expect(data.deals.totalCount).toBe(place.deals().length),
      'ABSENT',
    ),
  },
  {
    name: 'deals: list page by page',
    api: DEAL_LISTS,
    covers: ['DEAL LIST', 'DEAL SORT CREATED_AT'],
    document: PAGE,
    variables: async ({ crm, gateway }) => {
      const { data } = await gateway.query<Data>(PAGE, { crms: [crm] });
      return { crms: [crm], after: data.deals.pageInfo.endCursor };
    },
    expected: onBoth((data, place) => {
      const wanted = ids(inOrder(place.listed(), 'createdAt', 'DESC'));
      expect(ids(data.deals.nodes)).toEqual(wanted.slice(7, 14));
      expect(data.deals.pageInfo.hasNextPage).toBe(true);
    }),
  },
  {
    name: 'deals: list deleted ones',
    api: DEAL_LISTS,
    covers: ['DEAL FILTER status', 'DEAL FILTER status.DELETED'],
    document: LIST,
    variables: ({ crm }) => ({ crms: [crm], filter: { status: { eq: 'DELETED' } } }),
    expected: onlyOn(
      'pipedrive',
      lists((place) => place.deals().filter(({ status, isArchived }) => status === 'DELETED' && !isArchived)),
    ),
  },
  {
    name: 'deals: list archived ones',
    api: [v2('GET /deals/archived'), v3('GET /deals'), deprecated('GET /deals/archived', 'v2 lists archived deals')],
    covers: ['DEAL FILTER archived'],
    document: LIST,
    variables: ({ crm }) => ({ crms: [crm], filter: { archived: 'ONLY' } }),
    expected: onBoth(
      lists((place) => place.deals().filter(({ status, isArchived }) => isArchived && status !== 'DELETED')),
    ),
  },
  {
    name: 'deals: list by currency',
    api: DEAL_LISTS,
    covers: ['DEAL FILTER currency'],
    document: LIST,
    variables: (place) => ({ crms: [place.crm], filter: { currency: place.sample().value?.currency } }),
    expected: onBoth(
      lists((place) => {
        const { value } = place.sample();
        return place.listed().filter((deal) => deal.value?.currency === value?.currency);
      }),
    ),
  },
  {
    name: 'deals: list by source',
    api: [v3('GET /deals')],
    covers: ['DEAL FILTER source'],
    document: LIST,
    variables: async (place) => ({ crms: [place.crm], filter: { source: { eq: await sourceOf(place) } } }),
    expected: {
      pipedrive: (data) => expect(data.deals.nodes).toEqual([]),
      pipelinedeals: lists((place) => {
        const [, source] = place.gateway.pipelinedeals.store.configuration.leadSources;
        return place.listed().filter(({ sourceId }) => sourceId === source?.id);
      }),
    },
  },
  {
    name: 'deals: list by the name of the source',
    api: [v3('GET /deals')],
    covers: ['DEAL FILTER source.name'],
    document: LIST,
    variables: ({ crm, gateway }) => ({
      crms: [crm],
      filter: { source: { name: { eq: gateway.pipelinedeals.store.configuration.leadSources[1]?.name } } },
    }),
    expected: {
      pipedrive: (data) => expect(data.deals.nodes).toEqual([]),
      pipelinedeals: lists((place) => {
        const [, source] = place.gateway.pipelinedeals.store.configuration.leadSources;
        return place.listed().filter(({ sourceId }) => sourceId === source?.id);
      }),
    },
  },
  {
    name: 'deals: list of the caller',
    api: DEAL_LISTS,
    covers: ['DEAL FILTER ownedByMe'],
    document: LIST,
    variables: ({ crm }) => ({ crms: [crm], ownedByMe: true }),
    expected: onBoth(lists((place) => place.listed().filter(({ owner }) => owner === caller(place)))),
  },
  {
    name: 'deals: list by saved filter',
    api: DEAL_LISTS,
    covers: ['DEAL FILTER savedFilter'],
    document: LIST,
    variables: (place) => ({ crms: [place.crm], savedFilter: savedFilter(place).id }),
    expected: onBoth(lists((place) => place.listed().filter(savedFilter(place).holds))),
  },
  {
    name: 'deals: list of the person with an e-mail address',
    api: [v2('GET /persons'), v2('GET /deals'), v3('GET /people'), v3('GET /deals')],
    covers: ['DEAL FILTER person', 'PERSON FILTER email'],
    document: `query ($crms: [ID!], $email: String!) {
      people(crms: $crms, filter: { email: { eq: $email } }) { nodes { id deals(first: 500) { nodes { id } } } }
    }`,
    variables: (place) => ({ crms: [place.crm], email: emailOf(place, reachable(place)) }),
    expected: onBoth((data, place) => {
      const { person } = reachable(place);
      const [only, ...more] = data.people.nodes;
      expect([only.id, more]).toEqual([person, []]);
      const wanted = place.listed().filter((deal) => deal.person === person);
      expect(ids(only.deals.nodes).toSorted()).toEqual(ids(wanted).toSorted());
    }),
  },
  {
    name: 'deals: list of the organization with a name',
    api: [v2('GET /organizations'), v2('GET /deals'), v3('GET /companies'), v3('GET /deals')],
    covers: ['DEAL FILTER organization', 'ORGANIZATION FILTER name'],
    document: `query ($crms: [ID!], $name: String!) {
      organizations(crms: $crms, filter: { name: { eq: $name } }) { nodes { id deals(first: 500) { nodes { id } } } }
    }`,
    variables: (place) => ({ crms: [place.crm], name: organizationName(place) }),
    expected: onBoth((data, place) => {
      const { organization } = place.sample();
      const wanted = place.listed().filter((deal) => deal.organization === organization);
      const read = data.organizations.nodes.find(({ id }: Data) => id === organization);
      expect(ids(read.deals.nodes).toSorted()).toEqual(ids(wanted).toSorted());
    }),
  },
  {
    name: 'deals: list by user, stage, status and saved filter, in order of title',
    api: DEAL_LISTS,
    covers: ['DEAL FILTER savedFilter', 'DEAL FILTER owner', 'DEAL FILTER stage', 'DEAL FILTER status'],
    document: LIST,
    variables: (place) => {
      const { owner, stage, status } = place.sample(savedFilter(place).holds);
      return {
        crms: [place.crm],
        savedFilter: savedFilter(place).id,
        filter: { owner: { eq: owner }, stage: { eq: stage }, status: { eq: status } },
        orderBy: { field: 'TITLE', direction: 'DESC' },
      };
    },
    expected: onBoth((data, place) => {
      const { holds } = savedFilter(place);
      const { owner, stage, status } = place.sample(holds);
      const fits = (deal: Expected) => deal.owner === owner && deal.stage === stage && deal.status === status;
      const wanted = ordered(place.listed(), 'TITLE', 'DESC').filter((deal) => holds(deal) && fits(deal));
      expect(wanted.length).toBeGreaterThan(0);
      expect(ids(data.deals.nodes)).toEqual(ids(wanted));
    }),
  },
];

/** Lists of deals. */
export const LISTING: readonly Operation[] = [...listed, ...filtered, ...sorted];
