import Big from 'big.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Amount, toBig } from '../../../src/sandbox/pipedrive/amount.ts';
import type { Deal, DealProduct } from '../../../src/sandbox/pipedrive/records.ts';
import { plain } from './oracle.ts';
import { type Data, found, useReads } from './support.ts';

// All lines of all deals at once, whose pages may be large.
const reads = useReads({ pipelinedeals: { deals: 5 }, env: { DEALGRAPH_MAX_NODES: '1000000' } });

const DEALS = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deal {
  id remoteId crm { id kind } url createdAt updatedAt title summary
  value { amount currency } weightedValue { amount currency } status health { name } probability lossReason isArchived
  stage { id name position probability pipeline { id name } } pipeline { id name isDefault } owner { id name email isActive }
  person { id name firstName lastName emails { value label isPrimary } phones { value label isPrimary } jobTitle organization { id } }
  organization { id name address { formatted street city region postalCode country } website }
  expectedCloseDate closedAt wonAt lostAt stageChangedAt labels { id name color }
} } }`;

let shown: Map<number, Data>;
beforeAll(async () => {
  const { store } = reads.gateway.pipedrive;
  const ids = [...store.deals.values()].filter((deal) => !deal.is_deleted).map(({ id }) => `pipedrive:Deal:${id}`);
  const { nodes } = await reads.data(DEALS, { ids });
  shown = new Map(nodes.map((node: Data) => [Number(node.remoteId), node]));
  expect(shown.size).toBe(ids.length);
});

const id = (type: string, remoteId: number) => `pipedrive:${type}:${remoteId}`;

/** The unified fields of a deal as they have to be. */
function expected(deal: Deal): Data {
  const { store } = reads.gateway.pipedrive;
  const stage = store.stages.get(deal.stage_id);
  const pipeline = store.pipelines.get(deal.pipeline_id);
  const owner = store.users.get(deal.owner_id);
  const inherited = pipeline?.is_deal_probability_enabled ? stage?.deal_probability : null;
  const probability = deal.probability ?? inherited ?? null;
  const { currency } = deal;
  return {
    id: id('Deal', deal.id),
    remoteId: String(deal.id),
    crm: { id: 'pipedrive', kind: 'pipedrive' },
    url: `https://northwind-sandbox.pipedrive.com/deal/${deal.id}`,
    createdAt: deal.add_time,
    updatedAt: deal.update_time,
    title: deal.title,
    summary: null,
    value: { amount: plain(deal.value), currency },
    weightedValue:
      probability === null ? null : { amount: toBig(deal.value).times(probability).div(100).toFixed(), currency },
    status: { open: 'OPEN', won: 'WON', lost: 'LOST' }[deal.status],
    health: null,
    probability,
    lossReason: deal.lost_reason,
    isArchived: deal.is_archived,
    stage: stage && {
      id: id('Stage', stage.id),
      name: stage.name,
      position: store.stagesOf(stage.pipeline_id).indexOf(stage),
      probability: stage.deal_probability,
      pipeline: { id: id('Pipeline', stage.pipeline_id), name: pipeline?.name },
    },
    pipeline: pipeline && { id: id('Pipeline', pipeline.id), name: pipeline.name, isDefault: pipeline.order_nr === 1 },
    owner: owner && { id: id('User', owner.id), name: owner.name, email: owner.email, isActive: owner.active_flag },
    person: deal.person_id === null ? null : expectedPerson(deal.person_id),
    organization: deal.org_id === null ? null : expectedOrganization(deal.org_id),
    expectedCloseDate: deal.expected_close_date,
    closedAt: deal.close_time,
    wonAt: deal.won_time,
    lostAt: deal.lost_time,
    stageChangedAt: deal.stage_change_time,
    labels: deal.label_ids.map((label) => {
      const option = store.fields.deal
        .find(({ field_code }) => field_code === 'label_ids')
        ?.options?.find((one) => one.id === label);
      return { id: id('Label', label), name: option?.label, color: option?.color ?? null };
    }),
  };
}

function expectedPerson(remoteId: number): Data {
  const person = reads.gateway.pipedrive.store.persons.get(remoteId);
  const points = (values: readonly { value: string; label: string; primary: boolean }[] = []) =>
    values.map(({ value, label, primary }) => ({ value, label, isPrimary: primary }));
  return {
    id: id('Person', remoteId),
    name: person?.name,
    firstName: person?.first_name,
    lastName: person?.last_name,
    emails: points(person?.emails),
    phones: points(person?.phones),
    jobTitle: null,
    organization: person?.org_id == null ? null : { id: id('Organization', person.org_id) },
  };
}

function expectedOrganization(remoteId: number): Data {
  const organization = reads.gateway.pipedrive.store.organizations.get(remoteId);
  const address = organization?.address;
  return {
    id: id('Organization', remoteId),
    name: organization?.name,
    address: address
      ? {
          formatted: address.value,
          street: [address.route, address.street_number].filter(Boolean).join(' '),
          city: address.locality,
          region: address.admin_area_level_1,
          postalCode: address.postal_code,
          country: address.country,
        }
      : null,
    website: organization?.website,
  };
}

