import { expect } from 'vitest';
import type { Deal as PipedriveDeal } from '../../src/sandbox/pipedrive/records.ts';
import type { DealRecord as PipelineDealsDeal } from '../../src/sandbox/pipelinedeals/index.ts';
import { dayOf } from '../../src/sandbox/pipelinedeals/zone.ts';
import { type Expected, sum } from '../gateway/finding/oracle.ts';
import { plain, time } from '../gateway/reads/oracle.ts';
import { remoteId } from '../gateway/writes/support.ts';
import {
  type CapabilityKey,
  type Data,
  type Expectation,
  kept,
  type Operation,
  onBoth,
  v2,
  v3,
  withdrawn,
} from './operation.ts';
import { type Place, pipedriveDeal, pipelineDealsDeal } from './place.ts';

/** What a deal reads in a field, by its record; `null` where another deal is the better sample. */
type Reading<Record> = (deal: Record, place: Place, seen: Expected) => unknown;

/** A field of a deal, or of its `details`, with what each CRM's record says it has to be. */
interface Attribute {
  readonly field: string;
  /** What is read of it, where it is an object. */
  readonly of?: string;
  /** Makes a sample where the seed has none. */
  readonly given?: (place: Place) => void;
  readonly pipedrive: Reading<PipedriveDeal> | 'ABSENT' | 'UNSUPPORTED';
  readonly pipelinedeals: Reading<PipelineDealsDeal> | 'ABSENT' | 'UNSUPPORTED';
}

const named = (records: readonly { id: number; name: string }[], id: number | null) => {
  const name = records.find((one) => one.id === id)?.name;
  return name === undefined ? null : { name };
};
const configuration = ({ gateway }: Place) => gateway.pipelinedeals.store.configuration;
const amount = (value: PipedriveDeal['acv']) => (value === null ? null : { amount: plain(value) });
const common = (read: (seen: Expected, place: Place) => unknown) => {
  const reading: Reading<unknown> = (_deal, place, seen) => read(seen, place);
  return { pipedrive: reading, pipelinedeals: reading };
};

/** A figure that Pipedrive tells of a deal on request, by its name in `include_fields`. */
const included =
  (name: string, present: (value: Data, place: Place) => unknown = (value) => value): Reading<PipedriveDeal> =>
  async ({ id }, place) => {
    const { data } = await place.own(`/api/v2/deals/${id}`, { include_fields: name });
    return data[name] === null || data[name] === undefined ? null : present(data[name], place);
  };
const counted = (part: Parameters<Place['part']>[0]): Reading<PipelineDealsDeal> => {
  return (deal, place) => place.part(part, place.id('Deal', deal.id)).length || null;
};
const entries = (deal: PipelineDealsDeal, place: Place) => {
  const ids = place.part('activities', place.id('Deal', deal.id));
  return [...place.gateway.pipelinedeals.store.calendarEntries.values()].filter(({ id }) => ids.includes(id));
};
const newestMail = (isSent: boolean): Reading<PipelineDealsDeal> => {
  return (deal, place) => {
    const ids = place.part('mailMessages', place.id('Deal', deal.id));
    const mails = [...place.gateway.pipelinedeals.store.notes.values()].filter(
      ({ id, is_sent_message }) => ids.includes(id) && is_sent_message === isSent,
    );
    return mails.length === 0 ? null : time(Math.max(...mails.map(({ created_at }) => created_at)));
  };
};

