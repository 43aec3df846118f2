import { describe, expect, it } from 'vitest';
import { adapterOver, call, wireField } from './support.ts';

const OPTIONS = [
  { id: 41, label: '1-10', color: 'green' },
  { id: 42, label: '11-50', color: null },
];
const DEFINITIONS = [
  wireField('title', 'varchar', { is_custom_field: false }),
  wireField('k1', 'enum', { options: OPTIONS }),
  wireField('k2', 'monetary'),
  wireField('k3', 'varchar'),
];

describe('custom fields', () => {
  it.each([
    { type: 'varchar', value: 'abc', as: 'TEXT', text: 'abc' },
    { type: 'varchar_auto', value: 'abc', as: 'TEXT', text: 'abc' },
    { type: 'text', value: 'long', as: 'TEXT', text: 'long' },
    { type: 'phone', value: '+372', as: 'PHONE', text: '+372' },
    { type: 'double', value: 12.5, as: 'NUMBER', text: '12.5' },
    { type: 'double', value: '1234567890.1234567', as: 'NUMBER', text: '1234567890.1234567' },
    { type: 'monetary', value: { value: 500, currency: 'EUR' }, as: 'MONEY', text: '500 EUR' },
    { type: 'enum', value: 41, as: 'OPTION', text: '1-10' },
    { type: 'enum', value: 99, as: 'OPTION', text: '99' },
    { type: 'set', value: [42, 41], as: 'OPTIONS', text: '11-50, 1-10' },
    { type: 'user', value: 7, as: 'REFERENCE', text: '7' },
    { type: 'org', value: 7, as: 'REFERENCE', text: '7' },
    { type: 'people', value: 7, as: 'REFERENCE', text: '7' },
    { type: 'date', value: '2026-03-05', as: 'DATE', text: '2026-03-05' },
    {
      type: 'daterange',
      value: { value: '2026-03-05', until: '2026-03-09' },
      as: 'DATE_RANGE',
      text: '2026-03-05 – 2026-03-09',
    },
    { type: 'time', value: { value: '09:30:00', timezone_id: 318 }, as: 'TIME', text: '09:30:00' },
    {
      type: 'timerange',
      value: { value: '09:30:00', until: '10:00:00', timezone_id: 318 },
      as: 'TIME_RANGE',
      text: '09:30:00 – 10:00:00',
    },
    { type: 'address', value: { value: 'Sadama 1', route: 'Sadama' }, as: 'ADDRESS', text: 'Sadama 1' },
    { type: 'boolean', value: true, as: 'BOOLEAN', text: 'true' },
    { type: 'hologram', value: { x: 1 }, as: 'OTHER', text: '{"x":1}' },
    { type: 'monetary', value: 'odd', as: 'MONEY', text: 'odd' },
    { type: 'varchar', value: null, as: 'TEXT', text: null },
  ])('of type $type show $value as $text', async ({ type, value, as, text }) => {
    const crm = adapterOver({ 'GET /api/v2/dealFields': { data: [wireField('k', type, { options: OPTIONS })] } });
    const described = await crm.customFields.describe('Deal', { k: value }, null, call());
    expect(described).toEqual([{ key: 'k', label: 'Field k', type: as, value, text }]);
  });

  it('come in the account’s order, all or those asked for, from one reading', async () => {
    const crm = adapterOver({ 'GET /api/v2/personFields': { data: DEFINITIONS } });
    const keysOf = async (keys: readonly string[] | null) =>
      (await crm.customFields.describe('Person', { k3: 'x', k1: 41 }, keys, call())).map(({ key }) => key);
    expect(await keysOf(null)).toEqual(['k1', 'k2', 'k3']);
    expect(await keysOf(['k3', 'k1', 'title', 'unknown'])).toEqual(['k1', 'k3']);
    expect(await keysOf([])).toEqual([]);
    expect(crm.http.tokens).toBe(10);
  });

  it('show a value nobody defines as it is, after looking again', async () => {
    const crm = adapterOver({ 'GET /api/v2/organizationFields': { data: DEFINITIONS } });
    await crm.customFields.describe('Organization', {}, null, call());
    crm.pass(6_000);
    const described = await crm.customFields.describe('Organization', { new: [1], gone: null }, ['new'], call());
    expect(described).toEqual([{ key: 'new', label: 'new', type: 'OTHER', value: [1], text: '[1]' }]);
    expect(crm.http.requests.length).toBe(2);
  });
});

it('names labels by the options of their field, and one that is gone by its id', async () => {
  const crm = adapterOver({
    'GET /api/v2/dealFields': {
      data: [
        wireField('label_ids', 'set', { is_custom_field: false, options: [{ id: 12, label: 'Hot', color: 'red' }] }),
      ],
    },
  });
  const found = await crm.labels.getMany(['12', '13'], call());
  expect([...found.values()]).toEqual([
    { ref: { crm: 'crm', type: 'Label', id: '12' }, name: 'Hot', color: 'red' },
    { ref: { crm: 'crm', type: 'Label', id: '13' }, name: '13', color: null },
  ]);
});
