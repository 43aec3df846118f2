import { expect } from 'vitest';
import type { Deal as PipedriveDeal } from '../../src/sandbox/pipedrive/records.ts';
import type { DealRecord as PipelineDealsDeal } from '../../src/sandbox/pipelinedeals/index.ts';
import { remoteId } from '../gateway/writes/support.ts';
import {
  type CapabilityKey,
  type Data,
  type Expectation,
  mutation,
  type Operation,
  onBoth,
  onlyOn,
  v1,
  v2,
  v3,
  withdrawn,
} from './operation.ts';
import { type Place, pipedriveDeal, pipelineDealsDeal } from './place.ts';
import { TEXT_FIELDS, textField } from './samples.ts';

const ADD = [v2('POST /deals'), v3('POST /deals'), withdrawn('POST /deals', 'v2 adds deals')];
const UPDATE = [v2('PATCH /deals/:id'), v3('PUT /deals/:id'), withdrawn('PUT /deals/:id', 'v2 updates deals')];
const MOMENT = '2026-01-02T03:04:05Z';

type Given = Readonly<Record<string, Data>>;

/** An attribute of a deal that can be written, and what the CRM's record then holds. */
interface Attribute {
  readonly field: string;
  /** The attribute, with others it needs beside it. */
  readonly give: (place: Place) => Given;
  readonly pipedrive: ((given: Given, place: Place) => object) | 'UNSUPPORTED';
  readonly pipelinedeals: ((given: Given, place: Place, deal: PipelineDealsDeal) => object) | 'UNSUPPORTED';
}

/** The id of what the PipelineDeals account calls so. */
function configured(
  { gateway }: Place,
  list: 'dealStatuses' | 'leadSources' | 'lossReasons' | 'wonReasons' | 'dealTags',
  name: string,
): number | undefined {
  return gateway.pipelinedeals.store.configuration[list].find((one) => one.name === name)?.id;
}

const reference = (
  field: 'owner' | 'person' | 'organization',
  index: number,
  pipedrive: keyof PipedriveDeal,
  pipelinedeals: keyof PipelineDealsDeal,
): Attribute => ({
  field,
  give: (place) => ({
    [field]: { owner: place.owners, person: place.people, organization: place.organizations }[field][index],
  }),
  pipedrive: (given) => ({ [pipedrive]: remoteId(given[field]) }),
  pipelinedeals: (given) => ({ [pipelinedeals]: remoteId(given[field]) }),
});
const only = (crm: 'pipedrive' | 'pipelinedeals', field: string, value: unknown, key: string): Attribute => ({
  field,
  give: () => ({ [field]: value }),
  pipedrive: crm === 'pipedrive' ? () => ({ [key]: value }) : 'UNSUPPORTED',
  pipelinedeals: crm === 'pipelinedeals' ? () => ({ [key]: value }) : 'UNSUPPORTED',
});
const closing = (field: string, status: 'WON' | 'LOST', key: keyof PipedriveDeal): Attribute => ({
  field,
  give: () => ({ status, [field]: MOMENT }),
  pipedrive: () => ({ status: status.toLowerCase(), [key]: MOMENT }),
  pipelinedeals: () => ({ closed_time: Date.parse(MOMENT) }),
});
const nowhere = (field: string, value: unknown): Attribute => ({
  field,
  give: () => ({ [field]: value }),
  pipedrive: 'UNSUPPORTED',
  pipelinedeals: 'UNSUPPORTED',
});
const stageOf = ({ gateway }: Place, deal: PipelineDealsDeal, percent: number) =>
  gateway.pipelinedeals.store.configuration.stages.find(
    (stage) => stage.deal_pipeline_id === deal.deal_pipeline_id && stage.percent === percent,
  )?.id;