const ATTRIBUTES: readonly Attribute[] = [
  { field: 'summary', pipedrive: 'ABSENT', pipelinedeals: ({ summary }) => summary },
  {
    field: 'health',
    of: 'name',
    pipedrive: 'ABSENT',
    pipelinedeals: ({ status }, place) => named(configuration(place).dealStatuses, status),
  },
  {
    field: 'lossReason',
    pipedrive: ({ lost_reason, status }) => (status === 'lost' ? lost_reason : null),
    pipelinedeals: ({ deal_loss_reason_id, deal_loss_reason_notes }, place) =>
      deal_loss_reason_notes === null ? named(configuration(place).lossReasons, deal_loss_reason_id)?.name : null,
  },
  {
    field: 'wonReason',
    pipedrive: 'ABSENT',
    pipelinedeals: ({ deal_won_reason_id, deal_won_reason_notes }, place) =>
      deal_won_reason_notes === null ? named(configuration(place).wonReasons, deal_won_reason_id)?.name : null,
  },
  {
    field: 'lossReasonNotes',
    pipedrive: 'ABSENT',
    pipelinedeals: ({ deal_loss_reason_notes }) => deal_loss_reason_notes,
  },
  {
    field: 'wonReasonNotes',
    given: ({ gateway }) => {
      const won = [...gateway.pipelinedeals.store.deals.values()].find((deal) => deal.deal_won_reason_id !== null);
      if (won) won.deal_won_reason_notes = 'They liked the pilot.';
    },
    pipedrive: 'ABSENT',
    pipelinedeals: ({ deal_won_reason_notes }) => deal_won_reason_notes,
  },
  {
    field: 'expectedCloseEvent',
    of: 'id subject',
    given: (place) => {
      const deal = place.dealWithMost('activities');
      const [entry = 0] = place.part('activities', deal);
      if (place.crm === 'pipelinedeals') pipelineDealsDeal(place, deal).expected_close_date_event_id = entry;
    },
    pipedrive: 'ABSENT',
    pipelinedeals: ({ expected_close_date_event_id: entry }, place) =>
      entry && {
        id: place.id('Activity', entry),
        subject: place.gateway.pipelinedeals.store.calendarEntries.get(entry)?.name,
      },
  },
  {
    field: 'source',
    of: 'name',
    pipedrive: 'ABSENT',
    pipelinedeals: ({ source_id }, place) => named(configuration(place).leadSources, source_id),
  },
  {
    field: 'collaborators',
    of: 'id',
    pipedrive: 'ABSENT',
    pipelinedeals: ({ shared_user_ids }, place) => shared_user_ids.map((user) => ({ id: place.id('User', user) })),
  },
  {
    field: 'address',
    of: 'city country',
    pipedrive: 'ABSENT',
    pipelinedeals: ({ city, country }) => (city === null ? null : { city, country }),
  },
  { field: 'importId', pipedrive: 'ABSENT', pipelinedeals: ({ import_id }) => import_id && String(import_id) },
  { field: 'visibility', pipedrive: ({ visible_to }) => visible_to, pipelinedeals: 'ABSENT' },
  {
    field: 'channel',
    of: 'name',
    pipedrive: ({ channel }, { gateway }) => {
      const field = gateway.pipedrive.store.fields.deal.find(({ field_code }) => field_code === 'channel');
      const label = field?.options?.find(({ id }) => id === channel)?.label;
      return label === undefined ? null : { name: label };
    },
    pipelinedeals: 'ABSENT',
  },
  { field: 'channelId', pipedrive: ({ channel_id }) => channel_id, pipelinedeals: 'ABSENT' },
  { field: 'origin', pipedrive: ({ origin }) => origin, pipelinedeals: 'ABSENT' },
  {
    field: 'originId',
    // Only what other programs create has one.
    given: (place) => {
      pipedriveDeal(place, place.sample().id).origin_id = 'app-7';
    },
    pipedrive: ({ origin_id }) => origin_id,
    pipelinedeals: 'ABSENT',
  },
  { field: 'acv', of: 'amount', pipedrive: ({ acv }) => amount(acv), pipelinedeals: 'ABSENT' },
  { field: 'arr', of: 'amount', pipedrive: ({ arr }) => amount(arr), pipelinedeals: 'ABSENT' },
  { field: 'mrr', of: 'amount', pipedrive: ({ mrr }) => amount(mrr), pipelinedeals: 'ABSENT' },
  { field: 'archivedAt', pipedrive: ({ archive_time }) => archive_time, pipelinedeals: 'ABSENT' },
  { field: 'stageChangedAt', pipedrive: ({ stage_change_time }) => stage_change_time, pipelinedeals: 'ABSENT' },
  { field: 'probability', ...common(({ probability }) => probability) },
  {
    field: 'weightedValue',
    of: 'amount',
    ...common((seen) =>
      seen.value && seen.weight < 100 && seen.probability !== null
        ? { amount: sum([seen], ({ weight }) => weight) }
        : null,
    ),
  },
  { field: 'closedAt', ...common(({ closedAt }) => closedAt) },
  { field: 'wonAt', ...common(({ wonAt }) => wonAt) },
  {
    field: 'closedOn',
    pipedrive: ({ local_close_date }) => local_close_date,
    pipelinedeals: ({ closed_time }) => (closed_time === null ? null : dayOf(closed_time)),
  },
  {
    field: 'wonOn',
    pipedrive: ({ local_won_date }) => local_won_date,
    pipelinedeals: ({ closed_time }, _place, { status }) =>
      status === 'WON' && closed_time ? dayOf(closed_time) : null,
  },
  {
    field: 'lostOn',
    pipedrive: ({ local_lost_date }) => local_lost_date,
    pipelinedeals: ({ closed_time }, _place, { status }) =>
      status === 'LOST' && closed_time ? dayOf(closed_time) : null,
  },
  { field: 'lostAt', ...common(({ status, closedAt }) => (status === 'LOST' ? closedAt : null)) },
  {
    field: 'labels',
    of: 'name',
    pipedrive: ({ label_ids }, { gateway }) => {
      const field = gateway.pipedrive.store.fields.deal.find(({ field_code }) => field_code === 'label_ids');
      return label_ids.map((label) => ({ name: field?.options?.find(({ id }) => id === label)?.label }));
    },
    pipelinedeals: ({ tag_ids }, place) =>
      configuration(place)
        .dealTags.filter(({ id }) => tag_ids.includes(id))
        .map(({ name }) => ({ name })),
  },
  {
    field: 'creator',
    of: 'id',
    pipedrive: ({ creator_user_id }, place) => ({ id: place.id('User', creator_user_id) }),
    pipelinedeals: ({ created_by_user_id }, place) => ({ id: place.id('User', created_by_user_id) }),
  },
  {
    field: 'url',
    pipedrive: ({ id }) => expect.stringMatching(new RegExp(`^https://.+/deal/${id}$`)),
    pipelinedeals: ({ id }) => expect.stringMatching(new RegExp(`^https://.+/deals/${id}$`)),
  },
  { field: 'raw', ...common(({ remoteId: id }) => expect.objectContaining({ id })) },
  {
    field: 'details.ageSeconds',
    ...common(({ createdAt, closedAt }) =>
      closedAt === null ? null : Math.floor((Date.parse(closedAt) - Date.parse(createdAt)) / 1_000),
    ),
  },
  {
    field: 'details.timeInStages',
    of: 'stage { id }',
    // A deal that came back to a stage is left to tests of its own.
    pipedrive: ({ id: deal }, place) => {
      const moves = [...place.gateway.pipedrive.store.fieldChanges.values()].filter(
        ({ deal_id, field_key }) => deal_id === deal && field_key === 'stage_id',
      );
      const stages = [moves[0]?.old_value, ...moves.map(({ new_value }) => new_value)];
      const isPlain = moves.length > 0 && new Set(stages).size === stages.length;
      return isPlain ? stages.map((stage) => ({ stage: { id: place.id('Stage', stage) } })) : null;
    },
    pipelinedeals: 'UNSUPPORTED',
  },
  { field: 'details.averageStageProgress', pipedrive: 'UNSUPPORTED', pipelinedeals: 'UNSUPPORTED' },
  { field: 'details.averageSecondsToWon', pipedrive: 'UNSUPPORTED', pipelinedeals: 'UNSUPPORTED' },
  { field: 'details.firstWonAt', pipedrive: included('first_won_time'), pipelinedeals: 'UNSUPPORTED' },
  {
    field: 'details.sourceLeadId',
    given: ({ gateway }) => {
      const [deal] = gateway.pipedrive.store.deals.keys();
      gateway.pipedrive.store.leadOrigins.set(deal ?? 0, 'adf21080-0e10-11eb-879b-05d71fb426ec');
    },
    pipedrive: included('source_lead_id'),
    pipelinedeals: 'UNSUPPORTED',
  },
  { field: 'details.mailAddress', pipedrive: included('smart_bcc_email'), pipelinedeals: 'UNSUPPORTED' },
  {
    field: 'details.nextActivity',
    of: 'id',
    pipedrive: included('next_activity_id', (activity, place) => ({ id: place.id('Activity', activity) })),
    pipelinedeals: async ({ id }, place) => {
      const { next_entry_id, next_task_id } = await place.own(`/deals/${id}`);
      const next = next_entry_id ?? next_task_id;
      return next && { id: place.id('Activity', next) };
    },
  },
  {
    field: 'details.lastActivity',
    of: 'id',
    pipedrive: included('last_activity_id', (activity, place) => ({ id: place.id('Activity', activity) })),
    pipelinedeals: (deal, place) => {
      const [last] = entries(deal, place)
        .filter(({ complete }) => complete)
        .toSorted((a, b) => (b.completed_at ?? 0) - (a.completed_at ?? 0));
      return last ? { id: place.id('Activity', last.id) } : null;
    },
  },
  {
    field: 'details.lastIncomingMailAt',
    pipedrive: included('last_incoming_mail_time'),
    pipelinedeals: newestMail(false),
  },
  {
    field: 'details.lastOutgoingMailAt',
    pipedrive: included('last_outgoing_mail_time'),
    pipelinedeals: newestMail(true),
  },
  {
    field: 'details.mailMessageCount',
    pipedrive: included('email_messages_count'),
    pipelinedeals: counted('mailMessages'),
  },
  { field: 'details.fileCount', pipedrive: included('files_count'), pipelinedeals: counted('files') },
  { field: 'details.noteCount', pipedrive: included('notes_count'), pipelinedeals: counted('notes') },
  { field: 'details.activityCount', pipedrive: included('activities_count'), pipelinedeals: counted('activities') },
  {
    field: 'details.doneActivityCount',
    pipedrive: included('done_activities_count'),
    pipelinedeals: (deal, place) => entries(deal, place).filter(({ complete }) => complete).length || null,
  },
  {
    field: 'details.undoneActivityCount',
    pipedrive: included('undone_activities_count'),
    pipelinedeals: (deal, place) => entries(deal, place).filter(({ complete }) => !complete).length || null,
  },
  { field: 'details.productCount', pipedrive: included('products_count'), pipelinedeals: counted('products') },
  { field: 'details.followerCount', pipedrive: included('followers_count'), pipelinedeals: counted('followers') },
  {
    field: 'details.participantCount',
    pipedrive: included('participants_count'),
    pipelinedeals: counted('participants'),
  },
];

