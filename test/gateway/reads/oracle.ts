import Big from 'big.js';
import { type Amount, toBig } from '../../../src/sandbox/pipedrive/amount.ts';
import type { Store as PipedriveStore } from '../../../src/sandbox/pipedrive/store.ts';
import type { Store as PipelineDealsStore } from '../../../src/sandbox/pipelinedeals/index.ts';
import type { TestGateway } from '../../support/gateway.ts';

/** What the unified fields of a deal have to be, derived from a CRM's store without any code of the gateway. */
export interface ExpectedDeal {
  readonly crm: 'pipedrive' | 'pipelinedeals';
  readonly remoteId: number;
  readonly id: string;
  readonly title: string;
  readonly status: 'OPEN' | 'WON' | 'LOST' | 'DELETED';
  readonly isArchived: boolean;
  /** Global ids. */
  readonly stage: string | null;
  readonly pipeline: string | null;
  readonly owner: string | null;
  readonly person: string | null;
  readonly organization: string | null;
  readonly value: { readonly amount: string; readonly currency: string } | null;
  readonly expectedCloseDate: string | null;
  /** RFC 3339 in UTC, whole seconds. */
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

export type OrderKey = 'createdAt' | 'updatedAt';

/** Every deal both stores hold, in no order. */
export function allDeals({ pipedrive, pipelinedeals }: Pick<TestGateway, 'pipedrive' | 'pipelinedeals'>) {
  return [...pipedriveDeals(pipedrive.store), ...pipelineDealsDeals(pipelinedeals.store)];
}

export function pipedriveDeals(store: PipedriveStore): ExpectedDeal[] {
  const id = idOf('pipedrive');
  return [...store.deals.values()].map((deal) => ({
    crm: 'pipedrive',
    remoteId: deal.id,
    id: `pipedrive:Deal:${deal.id}`,
    title: deal.title,
    status: deal.is_deleted ? 'DELETED' : ({ open: 'OPEN', won: 'WON', lost: 'LOST' } as const)[deal.status],
    isArchived: deal.is_archived,
    stage: id('Stage', deal.stage_id),
    pipeline: id('Pipeline', deal.pipeline_id),
    owner: id('User', deal.owner_id),
    person: id('Person', deal.person_id),
    organization: id('Organization', deal.org_id),
    value: { amount: plain(deal.value), currency: deal.currency },
    expectedCloseDate: deal.expected_close_date,
    createdAt: deal.add_time,
    updatedAt: deal.update_time,
  }));
}

/** Every value is in the account's currency; a deal is what its closing time, stage and probability say. */
export function pipelineDealsDeals(store: PipelineDealsStore): ExpectedDeal[] {
  const id = idOf('pipelinedeals');
  const percents = new Map(store.configuration.stages.map((stage) => [stage.id, stage.percent]));
  return [...store.deals.values()].map((deal) => {
    const percent = percents.get(deal.deal_stage_id ?? 0);
    const closed = deal.closed_time !== null || percent === 0 || percent === 100;
    return {
      crm: 'pipelinedeals',
      remoteId: deal.id,
      id: `pipelinedeals:Deal:${deal.id}`,
      title: deal.name,
      status: !closed ? 'OPEN' : percent === 100 || deal.probability === 100 ? 'WON' : 'LOST',
      isArchived: deal.is_archived,
      stage: id('Stage', deal.deal_stage_id),
      pipeline: id('Pipeline', deal.deal_pipeline_id),
      owner: id('User', deal.user_id),
      person: id('Person', deal.primary_contact_id),
      organization: id('Organization', deal.company_id),
      value: deal.value === null ? null : { amount: new Big(deal.value).toFixed(), currency: 'USD' },
      expectedCloseDate: deal.expected_close_date,
      createdAt: time(deal.created_at),
      updatedAt: time(deal.updated_at),
    };
  });
}

/** The total order: the key with nulls last, then CRM in configured order, then remote id as a number. */
export function inOrder(deals: readonly ExpectedDeal[], key: OrderKey, direction: 'ASC' | 'DESC'): ExpectedDeal[] {
  const crms = ['pipedrive', 'pipelinedeals'];
  return [...deals].sort(
    (a, b) => byKey(a[key], b[key], direction) || crms.indexOf(a.crm) - crms.indexOf(b.crm) || a.remoteId - b.remoteId,
  );
}

/** Whether a list shows the deal that neither names a status nor says anything about archived deals. */
export function isListed(deal: ExpectedDeal): boolean {
  return deal.status !== 'DELETED' && !deal.isArchived;
}

export function ids(records: readonly { readonly id: string }[]): string[] {
  return records.map((record) => record.id);
}

/** An amount as the schema writes it. */
export function plain(amount: Amount): string {
  return toBig(amount).toFixed();
}

/** Milliseconds since the epoch, on a whole second, as the schema writes them. */
export function time(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

function byKey(a: string | null, b: string | null, direction: 'ASC' | 'DESC'): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return (direction === 'ASC' ? 1 : -1) * (a < b ? -1 : a > b ? 1 : 0);
}

function idOf(crm: string) {
  return (type: string, id: number | null) => (id === null ? null : `${crm}:${type}:${id}`);
}
