import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

const MANY = 650;
const FIELDS =
  'query ($id: ID!, $keys: [String!]) { deal(id: $id) { customFields(keys: $keys) { key label type value text } } }';

interface Answered {
  readonly deal: {
    readonly customFields: readonly Readonly<Record<'key' | 'label' | 'type' | 'value' | 'text', unknown>>[];
  };
}

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.close());

async function fieldsOf(id: string, keys: readonly string[] | null = null) {
  const answer = await gateway.query<Answered>(FIELDS, { id, keys });
  expect(answer.errors).toBeUndefined();
  return {
    fields: answer.data?.deal.customFields ?? [],
    requests: answer.extensions?.upstream?.requests,
  };
}

function first<T>(records: Iterable<T>, fits: (record: T) => boolean): T {
  for (const record of records) if (fits(record)) return record;
  throw new Error('the seed has no such record');
}

const pipedriveDeal = () =>
  first(gateway.pipedrive.store.deals.values(), (deal) => !deal.is_deleted && !deal.is_archived);
const pipelineDeal = () => first(gateway.pipelinedeals.store.deals.values(), () => true);
const code = (index: number) => index.toString(16).padStart(40, '0');

describe('definitions of custom fields are read over all pages, once', () => {
  it('on Pipedrive', async () => {
    const { store } = gateway.pipedrive;
    const template = first(store.fields.deal, (field) => field.is_custom_field && field.field_type === 'varchar');
    for (let index = 0; index < MANY; index += 1) {
      store.fields.deal.push({ ...template, field_code: code(index), field_name: `Field ${index}` });
    }
    const deal = pipedriveDeal();
    deal.custom_fields = { ...deal.custom_fields, [code(MANY - 1)]: 'the last' };
    const id = `pipedrive:Deal:${deal.id}`;
    const all = await fieldsOf(id);
    expect(all.fields).toHaveLength(store.fields.deal.filter((field) => field.is_custom_field).length);
    expect(all.fields.at(-1)).toEqual({
      key: code(MANY - 1),
      label: `Field ${MANY - 1}`,
      type: 'TEXT',
      value: 'the last',
      text: 'the last',
    });
    expect(all.requests).toBe(3);
    expect((await fieldsOf(id)).requests).toBe(1);
  });

  it('on PipelineDeals', async () => {
    const labels = gateway.pipelinedeals.store.configuration.labels.deal;
    const template = first(labels, ({ field_type }) => field_type === 'text');
    for (let index = 0; index < MANY; index += 1) {
      labels.push({ ...template, id: 1000 + index, position: 100 + index, name: `Field ${index}` });
    }
    const deal = pipelineDeal();
    const key = `custom_label_${1000 + MANY - 1}`;
    deal.custom_fields = { ...deal.custom_fields, [key]: 'the last' };
    const id = `pipelinedeals:Deal:${deal.id}`;
    const { fields } = await fieldsOf(id);
    expect(fields).toHaveLength(labels.length);
    expect(fields.at(-1)).toEqual({
      key,
      label: `Field ${MANY - 1}`,
      type: 'TEXT',
      value: 'the last',
      text: 'the last',
    });
    expect((await fieldsOf(id)).requests).toBe(1);
  });
});

describe('a value of a field defined a moment ago comes through as it is', () => {
  it('on Pipedrive', async () => {
    const { store } = gateway.pipedrive;
    const deal = pipedriveDeal();
    const id = `pipedrive:Deal:${deal.id}`;
    await fieldsOf(id);
    const template = first(store.fields.deal, (field) => field.field_type === 'monetary' && field.is_custom_field);
    const value = { value: 5, currency: 'EUR' };
    store.fields.deal.push({ ...template, field_code: code(1), field_name: 'New' });
    deal.custom_fields = { ...deal.custom_fields, [code(1)]: value };
    const { fields } = await fieldsOf(id, [code(1)]);
    expect(fields).toEqual([{ key: code(1), label: code(1), type: 'OTHER', value, text: JSON.stringify(value) }]);
  });

  it('on PipelineDeals', async () => {
    const labels = gateway.pipelinedeals.store.configuration.labels.deal;
    const deal = pipelineDeal();
    const id = `pipelinedeals:Deal:${deal.id}`;
    await fieldsOf(id);
    const template = first(labels, ({ field_type }) => field_type === 'text');
    labels.push({ ...template, id: 77, name: 'New' });
    deal.custom_fields = { ...deal.custom_fields, custom_label_77: 'fresh' };
    const { fields } = await fieldsOf(id, ['custom_label_77']);
    expect(fields).toEqual([
      { key: 'custom_label_77', label: 'custom_label_77', type: 'OTHER', value: 'fresh', text: 'fresh' },
    ]);
  });
});

describe('options deleted meanwhile show as their ids beside those there are', () => {
  it('on Pipedrive', async () => {
    const { store } = gateway.pipedrive;
    const field = first(store.fields.deal, ({ field_name }) => field_name === 'Regions');
    field.options = field.options?.filter(({ label }) => label !== 'DACH') ?? null;
    const deal = first(store.deals.values(), (one) => {
      const value = one.custom_fields[field.field_code];
      return !one.is_deleted && Array.isArray(value) && value.includes(53);
    });
    const { fields } = await fieldsOf(`pipedrive:Deal:${deal.id}`, [field.field_code]);
    expect(fields).toMatchObject([{ type: 'OPTIONS', value: [51, 53], text: 'Nordics, 53' }]);
  });

  it('on PipelineDeals', async () => {
    const { store } = gateway.pipelinedeals;
    const label = first(store.configuration.labels.deal, ({ name }) => name === 'Industry');
    const [gone] = label.entries;
    const key = `custom_label_${label.id}`;
    const deal = first(store.deals.values(), (one) => one.custom_fields[key] === gone?.id);
    label.entries = label.entries.slice(1);
    const { fields } = await fieldsOf(`pipelinedeals:Deal:${deal.id}`, [key]);
    expect(fields).toMatchObject([{ type: 'OPTION', value: gone?.id, text: String(gone?.id) }]);
  });
});