/** What the deal reads by its own record. */
async function reading({ pipedrive, pipelinedeals }: Attribute, place: Place, seen: Expected): Promise<unknown> {
  if (place.crm === 'pipedrive') {
    return typeof pipedrive === 'function' ? pipedrive(pipedriveDeal(place, seen.id), place, seen) : null;
  }
  return typeof pipelinedeals === 'function' ? pipelinedeals(pipelineDealsDeal(place, seen.id), place, seen) : null;
}

/** A deal that has something in the field, archived or not; any deal where the CRM has no such field. */
async function sampleOf(attribute: Attribute, place: Place): Promise<Expected> {
  if (typeof attribute[place.crm] !== 'function') return place.sample();
  attribute.given?.(place);
  for (const seen of place.deals()) {
    const value = seen.status === 'DELETED' ? null : await reading(attribute, place, seen);
    if (value !== null && value !== undefined && value !== 0 && !(Array.isArray(value) && value.length === 0))
      return seen;
  }
  throw new Error(`no deal of ${place.crm} has ${attribute.field}`);
}

const DEAL_API = [v2('GET /deals/:id'), v3('GET /deals/:id'), withdrawn('GET /deals/:id', 'v2 reads a deal')];

function toOperation(attribute: Attribute): Operation {
  const { field, of } = attribute;
  const [name = '', detail] = field.split('.');
  const selected = `${detail ?? name}${of ? ` { ${of} }` : ''}`;
  const covered: CapabilityKey = `DEAL READ ${field}`;
  const expectation = (crm: 'pipedrive' | 'pipelinedeals'): Expectation => {
    const own = attribute[crm];
    if (own === 'ABSENT' || own === 'UNSUPPORTED') return own;
    return async (data, place, { id }) => {
      const seen = place.deals().find((deal) => deal.id === id);
      const value = await reading(attribute, place, seen as Expected);
      expect(detail === undefined ? data.deal[name] : data.deal[name][detail]).toEqual(value);
    };
  };
  return {
    name: `deal: read ${field}`,
    api: DEAL_API,
    covers: ['DEAL READ', covered],
    document: `query ($id: ID!) { deal(id: $id) { ${detail === undefined ? selected : `${name} { ${selected} }`} } }`,
    variables: async (place) => ({ id: (await sampleOf(attribute, place)).id }),
    expected: { pipedrive: expectation('pipedrive'), pipelinedeals: expectation('pipelinedeals') },
  };
}

