import { describe, expect, it } from 'vitest';
import type { Field } from '../../../src/sandbox/pipedrive/records.ts';
import { type Data, found, useReads } from './support.ts';

const reads = useReads();

const FIELDS =
  'query ($id: ID!, $keys: [String!]) { node(id: $id) { ... on Deal { customFields(keys: $keys) { key label type value text } } } }';
const OF = (type: string) =>
  `query ($id: ID!) { node(id: $id) { ... on ${type} { customFields { key label type value text } } } }`;

const ownFields = () => reads.gateway.pipedrive.store.fields.deal.filter((field) => field.is_custom_field);

describe('Pipedrive', () => {
  it.each<[name: string, type: string, text: (value: Data) => string]>([
    ['Contract number', 'TEXT', (value) => value],
    ['Customer reference', 'TEXT', (value) => value],
    ['Delivery notes', 'TEXT', () => 'Ring twice.\nDock 4 is closed on Fridays.'],
    ['Hotline', 'PHONE', () => '+372 600 1234'],
    ['Margin factor', 'NUMBER', () => '1.0625'],
    ['Setup fee', 'MONEY', (value) => `499.5 ${value.currency}`],
    ['Fleet size', 'OPTION', (value) => ['1-10', '11-50', '51-200', '200+'][value - 41] ?? '47'],
    ['Regions', 'OPTIONS', () => 'Nordics, DACH'],
    ['Technical lead', 'REFERENCE', (value) => String(value)],
    ['Reseller', 'REFERENCE', (value) => String(value)],
    ['Consultant', 'REFERENCE', (value) => String(value)],
    ['Pilot start', 'DATE', () => '2026-03-05'],
    ['Rollout period', 'DATE_RANGE', () => '2026-03-05 – 2026-03-09'],
    ['Daily call', 'TIME', () => '09:30:00'],
    ['Maintenance window', 'TIME_RANGE', () => '22:00:00 – 23:30:00'],
    ['Delivery address', 'ADDRESS', () => 'Sadama 1, Tallinn'],
  ])('%s is %s with its text', async (name, type, text) => {
    const { field_code: key } = found(ownFields(), (field: Field) => field.field_name === name);
    const { store } = reads.gateway.pipedrive;
    const holders = [...store.deals.values()].filter((deal) => !deal.is_deleted && deal.custom_fields[key] != null);
    const deal = holders[0];
    const { node } = await reads.data(FIELDS, { id: `pipedrive:Deal:${deal?.id}`, keys: [key] });
    const value = deal?.custom_fields[key];
    expect(node.customFields).toEqual([{ key, label: name, type, value, text: text(value) }]);
  });

  it('an option that was deleted shows as its id', async () => {
    const { field_code: key } = found(ownFields(), (field: Field) => field.field_name === 'Fleet size');
    const deal = found(
      reads.gateway.pipedrive.store.deals.values(),
      (one) => !one.is_deleted && one.custom_fields[key] === 47,
    );
    const { node } = await reads.data(FIELDS, { id: `pipedrive:Deal:${deal.id}`, keys: [key] });
    expect(node.customFields).toMatchObject([{ value: 47, text: '47' }]);
  });

  it('shows all fields of the account, empty ones too, and only those', async () => {
    const deal = found(reads.gateway.pipedrive.store.deals.values(), (one) => !one.is_deleted);
    const { node } = await reads.data(FIELDS, { id: `pipedrive:Deal:${deal.id}` });
    expect(node.customFields.map(({ key }: Data) => key)).toEqual(ownFields().map(({ field_code }) => field_code));
    for (const { key, value, text } of node.customFields) {
      expect(value).toEqual(deal.custom_fields[key] ?? null);
      expect(text === null).toBe(value === null);
    }
  });

  it('of people and organizations', async () => {
    const { store } = reads.gateway.pipedrive;
    const person = found(store.persons.values(), (one) => Object.keys(one.custom_fields).length > 2);
    const organization = found(store.organizations.values(), (one) => Object.keys(one.custom_fields).length > 1);
    for (const [type, record, kind] of [
      ['Person', person, 'person'],
      ['Organization', organization, 'organization'],
    ] as const) {
      const { node } = await reads.data(OF(type), { id: `pipedrive:${type}:${record.id}` });
      const own = store.fields[kind].filter((field) => field.is_custom_field);
      expect(node.customFields.map(({ key, label, value }: Data) => ({ key, label, value }))).toEqual(
        own.map(({ field_code: key, field_name: label }) => ({ key, label, value: record.custom_fields[key] ?? null })),
      );
    }
  });
});

