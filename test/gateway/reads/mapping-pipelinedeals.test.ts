import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import type { DealRecord, Dialect, Store } from '../../../src/sandbox/pipelinedeals/index.ts';
import { pipelineDealsDeals, time } from './oracle.ts';
import { type Data, found, type Reads, useReads } from './support.ts';

const DEALS = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deal {
  id remoteId crm { id kind } url createdAt updatedAt title summary
  value { amount currency } weightedValue { amount currency } status health { name color } probability lossReason isArchived
  stage { id name probability } pipeline { id name isDefault } owner { id name email isActive }
  person { id name } organization { id name }
  expectedCloseDate closedAt wonAt lostAt stageChangedAt labels { name color }
  products { nodes { name product { name } unitPrice { amount } quantity total { amount } isEnabled position } }
  people { nodes { id name } }
} } }`;

const id = (type: string, remoteId: number) => `pipelinedeals:${type}:${remoteId}`;
const nameOf = (record: { first_name: string | null; last_name: string | null }) =>
  [record.first_name, record.last_name].filter(Boolean).join(' ');

/** The unified fields of a deal as they have to be. The older dialect tells neither pipelines, tags nor lines. */
function expected(deal: DealRecord, store: Store, dialect: Dialect): Data {
  const { configuration } = store;
  const today = dialect === 'today';
  const status = found(pipelineDealsDeals(store), ({ remoteId }) => remoteId === deal.id).status;
  const stage = configuration.stages.find((one) => one.id === deal.deal_stage_id);
  const pipeline = configuration.pipelines.find((one) => one.id === deal.deal_pipeline_id);
  const owner = store.users.get(deal.user_id ?? 0);
  const company = store.companies.get(deal.company_id ?? 0);
  const light = configuration.dealStatuses.find((one) => one.id === deal.status);
  const lines = configuration.productLines.filter((line) => deal.product_line_ids.includes(line.id));
  const reason = configuration.lossReasons.find((one) => one.id === deal.deal_loss_reason_id);
  const closedAt = status === 'OPEN' || deal.closed_time === null ? null : time(deal.closed_time);
  const weighted =
    deal.value === null || deal.probability === null ? null : new Big(deal.value).times(deal.probability);
  const people = [...new Set([...(deal.primary_contact_id ? [deal.primary_contact_id] : []), ...deal.person_ids])];
  const person = (remoteId: number) => {
    const record = store.people.get(remoteId);
    return { id: id('Person', remoteId), name: record && nameOf(record) };
  };
  return {
    id: id('Deal', deal.id),
    remoteId: String(deal.id),
    crm: { id: 'pipelinedeals', kind: 'pipelinedeals' },
    url: `https://app.pipelinecrm.com/deals/${deal.id}`,
    createdAt: time(deal.created_at),
    updatedAt: time(deal.updated_at),
    title: deal.name,
    summary: deal.summary,
    value: deal.value === null ? null : { amount: new Big(deal.value).toFixed(), currency: 'USD' },
    weightedValue: weighted && { amount: weighted.div(100).toFixed(), currency: 'USD' },
    status,
    health:
      light && (today || light.id <= 3) ? { name: light.name, color: today ? `#${light.hex_color}` : null } : null,
    probability: deal.probability,
    lossReason: reason?.name ?? deal.deal_loss_reason_notes,
    isArchived: deal.is_archived,
    stage: stage ? { id: id('Stage', stage.id), name: stage.name, probability: stage.percent } : null,
    pipeline: today
      ? pipeline && { id: id('Pipeline', pipeline.id), name: pipeline.name, isDefault: pipeline.default }
      : { id: id('Pipeline', 1), name: expect.any(String), isDefault: true },
    owner: owner
      ? { id: id('User', owner.id), name: nameOf(owner), email: owner.email, isActive: owner.deleted_at === null }
      : null,
    person: deal.primary_contact_id === null ? null : person(deal.primary_contact_id),
    organization: company ? { id: id('Organization', company.id), name: company.name } : null,
    expectedCloseDate: deal.expected_close_date,
    closedAt,
    wonAt: status === 'WON' ? closedAt : null,
    lostAt: status === 'LOST' ? closedAt : null,
    stageChangedAt: null,
    labels: configuration.dealTags
      .filter((tag) => today && deal.tag_ids.includes(tag.id))
      .map(({ name }) => ({ name, color: null })),
    products: {
      nodes: (today ? lines : []).map(({ name }, position) => ({
        name,
        product: { name },
        unitPrice: null,
        quantity: null,
        total: null,
        isEnabled: true,
        position,
      })),
    },
    people: { nodes: people.map(person) },
  };
}

const percentOf = (deal: DealRecord, store: Store) =>
  store.configuration.stages.find((stage) => stage.id === deal.deal_stage_id)?.percent;
const isOpenStage = (deal: DealRecord, store: Store) => ![undefined, 0, 100].includes(percentOf(deal, store));