const ATTRIBUTES: readonly Attribute[] = [
  {
    field: 'title',
    give: () => ({ title: 'Drei „Kühlhäuser“ & Büro' }),
    pipedrive: ({ title }) => ({ title }),
    pipelinedeals: ({ title }) => ({ name: title }),
  },
  {
    field: 'value',
    give: () => ({ value: '1234.5' }),
    pipedrive: () => ({ value: 1234.5 }),
    pipelinedeals: () => ({ value: '1234.5' }),
  },
  {
    field: 'currency',
    give: ({ crm }) => ({ value: '5', currency: crm === 'pipedrive' ? 'SEK' : 'USD' }),
    pipedrive: () => ({ currency: 'SEK' }),
    pipelinedeals: () => ({ value: '5' }),
  },
  {
    field: 'status',
    give: () => ({ status: 'WON' }),
    pipedrive: () => ({ status: 'won', won_time: expect.any(String) }),
    pipelinedeals: (_given, place, deal) => ({
      deal_stage_id: stageOf(place, deal, 100),
      probability: 100,
      closed_time: expect.any(Number),
    }),
  },
  {
    field: 'stage',
    give: ({ openStages }) => ({ stage: openStages[2] }),
    pipedrive: ({ stage }) => ({ stage_id: remoteId(stage) }),
    pipelinedeals: ({ stage }) => ({ deal_stage_id: remoteId(stage) }),
  },
  {
    field: 'pipeline',
    give: ({ pipelines, stageElsewhere }) => ({ pipeline: pipelines[1], stage: stageElsewhere }),
    pipedrive: ({ pipeline, stage }) => ({ pipeline_id: remoteId(pipeline), stage_id: remoteId(stage) }),
    pipelinedeals: ({ pipeline, stage }) => ({ deal_pipeline_id: remoteId(pipeline), deal_stage_id: remoteId(stage) }),
  },
  reference('owner', 2, 'owner_id', 'user_id'),
  reference('person', 4, 'person_id', 'primary_contact_id'),
  reference('organization', 4, 'org_id', 'company_id'),
  {
    field: 'probability',
    give: () => ({ probability: 42 }),
    pipedrive: () => ({ probability: 42 }),
    pipelinedeals: () => ({ probability: 42 }),
  },
  {
    field: 'expectedCloseDate',
    give: () => ({ expectedCloseDate: '2028-02-29' }),
    pipedrive: () => ({ expected_close_date: '2028-02-29' }),
    pipelinedeals: () => ({ expected_close_date: '2028-02-29' }),
  },
  {
    field: 'lossReason',
    give: () => ({ status: 'LOST', lossReason: 'Price' }),
    pipedrive: () => ({ status: 'lost', lost_reason: 'Price' }),
    pipelinedeals: (_given, place) => ({ deal_loss_reason_id: configured(place, 'lossReasons', 'Price') }),
  },
  {
    field: 'isArchived',
    give: () => ({ isArchived: true }),
    pipedrive: () => ({ is_archived: true }),
    pipelinedeals: () => ({ is_archived: true }),
  },
  {
    field: 'labels',
    give: ({ crm }) => ({ labels: crm === 'pipedrive' ? ['Hot', 'Renewal'] : ['Strategic', 'Upsell'] }),
    pipedrive: () => ({ label_ids: [11, 15] }),
    pipelinedeals: (_given, place) => ({
      tag_ids: [configured(place, 'dealTags', 'Strategic'), configured(place, 'dealTags', 'Upsell')],
    }),
  },
  closing('closedAt', 'WON', 'close_time'),
  closing('wonAt', 'WON', 'won_time'),
  closing('lostAt', 'LOST', 'lost_time'),
  only('pipedrive', 'visibility', 5, 'visible_to'),
  {
    field: 'archivedAt',
    give: () => ({ isArchived: true, archivedAt: MOMENT }),
    pipedrive: () => ({ is_archived: true, archive_time: MOMENT }),
    pipelinedeals: 'UNSUPPORTED',
  },
  only('pipelinedeals', 'summary', 'Zwei Zeilen,\neine Summe', 'summary'),
  {
    field: 'health',
    give: () => ({ health: 'On Hold' }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: (_given, place) => ({ status: configured(place, 'dealStatuses', 'On Hold') }),
  },
  {
    field: 'source',
    give: () => ({ source: 'Referral' }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: (_given, place) => ({ source_id: configured(place, 'leadSources', 'Referral') }),
  },
  {
    field: 'wonReason',
    give: () => ({ status: 'WON', wonReason: 'Best fit' }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: (_given, place) => ({ deal_won_reason_id: configured(place, 'wonReasons', 'Best fit') }),
  },
  {
    field: 'lossReasonNotes',
    give: () => ({ status: 'LOST', lossReason: 'Price', lossReasonNotes: 'A tenth above the next offer' }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: (_given, place) => ({
      deal_loss_reason_id: configured(place, 'lossReasons', 'Price'),
      deal_loss_reason_notes: 'A tenth above the next offer',
    }),
  },
  {
    field: 'wonReasonNotes',
    give: () => ({ status: 'WON', wonReason: 'Best fit', wonReasonNotes: 'After the pilot' }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: (_given, place) => ({
      deal_won_reason_id: configured(place, 'wonReasons', 'Best fit'),
      deal_won_reason_notes: 'After the pilot',
    }),
  },
  {
    field: 'organizationName',
    give: () => ({ organizationName: 'Neue Werkstatt & Söhne' }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: (_given, { gateway }) => ({
      company_id: [...gateway.pipelinedeals.store.companies.values()].find(
        ({ name }) => name === 'Neue Werkstatt & Söhne',
      )?.id,
    }),
  },
  {
    field: 'collaborators',
    give: ({ owners }) => ({ collaborators: [owners[1], owners[2]] }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: ({ collaborators }) => ({ shared_user_ids: collaborators.map(remoteId) }),
  },
  {
    field: 'address',
    give: () => ({ address: { street: 'Pikk 1', city: 'Tallinn', country: 'Eesti' } }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: () => ({ address_1: 'Pikk 1', city: 'Tallinn', country: 'Eesti' }),
  },
  {
    field: 'createdAt',
    give: () => ({ createdAt: MOMENT }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: () => ({ created_at: Date.parse(MOMENT) }),
  },
  {
    field: 'updatedAt',
    give: () => ({ updatedAt: MOMENT }),
    pipedrive: 'UNSUPPORTED',
    pipelinedeals: () => ({ updated_at: Date.parse(MOMENT) }),
  },
  nowhere('channel', 'Referral'),
  nowhere('channelId', 'utm-7'),
  nowhere('originId', 'app-7'),
];

/** Expects that the CRM's record of a deal has what was written. */
function expectStored({ pipedrive, pipelinedeals }: Attribute, place: Place, id: string, given: Given): void {
  if (place.crm === 'pipedrive' && typeof pipedrive === 'function') {
    expect(pipedriveDeal(place, id)).toMatchObject(pipedrive(given, place));
  } else if (typeof pipelinedeals === 'function') {
    const deal = pipelineDealsDeal(place, id);
    expect(deal).toMatchObject(pipelinedeals(given, place, deal));
  }
}

const expectation = (attribute: Attribute, crm: 'pipedrive' | 'pipelinedeals'): Expectation =>
  attribute[crm] === 'UNSUPPORTED'
    ? 'UNSUPPORTED'
    : (data, place, variables) => expectStored(attribute, place, data.written.deal.id, variables.input as Given);

const covered = (operation: 'ADD' | 'UPDATE', field: string): readonly CapabilityKey[] => [
  `DEAL ${operation}`,
  `DEAL ${operation} ${field}`,
];

/** Each attribute, of a new deal and of one there is. */
const attributes = ATTRIBUTES.flatMap((attribute): Operation[] => {
  const { field, give } = attribute;
  const expected = {
    pipedrive: expectation(attribute, 'pipedrive'),
    pipelinedeals: expectation(attribute, 'pipelinedeals'),
  };
  return [
    {
      name: `deal: add with ${field}`,
      api: ADD,
      covers: covered('ADD', field),
      document: mutation('addDeal', 'deal { id }'),
      variables: (place) => {
        const given = give(place);
        const fallback = given.pipeline || given.status ? {} : { stage: place.openStages[0] };
        return { input: { crm: place.crm, title: 'Added', ...fallback, ...given } };
      },
      expected,
    },
    {
      name: `deal: update ${field}`,
      api: UPDATE,
      covers: covered('UPDATE', field),
      document: mutation('updateDeal', 'deal { id }'),
      variables: async (place) => ({ input: { id: await place.newDeal(), ...give(place) } }),
      expected,
    },
  ];
});

/** What a deal's record has in the custom field that takes a text. */
function storedText(place: Place, id: string): unknown {
  const deal = place.crm === 'pipedrive' ? pipedriveDeal(place, id) : pipelineDealsDeal(place, id);
  return deal.custom_fields[textField(place)];
}

const customFields = (['key', 'label'] as const).flatMap((by): Operation[] => {
  const given = (place: Place) => ({
    customFields: [{ key: by === 'key' ? textField(place) : TEXT_FIELDS[place.crm], value: 'K-17' }],
  });
  const expected = onBoth((data, place) => expect(storedText(place, data.written.deal.id)).toBe('K-17'));
  return [
    {
      name: `deal: add with a custom field by its ${by}`,
      api: ADD,
      covers: ['DEAL ADD'],
      document: mutation('addDeal', 'deal { id }'),
      variables: (place) => ({ input: { crm: place.crm, title: 'Contract', ...given(place) } }),
      expected,
    },
    {
      name: `deal: update a custom field by its ${by}`,
      api: UPDATE,
      covers: ['DEAL UPDATE'],
      document: mutation('updateDeal', 'deal { id }'),
      variables: async (place) => ({ input: { id: await place.newDeal(), ...given(place) } }),
      expected,
    },
  ];
});

const TEMPLATE = 'Kick-off';

/** The tasks of a template are those of the deal now, and somebody's. */
const hasTasks: Expectation = (data, place, variables) => {
  const { todoTemplateOwner } = variables.input as Given;
  const { store } = place.gateway.pipelinedeals;
  const items = store.configuration.todoTemplates.find(({ name }) => name === TEMPLATE)?.items ?? [];
  const tasks = place.part('activities', data.written.deal.id).flatMap((id) => store.calendarEntries.get(id) ?? []);
  expect(items.length).toBeGreaterThan(0);
  expect(tasks.map(({ name }) => name).toSorted()).toEqual(items.map(({ description }) => description).toSorted());
  for (const { owner_id } of tasks) expect(owner_id).toBe(remoteId(todoTemplateOwner));
};

const todoTemplates: readonly Operation[] = [
  {
    name: 'deal: add with the tasks of a template',
    api: [v3('POST /deals')],
    covers: ['DEAL ADD todoTemplate', 'DEAL ADD todoTemplateOwner'],
    document: mutation('addDeal', 'deal { id }'),
    variables: ({ crm, owners }) => ({
      input: { crm, title: 'With tasks', todoTemplate: TEMPLATE, todoTemplateOwner: owners[1] },
    }),
    expected: { pipedrive: 'UNSUPPORTED', pipelinedeals: hasTasks },
  },
  {
    name: 'deal: update by the tasks of a template',
    api: [v3('PUT /deals/:id')],
    covers: ['DEAL UPDATE todoTemplate', 'DEAL UPDATE todoTemplateOwner'],
    document: mutation('updateDeal', 'deal { id }'),
    variables: async (place) => ({
      input: { id: await place.newDeal(), todoTemplate: TEMPLATE, todoTemplateOwner: place.owners[1] },
    }),
    expected: { pipedrive: 'UNSUPPORTED', pipelinedeals: hasTasks },
  },
];

const whole: readonly Operation[] = [
  {
    name: 'deal: add with products',
    api: [v2('POST /deals'), v2('POST /deals/:id/products')],
    covers: ['DEAL ADD products', 'DEAL_PRODUCT ADD'],
    document: mutation('addDeal', 'deal { id }'),
    variables: (place) => ({
      input: {
        crm: place.crm,
        title: 'With lines',
        products: [{ product: place.product(), unitPrice: '10', quantity: '3' }],
      },
    }),
    expected: onlyOn('pipedrive', (data, { gateway }) => {
      const lines = gateway.pipedrive.store.productsOf(remoteId(data.written.deal.id));
      expect(lines).toMatchObject([{ item_price: 10, quantity: 3 }]);
    }),
  },
  {
    name: 'deal: clear what it has',
    api: UPDATE,
    covers: ['DEAL UPDATE'],
    document: mutation('updateDeal', 'deal { id }'),
    variables: async (place) => ({
      input: {
        id: await place.newDeal({ expectedCloseDate: '2027-01-01' }),
        person: null,
        organization: null,
        expectedCloseDate: null,
      },
    }),
    expected: onBoth((data, place) => {
      const { id } = data.written.deal;
      if (place.crm === 'pipedrive') {
        expect(pipedriveDeal(place, id)).toMatchObject({ person_id: null, org_id: null, expected_close_date: null });
      } else {
        const cleared = { primary_contact_id: null, company_id: null, expected_close_date: null };
        expect(pipelineDealsDeal(place, id)).toMatchObject(cleared);
      }
    }),
  },
  {
    name: 'deal: delete',
    api: [v2('DELETE /deals/:id'), v3('DELETE /deals/:id'), withdrawn('DELETE /deals/:id', 'v2 deletes a deal')],
    covers: ['DEAL DELETE'],
    document: mutation('deleteDeal', 'deal { id }'),
    variables: async (place) => ({ input: { id: await place.newDeal() } }),
    expected: onBoth((data, place, variables) => {
      const { id } = variables.input as Given;
      expect(data.written.deal.id).toBe(id);
      expect(place.titleOf(id)).toBeNull();
    }),
  },
  {
    name: 'deals: delete several',
    api: [v2('DELETE /deals/:id'), v3('DELETE /deals/:id'), withdrawn('DELETE /deals', 'v2 deletes one by one')],
    covers: ['DEAL DELETE'],
    document: mutation('deleteDeals', 'items { outcome deal { id } }'),
    variables: async (place) => ({ input: { ids: [await place.newDeal(), await place.newDeal()] } }),
    expected: onBoth((data, place, variables) => {
      const { ids } = variables.input as Given;
      expect(data.written.items).toEqual(ids.map((id: string) => ({ outcome: 'APPLIED', deal: { id } })));
      for (const id of ids) expect(place.titleOf(id)).toBeNull();
    }),
  },
  {
    name: 'deals: merge',
    api: [v1('PUT /deals/:id/merge'), v3('PUT /deals/:id'), v3('DELETE /deals/:id')],
    covers: ['DEAL MERGE'],
    document: mutation('mergeDeals', 'deal { id }'),
    variables: async (place) => {
      const keep = await place.newDeal({ title: 'Kept', expectedCloseDate: undefined });
      const absorb = await place.newDeal({
        title: 'Absorbed',
        expectedCloseDate: '2027-03-04',
        person: place.people[1],
      });
      return { input: { keep, absorb: [absorb] } };
    },
    expected: onBoth((data, place, variables) => {
      const { keep, absorb } = variables.input as Given;
      expect(data.written.deal.id).toBe(keep);
      expect(place.titleOf(keep)).toBe('Kept');
      expect(place.titleOf(absorb[0])).toBeNull();
      const deal = place.crm === 'pipedrive' ? pipedriveDeal(place, keep) : pipelineDealsDeal(place, keep);
      expect(deal.expected_close_date).toBe('2027-03-04');
      expect(place.part('participants', keep)).toEqual([remoteId(place.people[1])]);
    }),
  },
  ...[undefined, 'Noch einmal'].map(
    (title): Operation => ({
      name: `deal: duplicate${title === undefined ? '' : ', with another title'}`,
      api: [v1('POST /deals/:id/duplicate'), v3('POST /deals')],
      covers: ['DEAL DUPLICATE', ...(title === undefined ? [] : (['DEAL DUPLICATE title'] as const))],
      document: mutation('duplicateDeal', 'deal { id }'),
      variables: async (place) => ({ input: { id: await place.newDeal({ title: 'Once', value: '7.5' }), title } }),
      expected: onBoth((data, place, variables) => {
        const copy = data.written.deal.id;
        expect(copy).not.toBe((variables.input as Given).id);
        expect(place.titleOf(copy)).toBe(title ?? 'Once (copy)');
        expect(place.deals().find(({ id }) => id === copy)?.value?.amount).toBe('7.5');
      }),
    }),
  ),
  {
    name: 'any request: send to the API itself',
    api: [v2('GET /deals/:id'), v3('GET /deals/:id')],
    covers: ['DEAL READ'],
    document: `mutation ($crm: ID!, $path: String!) {
      written: callCrm(crm: $crm, method: GET, path: $path) { outcome problems { code path } status body }
    }`,
    variables: (place) => {
      const { remoteId: id } = place.sample();
      return { crm: place.crm, path: place.crm === 'pipedrive' ? `/api/v2/deals/${id}` : `/deals/${id}.json` };
    },
    expected: onBoth((data, place) => {
      const { remoteId: id, title } = place.sample();
      expect(data.written.status).toBe(200);
      const deal = place.crm === 'pipedrive' ? data.written.body.data : data.written.body;
      expect([deal.id, deal.title ?? deal.name]).toEqual([id, title]);
    }),
  },
];

/** Writing deals. */
export const WRITING_DEALS: readonly Operation[] = [...attributes, ...customFields, ...todoTemplates, ...whole];