/** Reading a deal, attribute by attribute. */
export const READING_DEALS: readonly Operation[] = [
  {
    name: 'deal: read',
    api: DEAL_API,
    covers: ['DEAL READ', 'DEAL READ status'],
    document: `query ($id: ID!) { deal(id: $id) {
      id title status isArchived stage { id } pipeline { id } owner { id } person { id } organization { id name }
      value { amount currency } expectedCloseDate createdAt updatedAt
    } }`,
    variables: (place) => ({ id: place.sample().id }),
    expected: onBoth((data, place) => {
      const { crm: _crm, remoteId: _id, stage, pipeline, owner, person, organization, ...seen } = place.sample();
      expect(data.deal).toEqual({
        id: seen.id,
        title: seen.title,
        status: seen.status,
        isArchived: seen.isArchived,
        value: seen.value,
        expectedCloseDate: seen.expectedCloseDate,
        createdAt: seen.createdAt,
        updatedAt: seen.updatedAt,
        stage: { id: stage },
        pipeline: { id: pipeline },
        owner: { id: owner },
        person: { id: person },
        organization: { id: organization, name: organizationName(place, organization) },
      });
    }),
  },
  {
    name: 'deals: read several by id, each at its place',
    api: [v2('GET /deals'), v3('GET /deals')],
    covers: ['DEAL READ'],
    document: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Deal { title } } }',
    variables: (place) => ({
      ids: place
        .listed()
        .slice(0, 40)
        .map(({ id }) => id)
        .toReversed(),
    }),
    expected: onBoth((data, place, { ids }) => {
      const titles = new Map(place.deals().map(({ id, title }) => [id, title]));
      expect(data.nodes).toEqual((ids as string[]).map((id) => ({ id, title: titles.get(id) })));
    }),
  },
  {
    name: 'deal: read a custom field of options in words',
    api: [...DEAL_API, kept(v2('GET /dealFields')), kept(v3('GET /admin/deal_custom_field_labels'))],
    covers: ['DEAL READ'],
    document: 'query ($id: ID!, $keys: [String!]) { deal(id: $id) { customFields(keys: $keys) { value text } } }',
    variables: (place) => {
      const { key } = optionField(place);
      const { id } = place.sample((deal) => customValues(place, deal.id).some(([own]) => own === key));
      return { id, keys: [key] };
    },
    expected: onBoth((data, place, { id }) => {
      const { key, options } = optionField(place);
      const [, chosen] = customValues(place, id).find(([own]) => own === key) ?? [];
      const option = options.find((one) => one.id === Number(chosen));
      expect(option).toBeDefined();
      expect(data.deal.customFields.map(({ text }: Data) => text)).toEqual([option?.label]);
    }),
  },
  {
    name: 'deal: read its custom fields',
    api: [...DEAL_API, kept(v2('GET /dealFields')), kept(v3('GET /admin/deal_custom_field_labels'))],
    covers: ['DEAL READ'],
    document: 'query ($id: ID!) { deal(id: $id) { customFields { key label value } } }',
    variables: (place) => ({ id: place.sample((deal) => customValues(place, deal.id).length > 2).id }),
    expected: onBoth((data, place, { id }) => {
      const filled = data.deal.customFields.filter(({ value }: Data) => value !== null);
      expect(filled.map(({ key }: Data) => key)).toEqual(
        expect.arrayContaining(customValues(place, id).map(([key]) => key)),
      );
      for (const [key, value] of customValues(place, id)) {
        const { label, value: read } = filled.find((field: Data) => field.key === key);
        expect(label).toBe(customLabel(place, key));
        if (typeof value !== 'object') expect(comparable(read)).toBe(comparable(value));
      }
    }),
  },
  ...ATTRIBUTES.map(toOperation),
];

