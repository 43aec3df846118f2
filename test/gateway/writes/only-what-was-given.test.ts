import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilities as pipedriveCapabilities } from '../../../src/adapters/pipedrive/capabilities.ts';
import { capabilities as pipelineDealsCapabilities } from '../../../src/adapters/pipelinedeals/capabilities.ts';
import type { Capability } from '../../../src/domain/capability.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { runs } from '../../support/runs.ts';
import { CRMS, type CrmId, idOf, mutate, remoteId, writesOf } from './support.ts';

type Input = Readonly<Record<string, unknown>>;

/** One field that an update may be given. */
interface Field {
  /** What it may be given; `null` clears. */
  readonly values: readonly unknown[];
  /** The keys it may be sent under, and those of the CRM's record that it may change. */
  readonly sends: readonly string[];
  readonly changes?: readonly string[];
  /** What has to be given with it. */
  readonly also?: Input;
  /** Fields of which one at a time is given: together they could contradict each other. */
  readonly group?: 'place' | 'organization' | 'loss' | 'won';
}

type Fields = Readonly<Record<string, Field>>;

const MOMENT = '2026-01-02T03:04:05Z';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 600 }, pipelinedeals: { deals: 600 } });
});
afterAll(() => gateway.close());

const given = (values: readonly unknown[], sends: readonly string[], changes = sends): Field => ({
  values,
  sends,
  changes,
});

const ids = (crm: CrmId, type: string, records: Iterable<number>, count = 2) =>
  [...records].slice(0, count).map((id) => idOf(crm, type, id));

const PIPEDRIVE_CLOSING = [
  ...['status', 'lost_reason', 'won_time', 'lost_time', 'close_time'],
  ...['local_won_date', 'local_lost_date', 'local_close_date'],
];
const PIPEDRIVE_PLACE = ['stage_id', 'pipeline_id', 'stage_change_time'];

/** What can be written on a deal of Pipedrive that is lost. */
function pipedriveFields(): Fields {
  const { store } = gateway.pipedrive;
  const live = (records: Iterable<{ id: number; is_deleted: boolean }>) =>
    [...records].filter((one) => !one.is_deleted).map(({ id }) => id);
  const place = (field: Field): Field => ({ ...field, group: 'place' });
  const crm = 'pipedrive';
  return {
    title: given(['Another title'], ['title']),
    value: given(['12.34', '0'], ['value']),
    currency: given(['USD'], ['currency']),
    status: place(given(['OPEN', 'WON'], ['status'], PIPEDRIVE_CLOSING)),
    stage: place(given(ids(crm, 'Stage', store.stages.keys(), 9), ['stage_id'], PIPEDRIVE_PLACE)),
    pipeline: place(given(ids(crm, 'Pipeline', store.pipelines.keys()), ['pipeline_id'], PIPEDRIVE_PLACE)),
    owner: given(ids(crm, 'User', store.users.keys()), ['owner_id']),
    person: given([null, ...ids(crm, 'Person', live(store.persons.values()))], ['person_id']),
    organization: given([null, ...ids(crm, 'Organization', live(store.organizations.values()))], ['org_id']),
    probability: given([null, 40], ['probability']),
    expectedCloseDate: given([null, '2027-03-04'], ['expected_close_date']),
    lossReason: place(given([null, 'too dear'], ['lost_reason'])),
    labels: given([[], ['Hot'], ['Cold', 'Hot']], ['label_ids']),
    visibility: given([1, 7], ['visible_to']),
    closedAt: place(given([MOMENT], ['close_time'], ['close_time', 'local_close_date'])),
    lostAt: place(given([MOMENT], ['lost_time'], PIPEDRIVE_CLOSING)),
    wonAt: place({ ...given([MOMENT], ['won_time', 'status'], PIPEDRIVE_CLOSING), also: { status: 'WON' } }),
    isArchived: given([false, true], ['is_archived'], ['is_archived', 'archive_time']),
    archivedAt: {
      ...given([MOMENT], ['archive_time', 'is_archived'], ['is_archived', 'archive_time']),
      also: { isArchived: true },
    },
    customFields: given([], ['custom_fields']),
  };
}

