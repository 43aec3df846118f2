import { expect } from 'vitest';
import { formatJson } from '../../src/sandbox/kit/json.ts';
import type { Deal as PipedriveDeal } from '../../src/sandbox/pipedrive/records.ts';
import type { DealRecord as PipelineDealsDeal } from '../../src/sandbox/pipelinedeals/index.ts';
import { type Expected, expectedDeals } from '../gateway/finding/oracle.ts';
import { isListed } from '../gateway/reads/oracle.ts';
import { type Account, accountsOf } from '../gateway/writes/account.ts';
import { CRMS, type CrmId, idOf, remoteId, send } from '../gateway/writes/support.ts';
import type { TestGateway } from '../support/gateway.ts';
import type { Data } from './operation.ts';

/** What hangs on deals. */
export type Part = 'activities' | 'notes' | 'files' | 'mailMessages' | 'followers' | 'participants' | 'products';

/** One CRM of a gateway, in terms common to both, as its own store has it. */
export interface Place extends Account {
  readonly gateway: TestGateway;
  /** A new deal in the first open stage, with a person and an organization. */
  newDeal(attributes?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Every deal the store holds, deleted and archived ones included. */
  deals(): readonly Expected[];
  /** What a list shows by default. */
  listed(): readonly Expected[];
  /** A listed deal; by default one that has stage, owner, person, organization, value and close date. */
  sample(fits?: (deal: Expected) => boolean): Expected;
  /** Ids in the CRM of what hangs on a deal, in no order. */
  part(part: Part, deal: string): readonly number[];
  /** A listed deal with the most of something. */
  dealWithMost(part: Part): string;
  /** The global id of a record of this CRM. */
  id(type: string, remote: number | string | null | undefined): string;
  /** A product that can be put on a deal. */
  product(index?: number): string;
  /** What the CRM's own API answers to a GET, which its log does not show. */
  own(path: string, query?: Readonly<Record<string, string>>): Promise<Data>;
  /** The status the CRM's own API answers with. */
  status(method: string, path: string, body?: unknown): Promise<number>;
}

/** Both CRMs of a gateway; `pipeline` is the id in the CRM that every deal's pipeline has where it names none itself. */
export function placesOf(gateway: TestGateway, pipeline?: string): Readonly<Record<CrmId, Place>> {
  const accounts = accountsOf(gateway);
  const [pipedrive, pipelinedeals] = CRMS.map((crm) =>
    placeOf(gateway, accounts[crm], PARTS[crm](gateway), pipeline),
  ) as [Place, Place];
  return { pipedrive, pipelinedeals };
}

type Parts = (part: Part, deal: number) => readonly number[];

function placeOf(gateway: TestGateway, account: Account, parts: Parts, pipeline?: string): Place {
  const { crm } = account;
  const place: Place = {
    ...account,
    gateway,
    async newDeal(attributes = {}) {
      const { openStages, people, organizations } = account;
      const added = await send(gateway, 'addDeal', {
        crm,
        title: 'Ein neuer „Auftrag“',
        stage: openStages[0],
        person: people[0],
        organization: organizations[0],
        ...attributes,
      });
      expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
      return String(added.deal?.id);
    },
    deals: () =>
      expectedDeals(gateway)
        .filter((deal) => deal.crm === crm)
        .map((deal) => (pipeline === undefined ? deal : { ...deal, pipeline: idOf(crm, 'Pipeline', pipeline) })),
    listed: () => place.deals().filter(isListed),
    sample(fits = isComplete) {
      const deal = place.listed().find(fits);
      if (!deal) throw new Error('the store has no such deal');
      return deal;
    },
    part: (part, deal) => parts(part, remoteId(deal)),
    dealWithMost(part) {
      const counted = place.listed().map(({ id }) => ({ id, count: place.part(part, id).length }));
      const [most] = counted.toSorted((a, b) => b.count - a.count);
      if (!most?.count) throw new Error(`the store has no deal with ${part}`);
      return most.id;
    },
    id: (type, remote) => idOf(crm, type, remote),
    product(index = 0) {
      const { pipedrive, pipelinedeals } = gateway;
      const products =
        crm === 'pipedrive'
          ? [...pipedrive.store.products.values()].filter((one) => one.is_linkable && !one.is_deleted)
          : pipelinedeals.store.configuration.productLines;
      return idOf(crm, 'Product', products[index]?.id);
    },
    own: async (path, query = {}) => (await ownAnswer(gateway, crm, 'GET', path, query)).body,
    status: async (method, path, body) => (await ownAnswer(gateway, crm, method, path, {}, body)).status,
  };
  return place;
}

function isComplete(deal: Expected): boolean {
  const { stage, owner, person, organization, value, expectedCloseDate, updatedAt } = deal;
  return [stage, owner, person, organization, value, expectedCloseDate, updatedAt].every((part) => part !== null);
}

const PARTS: Readonly<Record<CrmId, (gateway: TestGateway) => Parts>> = {
  pipedrive:
    ({ pipedrive }) =>
    (part, deal) => {
      const { store } = pipedrive;
      const record = store.deals.get(deal);
      const hanging = (records: ReadonlyMap<number, { id: number; deal_id: number | null; is_deleted?: boolean }>) =>
        [...records.values()].filter((one) => one.deal_id === deal && !one.is_deleted).map(({ id }) => id);
      if (part === 'followers') return store.followersOf(deal).map(({ user_id }) => user_id);
      if (part === 'products') return store.productsOf(deal).map(({ id }) => id);
      if (part !== 'participants') return hanging(store[part]);
      return record ? [...store.peopleOf(record)].filter((person) => person !== record.person_id) : [];
    },
  pipelinedeals:
    ({ pipelinedeals }) =>
    (part, deal) => {
      const { store } = pipelinedeals;
      const record = store.deals.get(deal);
      const { noteCategories } = store.configuration;
      const notes = [...store.notes.values()].filter(({ deal_id }) => deal_id === deal);
      const category = (id: number | null) => noteCategories.find((one) => one.id === id);
      switch (part) {
        case 'activities':
          return [...store.calendarEntries.values()]
            .filter((one) => one.association_type === 'Deal' && one.association_id === deal && one.active)
            .map(({ id }) => id);
        case 'notes':
          return notes.filter((note) => !category(note.note_category_id)?.system_category).map(({ id }) => id);
        case 'mailMessages':
          return notes.filter((note) => category(note.note_category_id)?.name === 'Email').map(({ id }) => id);
        case 'files':
          return [...store.documents.values()].filter(({ deal_id }) => deal_id === deal).map(({ id }) => id);
        case 'followers':
          return record?.shared_user_ids ?? [];
        case 'participants':
          return record?.person_ids.filter((person) => person !== record.primary_contact_id) ?? [];
        default:
          return record?.product_line_ids ?? [];
      }
    },
};

async function ownAnswer(
  { pipedrive, pipelinedeals }: TestGateway,
  crm: CrmId,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<{ status: number; body: Data }> {
  const { apiKey, appKey } = pipelinedeals.secrets;
  const request = { method, params: {}, body, malformed: false };
  const answer =
    crm === 'pipedrive'
      ? await pipedrive.handle({
          ...request,
          path,
          query: new URLSearchParams(query),
          headers: { 'x-api-token': pipedrive.token },
        })
      : await pipelinedeals.handle({
          ...request,
          path: `/api/v3${path}`,
          query: new URLSearchParams({ ...query, api_key: apiKey, app_key: appKey }),
          headers: {},
        });
  return { status: answer.status, body: answer.body === undefined ? null : JSON.parse(formatJson(answer.body)) };
}

/** The record behind a Pipedrive deal's global id. */
export function pipedriveDeal({ gateway }: Place, id: unknown): PipedriveDeal {
  const deal = gateway.pipedrive.store.deals.get(remoteId(id));
  if (!deal) throw new Error(`Pipedrive has no ${id}`);
  return deal;
}

/** The record behind a PipelineDeals deal's global id. */
export function pipelineDealsDeal({ gateway }: Place, id: unknown): PipelineDealsDeal {
  const deal = gateway.pipelinedeals.store.deals.get(remoteId(id));
  if (!deal) throw new Error(`PipelineDeals has no ${id}`);
  return deal;
}
