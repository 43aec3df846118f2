import { expect, it } from 'vitest';
import { aCall } from '../../support/call.ts';
import { listOf, type Script } from './scripted-http.ts';
import { adapterOver } from './support.ts';

const options = [
  { id: 7, name: 'Gold' },
  { id: 8, name: 'Silver' },
];

const script: Script = {
  'GET /admin/deal_custom_field_labels.json': listOf(
    { id: 7, name: 'Tiers', field_type: 'multi_select', position: 7, custom_field_label_dropdown_entries: options },
    { id: 1, name: 'Note', field_type: 'text', position: 1 },
    { id: 2, name: 'Signed', field_type: 'boolean', position: 2 },
    { id: 3, name: 'Budget', field_type: 'currency', position: 3 },
    { id: 4, name: 'Seats', field_type: 'numeric', position: 4 },
    { id: 5, name: 'Start', field_type: 'date', position: 5 },
    { id: 6, name: 'Tier', field_type: 'dropdown', position: 6, custom_field_label_dropdown_entries: options },
    { id: 8, name: 'Linked', field_type: 'multi_association', position: 8 },
  ),
  'GET /account.json': { body: { currency: { code: 'USD' } } },
};

const values = {
  custom_label_1: 'hello',
  custom_label_2: false,
  custom_label_3: '1234.50',
  custom_label_4: 0,
  custom_label_5: '2024/05/09',
  custom_label_6: 8,
  custom_label_7: [7, 99],
  custom_label_8: [{ id: 1 }],
};

it('shows every type in words, in the order of the account', async () => {
  const { adapter } = adapterOver(script);
  const fields = await adapter.customFields.describe('Deal', values, null, aCall());
  expect(fields.map(({ label, type, value, text }) => [label, type, value, text])).toEqual([
    ['Note', 'TEXT', 'hello', 'hello'],
    ['Signed', 'BOOLEAN', false, 'No'],
    ['Budget', 'MONEY', '1234.50', '1234.5 USD'],
    ['Seats', 'NUMBER', 0, '0'],
    ['Start', 'DATE', '2024/05/09', '2024-05-09'],
    ['Tier', 'OPTION', 8, 'Silver'],
    ['Tiers', 'OPTIONS', [7, 99], 'Gold, 99'],
    ['Linked', 'OTHER', [{ id: 1 }], '[{"id":1}]'],
  ]);
});

it('shows what is asked for, empty where there is nothing', async () => {
  const { adapter, http } = adapterOver(script);
  const keys = ['custom_label_7', 'custom_label_3', 'custom_label_999'];
  const fields = await adapter.customFields.describe('Deal', { custom_label_7: [] }, keys, aCall());
  expect(fields.map(({ key, value, text }) => [key, value, text])).toEqual([
    ['custom_label_3', null, null],
    ['custom_label_7', null, null],
  ]);
  expect(http.lines).not.toContain('GET /account.json');
});

it('shows a value whose field is not defined any more under its key', async () => {
  const { adapter } = adapterOver(script);
  const fields = await adapter.customFields.describe('Deal', { custom_label_77: 'old' }, ['custom_label_77'], aCall());
  expect(fields).toEqual([
    { key: 'custom_label_77', label: 'custom_label_77', type: 'OTHER', value: 'old', text: 'old' },
  ]);
});