const PIPELINEDEALS_PLACE = ['deal_stage_id', 'deal_pipeline_id', 'probability', 'closed_time', 'stage_entered_at'];

/** What can be written on a deal of PipelineDeals that is lost. */
function pipelineDealsFields(): Fields {
  const { store } = gateway.pipelinedeals;
  const { configuration } = store;
  const crm = 'pipelinedeals';
  const place = (values: readonly unknown[], sends: readonly string[]): Field => ({
    ...given(values, sends, PIPELINEDEALS_PLACE),
    group: 'place',
  });
  const reason = (kind: 'loss' | 'won') => [`deal_${kind}_reason_id`, `deal_${kind}_reason_notes`];
  const address = ['address_1', 'address_2', 'city', 'state', 'postal_code', 'country'];
  return {
    title: given(['Another title'], ['name']),
    summary: given([null, 'other words'], ['summary']),
    value: given(['12.34'], ['value']),
    // What the value is in anyway is not sent.
    currency: given(['USD'], []),
    status: place(['OPEN', 'WON', 'LOST'], ['deal_stage_id', 'deal_pipeline_id', 'probability']),
    stage: place(
      ids(
        crm,
        'Stage',
        configuration.stages.map(({ id }) => id),
        9,
      ),
      ['deal_stage_id', 'deal_pipeline_id'],
    ),
    pipeline: place(
      ids(
        crm,
        'Pipeline',
        configuration.pipelines.map(({ id }) => id),
      ),
      ['deal_pipeline_id', 'deal_stage_id', 'probability'],
    ),
    probability: place([null, 0, 30], ['probability']),
    owner: given(ids(crm, 'User', store.users.keys()), ['user_id']),
    person: given(
      [null, ...ids(crm, 'Person', store.people.keys())],
      ['primary_contact_id'],
      ['primary_contact_id', 'person_ids'],
    ),
    organization: {
      ...given([null, ...ids(crm, 'Organization', store.companies.keys())], ['company_id']),
      group: 'organization',
    },
    organizationName: { ...given(['Werft & Co'], ['company_name'], ['company_id']), group: 'organization' },
    expectedCloseDate: given([null, '2027-03-04'], ['expected_close_date']),
    lossReason: {
      ...given([null, 'words of our own', String(configuration.lossReasons[0]?.name)], reason('loss')),
      group: 'loss',
    },
    lossReasonNotes: { ...given([null, 'a tenth above'], ['deal_loss_reason_notes']), group: 'loss' },
    wonReason: { ...given([null, 'words of our own'], reason('won')), group: 'won' },
    wonReasonNotes: { ...given([null, 'after the pilot'], ['deal_won_reason_notes']), group: 'won' },
    health: given([null, String(configuration.dealStatuses[0]?.name)], ['status']),
    labels: given([[], configuration.dealTags.slice(0, 2).map(({ name }) => name)], ['tag_ids']),
    source: given([null, String(configuration.leadSources[0]?.name)], ['source_id']),
    collaborators: given([[], ids(crm, 'User', store.users.keys())], ['shared_user_ids']),
    address: given([null, { street: 'Pikk 1', city: 'Tallinn' }], address),
    isArchived: given([true, false], ['is_archived']),
    createdAt: given([MOMENT], ['created_at']),
    updatedAt: given([MOMENT], ['updated_at']),
    closedAt: { ...given([MOMENT], ['closed_time']), group: 'place' },
    lostAt: { ...given([MOMENT], ['closed_time']), group: 'place' },
    wonAt: {
      ...place([MOMENT], ['closed_time', 'deal_stage_id', 'deal_pipeline_id', 'probability']),
      also: { status: 'WON' },
    },
    todoTemplate: given(
      configuration.todoTemplates.slice(0, 1).map(({ name }) => name),
      ['todo_template_id'],
      [],
    ),
    todoTemplateOwner: {
      ...given(ids(crm, 'User', store.users.keys(), 1), ['todo_template_id', 'todo_template_user_id'], []),
      also: { todoTemplate: String(configuration.todoTemplates[0]?.name) },
    },
    customFields: given([], ['custom_fields']),
  };
}

