import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, expectRefused, mutate, sentAttributes, writesOf } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  accounts = accountsOf(gateway);
  duplicateLabel(gateway);
});
afterAll(() => gateway.close());

/** A text and a list of options of each account. */
const TEXT: Readonly<Record<CrmId, string>> = { pipedrive: 'Contract number', pipelinedeals: 'Project Code' };
const OPTIONS = 'Regions';
const TWIN = 'Twin';

/** Gives each account two text fields of one label. */
function duplicateLabel({ pipedrive, pipelinedeals }: TestGateway): void {
  const field = pipedrive.store.fields.deal.find(({ field_name }) => field_name === TEXT.pipedrive);
  const label = pipelinedeals.store.configuration.labels.deal.find(({ name }) => name === TEXT.pipelinedeals);
  if (!field || !label) throw new Error('the seed has no such field');
  for (const digit of ['a', 'b']) {
    pipedrive.store.fields.deal.push({ ...field, field_name: TWIN, field_code: digit.repeat(40) });
  }
  for (const id of [71, 72]) pipelinedeals.store.configuration.labels.deal.push({ ...label, id, name: TWIN });
}

const TWINS: Readonly<Record<CrmId, readonly [string, string]>> = {
  pipedrive: ['a'.repeat(40), 'b'.repeat(40)],
  pipelinedeals: ['custom_label_71', 'custom_label_72'],
};

function keyOf(crm: CrmId, name: string): string {
  if (crm === 'pipedrive') {
    return gateway.pipedrive.store.fields.deal.find((field) => field.field_name === name)?.field_code as string;
  }
  const { deal } = gateway.pipelinedeals.store.configuration.labels;
  return `custom_label_${deal.find((label) => label.name === name)?.id}`;
}

describe.each(CRMS)('a custom field of %s', (crm) => {
  const select = 'deal { customFields { key value text } }';

  it('is written under its key when it is named by its label', async () => {
    const customFields = [
      { key: TEXT[crm], value: 'C-17' },
      { key: OPTIONS, value: ['Iberia'] },
    ];
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), customFields }, { select });
    expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [] });
    const sent = JSON.parse(sentAttributes(crm, updated).custom_fields as string);
    expect(Object.keys(sent)).toEqual([keyOf(crm, TEXT[crm]), keyOf(crm, OPTIONS)]);
    expect(updated.deal?.customFields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: keyOf(crm, TEXT[crm]), value: 'C-17' }),
        expect.objectContaining({ key: keyOf(crm, OPTIONS), text: 'Iberia' }),
      ]),
    );
  });

  it('whose label another has too has to be named by its key', async () => {
    const id = accounts[crm].deal();
    const named = await mutate(gateway, 'updateDeal', { id, customFields: [{ key: TWIN, value: 'x' }] });
    expect(named).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'customFields', '0', 'key'] }],
    });
    for (const key of TWINS[crm]) expect(named.problems[0]?.message).toContain(key);
    expect(writesOf(named.sent[crm])).toEqual([]);
    const keyed = await mutate(gateway, 'updateDeal', { id, customFields: [{ key: TWINS[crm][1], value: 'x' }] });
    expect(keyed.outcome).toBe('APPLIED');
  });

  it.each(['updateDeal', 'addDeal'])('given by key and by label at once is refused by %s', async (mutation) => {
    const customFields = [
      { key: keyOf(crm, TEXT[crm]), value: '1' },
      { key: OPTIONS, value: null },
      { key: TEXT[crm], value: '2' },
    ];
    const target = mutation === 'addDeal' ? { crm, title: 'x' } : { id: accounts[crm].deal() };
    const written = await mutate(gateway, mutation, { ...target, customFields });
    expect(written).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'customFields', '2', 'key'] }],
    });
    expect(writesOf(written.sent[crm])).toEqual([]);
  });

  it.each(['contract number', 'title', 'Contact person', 'name'])('is not %j', async (key) => {
    const updated = await mutate(gateway, 'updateDeal', {
      id: accounts[crm].deal(),
      customFields: [{ key, value: 'x' }],
    });
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'customFields', '0', 'key'] }],
    });
    expect(writesOf(updated.sent[crm])).toEqual([]);
  });

  it('given twice under one name is refused without a call', async () => {
    const customFields = [
      { key: TEXT[crm], value: '1' },
      { key: TEXT[crm], value: '2' },
    ];
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), customFields });
    expectRefused(updated, { code: 'INVALID_INPUT', path: ['input', 'customFields', '1', 'key'] });
  });

  it('named by its label is found again in a complaint about its value', async () => {
    const customFields = [
      { key: TEXT[crm], value: 'fine' },
      { key: OPTIONS, value: ['Atlantis'] },
    ];
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), customFields });
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'customFields', '1', 'value'] }],
    });
  });
});