const AWKWARD: Record<string, (deal: DealRecord, store: Store) => boolean> = {
  'no stage': (deal) => deal.deal_stage_id === null,
  'no owner': (deal) => deal.user_id === null,
  'nobody linked': (deal) => deal.person_ids.length === 0,
  'several people': (deal) => deal.person_ids.length > 1,
  'no company': (deal) => deal.company_id === null,
  'a value of 19 digits': (deal) => deal.value === '12345678901234567.89',
  'no value': (deal) => deal.value === null,
  'a value of zero': (deal) => deal.value === '0',
  'an emoji in its title': (deal) => deal.name.includes('🚀'),
  'an archived state': (deal) => deal.is_archived,
  'a win by stage and time': (deal, store) => deal.closed_time !== null && percentOf(deal, store) === 100,
  'a win by probability alone': (deal, store) =>
    deal.closed_time !== null && deal.probability === 100 && isOpenStage(deal, store),
  'a win by its stage alone': (deal, store) => deal.closed_time === null && percentOf(deal, store) === 100,
  'a loss by stage and time': (deal, store) => deal.closed_time !== null && percentOf(deal, store) === 0,
  'a loss by probability alone': (deal, store) =>
    deal.closed_time !== null && deal.probability === 0 && isOpenStage(deal, store),
  'a loss by its stage alone': (deal, store) => deal.closed_time === null && percentOf(deal, store) === 0,
  'no hope, and open': (deal, store) => deal.closed_time === null && deal.probability === 0 && isOpenStage(deal, store),
  'a chosen loss reason': (deal) => deal.deal_loss_reason_id !== null,
  'loss reason in words': (deal) => deal.deal_loss_reason_notes !== null,
  'a red light': (deal) => deal.status === 1,
  'a light of the account': (deal) => (deal.status ?? 0) > 3,
  'no light': (deal) => deal.status === null,
  tags: (deal) => deal.tag_ids.length > 0,
  lines: (deal) => deal.product_line_ids.length > 0,
  'a summary of two lines': (deal) => deal.summary?.includes('\n') ?? false,
  'no expected close date': (deal) => deal.expected_close_date === null,
};

async function show(reads: Reads): Promise<Map<number, Data>> {
  const ids = [...reads.gateway.pipelinedeals.store.deals.keys()].map((deal) => id('Deal', deal));
  const { nodes } = await reads.data(DEALS, { ids });
  return new Map(nodes.map((node: Data) => [Number(node.remoteId), node]));
}

describe.each<Dialect>(['today', 'seed'])('a deal of PipelineDeals, in the dialect "%s"', (dialect) => {
  const reads = useReads({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 120, dialect } });
  let shown: Map<number, Data> | null = null;

  it.each(Object.keys(AWKWARD))('with %s', async (what) => {
    shown ??= await show(reads);
    const { store } = reads.gateway.pipelinedeals;
    const deal = found(store.deals.values(), (one) => AWKWARD[what]?.(one, store) ?? false);
    expect(shown.get(deal.id)).toEqual(expected(deal, store, dialect));
  });

  it('shows what the store says, all of them, in a list and alone', async () => {
    shown ??= await show(reads);
    const { store } = reads.gateway.pipelinedeals;
    for (const deal of store.deals.values()) expect(shown.get(deal.id)).toEqual(expected(deal, store, dialect));
    for (const deal of [...store.deals.values()].slice(0, 20)) {
      const { nodes } = await reads.data(DEALS, { ids: [id('Deal', deal.id)] });
      expect(nodes).toEqual([expected(deal, store, dialect)]);
    }
  });

  it('shows people and companies as the store has them', async () => {
    const { store } = reads.gateway.pipelinedeals;
    const people = [...store.people.values()].slice(0, 40);
    const companies = [...store.companies.values()].slice(0, 20);
    const { nodes } = await reads.data(
      `query ($ids: [ID!]!) { nodes(ids: $ids) {
        ... on Person { id name firstName lastName emails { value label isPrimary } phones { value label isPrimary }
          jobTitle owner { id name } organization { id name } createdAt updatedAt url }
        ... on Organization { id name website address { street city region postalCode country } owner { id name } url }
      } }`,
      { ids: [...people.map((one) => id('Person', one.id)), ...companies.map((one) => id('Organization', one.id))] },
    );
    const points = (values: Record<string, string | null>) =>
      Object.entries(values)
        .filter(([, value]) => value !== null)
        .map(([label, value], index) => ({ value, label, isPrimary: index === 0 }));
    const owner = (userId: number | null) => {
      const user = store.users.get(userId ?? 0);
      return user ? { id: id('User', user.id), name: nameOf(user) } : null;
    };
    expect(nodes).toEqual([
      ...people.map((one) => {
        const company = store.companies.get(one.company_id ?? 0);
        return {
          id: id('Person', one.id),
          name: nameOf(one),
          firstName: one.first_name,
          lastName: one.last_name,
          emails: points({ work: one.email, other: one.email2, home: one.home_email }),
          phones: points({ work: one.phone, mobile: one.mobile, home: one.home_phone, fax: one.fax }),
          jobTitle: one.position,
          owner: owner(one.user_id),
          organization: company ? { id: id('Organization', company.id), name: company.name } : null,
          createdAt: time(one.created_at),
          updatedAt: time(one.updated_at),
          url: `https://app.pipelinecrm.com/people/${one.id}`,
        };
      }),
      ...companies.map((one) => ({
        id: id('Organization', one.id),
        name: one.name,
        website: one.web,
        address: {
          street: one.address_1,
          city: one.city,
          region: one.state,
          postalCode: one.postal_code,
          country: one.country,
        },
        owner: owner(one.owner_id),
        url: `https://app.pipelinecrm.com/companies/${one.id}`,
      })),
    ]);
  });
});