const FIELDS = { pipedrive: pipedriveFields, pipelinedeals: pipelineDealsFields };
const CAPABILITIES: Readonly<Record<CrmId, readonly Capability[]>> = {
  pipedrive: pipedriveCapabilities,
  pipelinedeals: pipelineDealsCapabilities,
};

/** Custom fields of deals by key, each with what it may be given. */
function customValues(crm: CrmId): Readonly<Record<string, readonly unknown[]>> {
  const values: Readonly<Record<string, readonly unknown[]>> = {
    varchar: [null, 'words'],
    double: [null, 1.5],
    date: [null, '2026-02-03'],
    text: [null, 'words'],
    numeric: [null, 1.5],
  };
  const fields =
    crm === 'pipedrive'
      ? gateway.pipedrive.store.fields.deal
          .filter((field) => field.is_custom_field)
          .map(({ field_code, field_type }) => [field_code, field_type])
      : gateway.pipelinedeals.store.configuration.labels.deal.map(({ id, field_type }) => [
          `custom_label_${id}`,
          field_type,
        ]);
  const known = fields.filter(([, type]) => values[String(type)] !== undefined);
  return Object.fromEntries(known.map(([key, type]) => [key, values[String(type)] ?? []]));
}

/** Something to give: fields with values, of the custom ones each on its own. */
function inputs(crm: CrmId, fields: Fields): fc.Arbitrary<{ input: Input; names: readonly string[] }> {
  const custom = customValues(crm);
  const customFields = fc
    .subarray(Object.keys(custom), { minLength: 1 })
    .chain((keys) =>
      fc.tuple(...keys.map((key) => fc.constantFrom(...(custom[key] ?? [])).map((value) => ({ key, value })))),
    );
  const valuesOf = (name: string): fc.Arbitrary<unknown> =>
    name === 'customFields' ? customFields : fc.constantFrom(...(fields[name]?.values ?? []));
  return fc
    .subarray(Object.keys(fields), { minLength: 1, maxLength: Math.min(6, Object.keys(fields).length) })
    .map((names) => {
      const groupOf = (name: string) => fields[name]?.group;
      return names.filter((name) => !groupOf(name) || name === names.find((one) => groupOf(one) === groupOf(name)));
    })
    .chain((names) =>
      fc.tuple(...names.map(valuesOf)).map((values) => ({
        names,
        input: Object.assign(
          {},
          ...names.map((name, index) => ({ [name]: values[index], ...fields[name]?.also })),
        ) as Input,
      })),
    );
}

/** A lost deal nobody had before, with something in every field that can be cleared. */
function freshDeal(crm: CrmId, used: Set<number>): { id: string; read: () => Input } {
  const take = <T extends { id: number }>(records: Iterable<T>, fits: (one: T) => boolean): T => {
    const found = [...records].find((one) => !used.has(one.id) && fits(one));
    if (!found) throw new Error('the sandbox has too few deals');
    used.add(found.id);
    return found;
  };
  if (crm === 'pipedrive') {
    const { store } = gateway.pipedrive;
    const deal = take(
      store.deals.values(),
      (one) => !one.is_deleted && !one.is_archived && store.productsOf(one.id).length === 0,
    );
    const [person] = [...store.persons.values()].filter((one) => !one.is_deleted);
    const day = deal.add_time.slice(0, 10);
    const closed = { won_time: null, lost_time: deal.add_time, close_time: deal.add_time, local_won_date: null };
    Object.assign(deal, { local_lost_date: day, local_close_date: day });
    Object.assign(deal, { status: 'lost', lost_reason: 'price', probability: 10, person_id: person?.id }, closed);
    Object.assign(deal, {
      expected_close_date: '2026-05-05',
      label_ids: [11],
      custom_fields: { ...deal.custom_fields },
    });
    return {
      id: idOf(crm, 'Deal', deal.id),
      read: () => structuredClone(store.deals.get(deal.id)) as unknown as Input,
    };
  }
  const { store } = gateway.pipelinedeals;
  const lost = store.configuration.stages.find(({ percent }) => percent === 0);
  const deal = take(store.deals.values(), (one) => !one.is_archived);
  Object.assign(deal, {
    ...{
      deal_stage_id: lost?.id,
      deal_pipeline_id: lost?.deal_pipeline_id,
      probability: 0,
      closed_time: deal.created_at,
    },
    ...{ summary: 'words', source_id: store.configuration.leadSources[1]?.id, city: 'Tartu', country: 'Estonia' },
    ...{
      deal_loss_reason_notes: 'price',
      expected_close_date: '2026-05-05',
      tag_ids: [store.configuration.dealTags[0]?.id],
    },
  });
  return { id: idOf(crm, 'Deal', deal.id), read: () => structuredClone(store.deals.get(deal.id)) as unknown as Input };
}

