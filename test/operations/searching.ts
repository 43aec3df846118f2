import { expect } from 'vitest';
import type { Expected } from '../gateway/finding/oracle.ts';
import { type ExpectedDeal, ids } from '../gateway/reads/oracle.ts';
import { remoteId } from '../gateway/writes/support.ts';
import { type Check, type Data, type Operation, onBoth, onlyOn, v2, v3, withdrawn } from './operation.ts';
import { type Place, pipedriveDeal } from './place.ts';

const DOCUMENT = `query ($crms: [ID!], $term: String!, $fields: [DealSearchField!], $exact: Boolean! = false, $person: ID,
  $organization: ID, $status: DealSearchStatus) {
  searchDeals(first: 500, crms: $crms, term: $term, fields: $fields, exact: $exact, person: $person,
    organization: $organization, status: $status) { nodes { deal { id } matchedFields score } }
}`;
const API = [v2('GET /deals/search'), v3('GET /deals'), withdrawn('GET /deals/search', 'v2 searches deals')];

/** The hits of a search are the deals of the store that have the term there. */
function finds(field: string, of: (place: Place) => readonly ExpectedDeal[]): Check {
  return (data, place) => {
    const { nodes } = data.searchDeals;
    expect(of(place).length).toBeGreaterThan(0);
    expect(ids(nodes.map(({ deal }: Data) => deal)).toSorted()).toEqual(ids(of(place)).toSorted());
    for (const { matchedFields, score } of nodes) {
      expect(matchedFields).toContain(field);
      expect(score !== null).toBe(place.crm === 'pipedrive');
    }
  };
}

/** The text that notes of the Pipedrive account are searched for. */
const NOTED = 'ruft am montag';
const contract = ({ gateway }: Place) =>
  gateway.pipedrive.store.fields.deal.find(({ field_name }) => field_name === 'Contract number')?.field_code ?? '';

/** A person and a company that deals of the PipelineDeals account have. */
function searched(place: Place): { lastName: string; company: string } {
  const { people, companies } = place.gateway.pipelinedeals.store;
  const { person, organization } = place.sample();
  return {
    lastName: people.get(remoteId(person))?.last_name ?? '',
    company: companies.get(remoteId(organization))?.name ?? '',
  };
}

function peopleNamed(place: Place, text: string): readonly Expected[] {
  const { people, deals } = place.gateway.pipelinedeals.store;
  const named = (id: number) => {
    const { first_name, last_name } = people.get(id) ?? {};
    return `${first_name ?? ''} ${last_name ?? ''}`.toLowerCase().includes(text.toLowerCase());
  };
  return place.listed().filter((deal) => deals.get(deal.remoteId)?.person_ids.some(named));
}