/** A custom field that is one of several options. */
function optionField({ crm, gateway }: Place): { key: string; options: readonly { id: number; label: string }[] } {
  if (crm === 'pipedrive') {
    const field = gateway.pipedrive.store.fields.deal.find((one) => one.is_custom_field && one.field_type === 'enum');
    return { key: field?.field_code ?? '', options: (field?.options ?? []) as { id: number; label: string }[] };
  }
  const label = gateway.pipelinedeals.store.configuration.labels.deal.find((one) => one.field_type === 'dropdown');
  return {
    key: `custom_label_${label?.id}`,
    options: (label?.entries ?? []).map(({ id, name }) => ({ id, label: name })),
  };
}

function organizationName({ crm, gateway }: Place, id: string | null): string | undefined {
  const { pipedrive, pipelinedeals } = gateway;
  const organizations = crm === 'pipedrive' ? pipedrive.store.organizations : pipelinedeals.store.companies;
  return organizations.get(remoteId(id))?.name;
}

function customValues(place: Place, id: unknown): readonly (readonly [key: string, value: unknown])[] {
  const fields =
    place.crm === 'pipedrive' ? pipedriveDeal(place, id).custom_fields : pipelineDealsDeal(place, id).custom_fields;
  return Object.entries(fields).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
}

/** Numbers come as texts of any precision, days with either separator. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}\/\d\d\/\d\d$/.test(value)) return value.replaceAll('/', '-');
  const number = typeof value === 'boolean' || value === '' ? Number.NaN : Number(value);
  return Number.isNaN(number) ? value : number;
}

function customLabel({ crm, gateway }: Place, key: string): string | undefined {
  const { pipedrive, pipelinedeals } = gateway;
  return crm === 'pipedrive'
    ? pipedrive.store.fields.deal.find(({ field_code }) => field_code === key)?.field_name
    : pipelinedeals.store.configuration.labels.deal.find(({ id }) => key === `custom_label_${id}`)?.name;
}