/** Changed by any write at all. */
const ALWAYS = ['update_time', 'updated_at', 'updated_by_user_id'];

function changedKeys(before: Input, after: Input): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]) && !ALWAYS.includes(key));
}

/** The keys of every body that was sent, a deal's own and those beside it. */
function sentKeys(crm: CrmId, body: unknown): readonly string[] {
  if (crm === 'pipedrive') return Object.keys(Object(body));
  const { deal, ...beside } = Object(body) as Input;
  return [...Object.keys(Object(deal)), ...Object.keys(beside)];
}

describe.each(CRMS)('an update on %s', (crm) => {
  it('knows every field that can be given', () => {
    const rows = CAPABILITIES[crm].filter(
      ({ entity, operation, field }) => entity === 'DEAL' && operation === 'UPDATE' && field !== null,
    );
    const refused = rows.filter(({ fidelity }) => fidelity === 'UNSUPPORTED').map(({ field }) => field);
    const offered = rows.filter(({ fidelity }) => fidelity !== 'UNSUPPORTED').map(({ field }) => field);
    const fields = Object.keys(FIELDS[crm]());
    expect(fields.filter((field) => refused.includes(field))).toEqual([]);
    expect(offered.filter((field) => !fields.includes(String(field)))).toEqual([]);
  });

  it('sends only what was given, and changes nothing else', async () => {
    const fields = FIELDS[crm]();
    const used = new Set<number>();
    await fc.assert(
      fc.asyncProperty(inputs(crm, fields), async ({ input, names }) => {
        const deal = freshDeal(crm, used);
        const before = deal.read();
        const updated = await mutate(gateway, 'updateDeal', { id: deal.id, ...input }, { select: 'deal { id }' });
        expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [] });

        const sends = names.flatMap((name) => fields[name]?.sends ?? []);
        const bodies = writesOf(updated.sent[crm]).map(({ body }) => body);
        expect(bodies.length).toBeLessThanOrEqual(1);
        expect(bodies.flatMap((body) => sentKeys(crm, body)).filter((key) => !sends.includes(key))).toEqual([]);

        const after = deal.read();
        const changes = names.flatMap((name) => fields[name]?.changes ?? []);
        expect(changedKeys(before, after).filter((key) => !changes.includes(key))).toEqual([]);
        for (const name of names.filter((one) => input[one] === null)) {
          for (const key of fields[name]?.sends ?? []) expect(after[key] ?? null).toBeNull();
        }
        expectOwnCustomFields(input, before, after);
      }),
      runs(40),
    );
  });
});

/** Custom fields that were not named keep what they had. */
function expectOwnCustomFields(input: Input, before: Input, after: Input): void {
  const named = ((input.customFields ?? []) as { key: string }[]).map(({ key }) => key);
  const changed = changedKeys(Object(before.custom_fields), Object(after.custom_fields));
  expect(changed.filter((key) => !named.includes(key))).toEqual([]);
}