const AWKWARD: Record<string, (deal: Deal) => boolean> = {
  'no person': (deal) => deal.person_id === null,
  'no organization': (deal) => deal.org_id === null,
  'a person with a huge id': (deal) => (deal.person_id ?? 0) > 2 ** 50,
  'a huge id': (deal) => deal.id > 2 ** 50,
  'a custom currency': (deal) => deal.currency === 'XTK',
  'a value of 19 digits': (deal) => typeof deal.value !== 'number',
  'no value': (deal) => deal.value === 0,
  'an emoji in its title': (deal) => deal.title.startsWith('🚚'),
  'quotes and markup in its title': (deal) => deal.title.includes('<b>'),
  'line breaks in its title': (deal) => deal.title.includes('\n'),
  'letters in two normal forms': (deal) => deal.title.startsWith('e\u0301'),
  'a very long title': (deal) => deal.title.length > 255,
  'an archived state': (deal) => deal.is_archived,
  'a win': (deal) => deal.status === 'won',
  'a loss with a reason': (deal) => deal.status === 'lost' && deal.lost_reason !== null,
  'a loss without a reason': (deal) => deal.status === 'lost' && deal.lost_reason === null,
  labels: (deal) => deal.label_ids.length > 1,
  'no update time': (deal) => deal.update_time === null,
  'no stage change': (deal) => deal.stage_change_time === null,
  'no expected close date': (deal) => deal.expected_close_date === null,
  'a probability of its own': (deal) => deal.probability !== null,
  'a probability of nothing': (deal) => deal.probability === 0,
  'an owner who has left': (deal) => reads.gateway.pipedrive.store.users.get(deal.owner_id)?.active_flag === false,
};

describe('a deal of Pipedrive with', () => {
  it.each(Object.keys(AWKWARD))('%s', (what) => {
    const fits = AWKWARD[what] as (deal: Deal) => boolean;
    const deal = found(reads.gateway.pipedrive.store.deals.values(), (one) => !one.is_deleted && fits(one));
    expect(shown.get(deal.id)).toEqual(expected(deal));
  });
});

it('every deal of Pipedrive shows what the store says', () => {
  for (const deal of reads.gateway.pipedrive.store.deals.values()) {
    if (!deal.is_deleted) expect(shown.get(deal.id)).toEqual(expected(deal));
  }
});

it('a probability is inherited exactly where the pipeline uses probabilities', () => {
  const { store } = reads.gateway.pipedrive;
  const without = [...store.deals.values()].filter((deal) => !deal.is_deleted && deal.probability === null);
  const kinds = new Set(without.map((deal) => store.pipelines.get(deal.pipeline_id)?.is_deal_probability_enabled));
  expect(kinds).toEqual(new Set([true, false]));
  for (const deal of without) {
    const enabled = store.pipelines.get(deal.pipeline_id)?.is_deal_probability_enabled;
    expect(shown.get(deal.id).probability === null).toBe(!enabled);
    expect(shown.get(deal.id).weightedValue === null).toBe(!enabled);
  }
});

it('lines show what the store says, in order of position', async () => {
  const { store } = reads.gateway.pipedrive;
  const deals = [...store.deals.values()].filter((deal) => !deal.is_deleted);
  const amount = (value: Amount, { deal_id }: DealProduct) => ({
    amount: plain(value),
    currency: store.deals.get(deal_id)?.currency,
  });
  const total = (line: DealProduct) => {
    const gross = toBig(line.item_price).times(toBig(line.quantity));
    const off = toBig(line.discount);
    return gross.minus(line.discount_type === 'percentage' ? gross.times(off).div(100) : off);
  };
  const { nodes } = await reads.data(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deal { products(first: 500) { totalCount nodes {
      id name position quantity discount discountType tax taxMethod comments isEnabled createdAt updatedAt
      unitPrice { amount currency } total { amount currency } billing { frequency cycles startDate }
      product { id name code unit tax prices { amount currency } } deal { id }
    } } } } }`,
    { ids: deals.map((deal) => id('Deal', deal.id)) },
  );
  for (const [index, deal] of deals.entries()) {
    const lines = store.productsOf(deal.id).sort((a, b) => a.order_nr - b.order_nr);
    const { products } = nodes[index];
    expect(products.totalCount).toBe(lines.length);
    expect(products.nodes).toEqual(
      lines.map((line) => {
        const product = store.products.get(line.product_id);
        return {
          id: `pipedrive:DealProduct:${deal.id}/${line.id}`,
          name: product?.name,
          position: line.order_nr,
          quantity: plain(line.quantity),
          discount: plain(line.discount),
          discountType: line.discount_type.toUpperCase(),
          tax: plain(line.tax),
          taxMethod: line.tax_method.toUpperCase(),
          comments: line.comments || null,
          isEnabled: line.is_enabled,
          createdAt: line.add_time,
          updatedAt: line.update_time,
          unitPrice: amount(line.item_price, line),
          total: { amount: new Big(total(line)).toFixed(), currency: deal.currency },
          billing: {
            frequency: line.billing_frequency.toUpperCase().replace('-', '_'),
            cycles: line.billing_frequency_cycles,
            startDate: line.billing_start_date,
          },
          product: product && {
            id: id('Product', product.id),
            name: product.name,
            code: product.code,
            unit: product.unit,
            tax: plain(product.tax),
            prices: product.prices.map(({ price, currency }) => ({ amount: plain(price), currency })),
          },
          deal: { id: id('Deal', deal.id) },
        };
      }),
    );
  }
});

it('people of a deal are its primary contact and then the others', async () => {
  const { store } = reads.gateway.pipedrive;
  const deals = [...store.deals.values()].filter(
    (deal) => !deal.is_deleted && (store.participants.has(deal.id) || deal.person_id === null),
  );
  const some = deals.slice(0, 30);
  const { nodes } = await reads.data(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deal { people { totalCount nodes { id name } } } } }',
    { ids: some.map((deal) => id('Deal', deal.id)) },
  );
  for (const [index, deal] of some.entries()) {
    const others = [...(store.participants.get(deal.id) ?? [])].sort((a, b) => a - b);
    const people = [...(deal.person_id === null ? [] : [deal.person_id]), ...others];
    expect(nodes[index].people).toEqual({
      totalCount: people.length,
      nodes: people.map((person) => ({ id: id('Person', person), name: store.persons.get(person)?.name })),
    });
  }
});