describe('PipelineDeals', () => {
  it.each<[name: string, type: string, text: (value: Data) => string]>([
    ['Project Code', 'TEXT', (value) => value],
    ['Tender', 'BOOLEAN', (value) => (value ? 'Yes' : 'No')],
    ['Budget', 'MONEY', (value) => `${value} USD`],
    ['Seats', 'NUMBER', (value) => value],
    ['Go-live', 'DATE', (value) => value],
    ['Industry', 'OPTION', () => expect.stringMatching(/^(Food|Energy|Health)$/)],
    ['Regions', 'OPTIONS', () => expect.stringMatching(/^(Nordics, Iberia|DACH, Benelux)$/)],
  ])('%s is %s with its text', async (name, type, text) => {
    const { store } = reads.gateway.pipelinedeals;
    const label = found(store.configuration.labels.deal, (one) => one.name === name);
    const key = `custom_label_${label.id}`;
    const deal = found(store.deals.values(), ({ custom_fields: fields }) => {
      const value = fields[key];
      return value !== null && (!Array.isArray(value) || value.length > 0) && value !== 40_054_069;
    });
    const { node } = await reads.data(FIELDS, { id: `pipelinedeals:Deal:${deal.id}`, keys: [key] });
    const stored = deal.custom_fields[key];
    expect(node.customFields).toMatchObject([{ key, label: name, type, text: text(stored) }]);
    expect(node.customFields[0].value).not.toBeNull();
  });

  it('an option that was deleted shows as its id, and an empty value as none', async () => {
    const { store } = reads.gateway.pipelinedeals;
    const label = found(store.configuration.labels.deal, (one) => one.name === 'Industry');
    const key = `custom_label_${label.id}`;
    const deal = found(store.deals.values(), (one) => one.custom_fields[key] === 40_054_069);
    const { node } = await reads.data(FIELDS, { id: `pipelinedeals:Deal:${deal.id}` });
    expect(node.customFields.map((field: Data) => field.label)).toEqual(
      store.configuration.labels.deal.map((one) => one.name),
    );
    expect(found(node.customFields as Data[], (field) => field.key === key)).toMatchObject({ text: '40054069' });
    const empty = found(
      store.deals.values(),
      (one) => Array.isArray(one.custom_fields[key]) || one.custom_fields[key] === null,
    );
    const other = await reads.data(FIELDS, { id: `pipelinedeals:Deal:${empty.id}`, keys: [key] });
    expect(other.node.customFields).toMatchObject([{ key, value: null, text: null }]);
  });

  it('of people and companies', async () => {
    const { store } = reads.gateway.pipelinedeals;
    const [person] = store.people.values();
    const [company] = store.companies.values();
    const people = await reads.data(OF('Person'), { id: `pipelinedeals:Person:${person?.id}` });
    expect(people.node.customFields).toMatchObject([
      { label: 'Preferred Name', type: 'TEXT', text: person?.first_name },
      { label: 'Newsletter', type: 'BOOLEAN', value: true, text: 'Yes' },
      { label: 'Languages', type: 'OPTIONS', text: 'English, Deutsch' },
    ]);
    const companies = await reads.data(OF('Organization'), { id: `pipelinedeals:Organization:${company?.id}` });
    expect(companies.node.customFields).toMatchObject([
      { label: 'Tier', type: 'OPTION', text: expect.stringMatching(/^[ABC]$/) },
      { label: 'Annual Revenue', type: 'MONEY', text: expect.stringMatching(/^\d+ USD$/) },
    ]);
  });
});

describe.each(['pipedrive', 'pipelinedeals'] as const)('keys on %s', (crm) => {
  const aDeal = () => {
    const { store } = reads.gateway[crm];
    const [deal] = [...(store.deals.values() as Iterable<{ id: number; custom_fields: object }>)];
    return { id: `${crm}:Deal:${deal?.id}` };
  };

  it('choose fields, in the order of the account, each once', async () => {
    const { id } = aDeal();
    const all = (await reads.data(FIELDS, { id })).node.customFields;
    const keys = [all[4].key, all[1].key, all[4].key];
    const some = (await reads.data(FIELDS, { id, keys })).node.customFields;
    expect(some).toEqual([all[1], all[4]]);
  });

  it('that nobody defines choose nothing', async () => {
    expect((await reads.data(FIELDS, { ...aDeal(), keys: ['no_such_key'] })).node.customFields).toEqual([]);
  });

  it('that are none choose nothing', async () => {
    const { data, cost } = await reads.ask(FIELDS, { ...aDeal(), keys: [] });
    expect(data.node.customFields).toEqual([]);
    expect(cost[crm].requests).toBe(1);
  });
});