describe('an update of what hangs on a deal of Pipedrive', () => {
  const billing = { frequency: 'MONTHLY', cycles: 3, startDate: '2027-01-01' };
  const monthly = ['billing_frequency', 'billing_frequency_cycles', 'billing_start_date'];
  const line = (): Fields => ({
    product: given([idOf('pipedrive', 'Product', variation().product_id)], ['product_id']),
    variation: given(
      [idOf('pipedrive', 'ProductVariation', `${variation().product_id}/${variation().id}`)],
      ['product_variation_id'],
    ),
    unitPrice: given(['1.25'], ['item_price']),
    quantity: given(['3'], ['quantity']),
    discount: given(['2'], ['discount']),
    discountType: given(['AMOUNT', 'PERCENTAGE'], ['discount_type']),
    tax: given(['20'], ['tax']),
    taxMethod: given(['NONE', 'INCLUSIVE'], ['tax_method']),
    comments: given(['', 'words'], ['comments']),
    isEnabled: given([true, false], ['is_enabled']),
    billing: given([billing], monthly),
  });
  const DISCOUNT: Fields = {
    description: given(['Summer'], ['description']),
    amount: given(['7.5'], ['amount']),
    type: given(['PERCENTAGE', 'AMOUNT'], ['type']),
  };
  const INSTALLMENT: Fields = {
    description: given(['Rest'], ['description']),
    amount: given(['7.5'], ['amount']),
    billingDate: given(['2027-05-06'], ['billing_date']),
  };

  /** A product with a variation, which its line can be given. */
  function variation() {
    const [one] = [...gateway.pipedrive.store.variations.values()];
    if (!one) throw new Error('the sandbox has no variations');
    return one;
  }

  it.each([
    { what: 'a line', mutation: 'updateDealProduct', type: 'DealProduct', fields: line },
    { what: 'a discount', mutation: 'updateDealDiscount', type: 'DealDiscount', fields: () => DISCOUNT },
    { what: 'an installment', mutation: 'updateDealInstallment', type: 'DealInstallment', fields: () => INSTALLMENT },
  ])('sends only what was given of $what', async ({ mutation, type, fields: known }) => {
    const fields = known();
    const { deal, part } = await dealWith(type);
    await fc.assert(
      fc.asyncProperty(inputs('pipedrive', fields), async ({ input, names }) => {
        const before = structuredClone(part()) as Input;
        const id = `pipedrive:${type}:${deal}/${before.id}`;
        const updated = await mutate(gateway, mutation, { id, ...input }, { select: 'deal { id }' });
        expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [] });
        const allowed = names.flatMap((name) => fields[name]?.sends ?? []);
        const sent = writesOf(updated.sent.pipedrive).flatMap(({ body }) => Object.keys(Object(body)));
        expect(sent.toSorted()).toEqual(allowed.toSorted());
        const changed = changedKeys(before, part() as Input);
        expect(changed.filter((key) => !allowed.includes(key) && key !== 'updated_by')).toEqual([]);
      }),
      runs(20),
    );
  });

  /** A deal with a line, and where asked for a discount or an installment, and what it is by now. */
  async function dealWith(type: string): Promise<{ deal: number; part: () => unknown }> {
    const { store } = gateway.pipedrive;
    const product = { product: idOf('pipedrive', 'Product', variation().product_id), unitPrice: '5', quantity: '2' };
    const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'Furnished', products: [product] });
    const deal = remoteId(added.deal?.id);
    if (type === 'DealProduct') return { deal, part: () => store.productsOf(deal)[0] };
    const draft = { deal: added.deal?.id, description: 'Spring', amount: '1' };
    const select = { select: 'deal { id }' };
    if (type === 'DealDiscount') {
      await mutate(gateway, 'addDealDiscount', { ...draft, type: 'AMOUNT' }, select);
      return { deal, part: () => store.discountsOf(deal)[0] };
    }
    await mutate(gateway, 'addDealInstallment', { ...draft, billingDate: '2027-01-02' }, select);
    return { deal, part: () => store.installmentsOf(deal)[0] };
  }
});