/** Searches for deals by words. */
export const SEARCHING: readonly Operation[] = [
  {
    name: 'deals: search by title',
    api: API,
    covers: ['DEAL SEARCH'],
    document: DOCUMENT,
    variables: ({ crm }) => ({ crms: [crm], term: 'PILOT', fields: ['TITLE'] }),
    expected: onBoth(finds('TITLE', (place) => place.listed().filter(({ title }) => /pilot/i.test(title)))),
  },
  {
    name: 'deals: find by name, exactly',
    api: [
      v2('GET /deals/search'),
      v3('GET /deals'),
      { version: 'v1', operation: 'GET /deals/find', withdrawn: { since: null, reason: 'Replaced by the search.' } },
    ],
    covers: ['DEAL SEARCH'],
    document: DOCUMENT,
    variables: (place) => ({
      crms: [place.crm],
      term: place.sample().title.toUpperCase(),
      fields: ['TITLE'],
      exact: true,
    }),
    expected: onBoth(
      finds('TITLE', (place) => {
        const title = place.sample().title.toLowerCase();
        return place.listed().filter((deal) => deal.title.toLowerCase() === title);
      }),
    ),
  },
  {
    name: 'deals: search of a person, an organization and a status',
    api: API,
    covers: ['DEAL SEARCH'],
    document: DOCUMENT,
    variables: (place) => {
      const { title, person, organization, status } = place.sample();
      return { crms: [place.crm], term: title, fields: ['TITLE'], person, organization, status };
    },
    expected: onBoth(
      finds('TITLE', (place) => {
        const sample = place.sample();
        return place
          .listed()
          .filter(
            (deal) =>
              deal.title.includes(sample.title) &&
              deal.person === sample.person &&
              deal.organization === sample.organization &&
              deal.status === sample.status,
          );
      }),
    ),
  },
  {
    name: 'deals: search in notes',
    api: [v2('GET /deals/search')],
    covers: ['DEAL SEARCH NOTES'],
    document: DOCUMENT,
    variables: ({ crm }) => ({ crms: [crm], term: NOTED, fields: ['NOTES'] }),
    expected: onlyOn(
      'pipedrive',
      finds('NOTES', (place) => {
        const notes = [...place.gateway.pipedrive.store.notes.values()].filter(
          ({ content, is_deleted }) => !is_deleted && content.toLowerCase().includes(NOTED),
        );
        return place.listed().filter(({ remoteId }) => notes.some(({ deal_id }) => deal_id === remoteId));
      }),
    ),
  },
  {
    name: 'deals: search in custom fields',
    api: [v2('GET /deals/search')],
    covers: ['DEAL SEARCH CUSTOM_FIELDS'],
    document: DOCUMENT,
    variables: (place) => {
      if (place.crm === 'pipelinedeals') return { crms: [place.crm], term: 'contract', fields: ['CUSTOM_FIELDS'] };
      const key = contract(place);
      const deal = place.sample(({ id }) => pipedriveDeal(place, id).custom_fields[key] !== undefined);
      const term = pipedriveDeal(place, deal.id).custom_fields[key];
      return { crms: [place.crm], term, fields: ['CUSTOM_FIELDS'], exact: true };
    },
    expected: onlyOn('pipedrive', (data, place, { term }) =>
      finds('CUSTOM_FIELDS', () =>
        place.listed().filter(({ id }) => Object.values(pipedriveDeal(place, id).custom_fields).includes(term)),
      )(data, place, {}),
    ),
  },
  {
    name: 'deals: search by the names of people',
    api: [v3('GET /deals')],
    covers: ['DEAL SEARCH PERSON'],
    document: DOCUMENT,
    variables: (place) => ({
      crms: [place.crm],
      term: place.crm === 'pipedrive' ? 'Kask' : searched(place).lastName,
      fields: ['PERSON'],
    }),
    expected: onlyOn(
      'pipelinedeals',
      finds('PERSON', (place) => peopleNamed(place, searched(place).lastName)),
    ),
  },
  {
    name: 'deals: search by the name of the organization',
    api: [v3('GET /deals')],
    covers: ['DEAL SEARCH ORGANIZATION'],
    document: DOCUMENT,
    variables: (place) => ({
      crms: [place.crm],
      term: place.crm === 'pipedrive' ? 'Freight' : searched(place).company,
      fields: ['ORGANIZATION'],
    }),
    expected: onlyOn(
      'pipelinedeals',
      finds('ORGANIZATION', (place) => {
        const { organization } = place.sample();
        return place.listed().filter((deal) => deal.organization === organization);
      }),
    ),
  },
  {
    name: 'deals: search, with the address for mail of each deal',
    api: [v2('GET /deals/search')],
    covers: ['DEAL SEARCH', 'DEAL READ details.mailAddress'],
    document: `query ($crms: [ID!], $term: String!) {
      searchDeals(first: 3, crms: $crms, term: $term, fields: [TITLE]) { nodes { deal { id details { mailAddress } } } }
    }`,
    variables: ({ crm }) => ({ crms: [crm], term: 'pilot' }),
    expected: onlyOn('pipedrive', async (data, place) => {
      expect(data.searchDeals.nodes.length).toBe(3);
      for (const { deal } of data.searchDeals.nodes) {
        const path = `/api/v2/deals/${remoteId(deal.id)}`;
        const own = await place.own(path, { include_fields: 'smart_bcc_email' });
        expect(own.data.smart_bcc_email).toContain('@');
        expect(deal.details.mailAddress).toBe(own.data.smart_bcc_email);
      }
    }),
  },
];
