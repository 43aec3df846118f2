import type { Call } from '../../domain/call.ts';
import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Deal, DealStatus, Label } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Found, Repository } from '../../domain/repository.ts';
import type { Stage } from '../../domain/stage.ts';
import type { User } from '../../domain/user.ts';
import { type Lot, readLot } from '../lot.ts';
import { mapperOf } from '../mapped-record.ts';
import {
  asBoolean,
  asDateOrNull,
  asDecimalOrNull,
  asIdOrNull,
  asIds,
  asNumberOrNull,
  asOneOf,
  asText,
  asTextOrNull,
  type Wire,
  type WireDecimal,
  type WireId,
} from '../values.ts';
import { id } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { CUSTOM_VALUES, link, links, money, RECORD_FACTS, time, UNTOLD } from './attributes.ts';
import { ENDPOINTS } from './endpoints.ts';
import { channelOf } from './labels.ts';
import { isDeleted, Lots, lotOf, type RecordKind, readOne, withCustomFields } from './records.ts';

const STATUS: Readonly<Record<string, DealStatus>> = { open: 'OPEN', won: 'WON', lost: 'LOST', deleted: 'DELETED' };

/** What decides which are asked for, and in which order. */
export const VITAL_OF_DEALS = [
  'title',
  'value',
  'status',
  'probability',
  'isArchived',
  'stage',
  'pipeline',
  'owner',
  'person',
  'organization',
  'expectedCloseDate',
  'createdAt',
  'updatedAt',
  'closedAt',
  'customValues',
] as const;

const mapDeal = mapperOf<Deal>(VITAL_OF_DEALS, {
  ...RECORD_FACTS,
  title: ({ title }) => asText(title, 'title'),
  summary: UNTOLD,
  value: money((wire) => amount(wire.value, 'value', wire)),
  status: (wire) => (isDeleted(wire) ? 'DELETED' : asOneOf(wire.status, 'status', STATUS)),
  health: UNTOLD,
  probability: ({ probability }) => asNumberOrNull(probability, 'probability'),
  inheritsProbability: { always: true },
  lossReason: ({ lost_reason }) => asTextOrNull(lost_reason, 'lost_reason'),
  wonReason: UNTOLD,
  lossReasonNotes: UNTOLD,
  wonReasonNotes: UNTOLD,
  isArchived: ({ is_archived }) => asBoolean(is_archived, 'is_archived', false),
  archivedAt: ({ archive_time }) => time(archive_time, 'archive_time'),
  visibility: ({ visible_to }) => asNumberOrNull(visible_to, 'visible_to'),
  stage: link<Stage>('Stage', ({ stage_id }) => asIdOrNull(stage_id, 'stage_id')),
  pipeline: link<Pipeline>('Pipeline', ({ pipeline_id }) => asIdOrNull(pipeline_id, 'pipeline_id')),
  owner: link<User>('User', ({ owner_id }) => asIdOrNull(owner_id, 'owner_id')),
  creator: link<User>('User', ({ creator_user_id }) => asIdOrNull(creator_user_id, 'creator_user_id')),
  collaborators: UNTOLD,
  person: link<Person>('Person', ({ person_id }) => asIdOrNull(person_id, 'person_id')),
  organization: link<Organization>('Organization', ({ org_id }) => asIdOrNull(org_id, 'org_id')),
  expectedCloseDate: ({ expected_close_date }) => asDateOrNull(expected_close_date, 'expected_close_date'),
  expectedCloseEvent: UNTOLD,
  closedAt: ({ close_time }) => time(close_time, 'close_time'),
  wonAt: ({ won_time }) => time(won_time, 'won_time'),
  lostAt: ({ lost_time }) => time(lost_time, 'lost_time'),
  closedOn: ({ local_close_date }) => asDateOrNull(local_close_date, 'local_close_date'),
  wonOn: ({ local_won_date }) => asDateOrNull(local_won_date, 'local_won_date'),
  lostOn: ({ local_lost_date }) => asDateOrNull(local_lost_date, 'local_lost_date'),
  stageChangedAt: ({ stage_change_time }) => time(stage_change_time, 'stage_change_time'),
  labels: links<Label>('Label', ({ label_ids }) => asIds(label_ids, 'label_ids')),
  source: UNTOLD,
  channel: {
    told: ({ channel }) => asIdOrNull(channel, 'channel'),
    make: (channel: WireId | null, crm) => (channel === null ? null : channelOf(crm, channel)),
  },
  channelId: ({ channel_id }) => asWordsOrNull(channel_id, 'channel_id'),
  origin: ({ origin }) => asTextOrNull(origin, 'origin'),
  originId: ({ origin_id }) => asWordsOrNull(origin_id, 'origin_id'),
  importId: UNTOLD,
  address: UNTOLD,
  acv: money((wire) => amount(wire.acv, 'acv', wire)),
  arr: money((wire) => amount(wire.arr, 'arr', wire)),
  mrr: money((wire) => amount(wire.mrr, 'mrr', wire)),
  products: UNTOLD,
  people: UNTOLD,
  followers: UNTOLD,
  customValues: CUSTOM_VALUES,
});

/** Maps a deal of v2. More keys may be null than Pipedrive's schema declares: real answers have them so. */
export function toDeal(crm: string, wire: Wire, customFields: CustomFieldKeys = null): Deal {
  return mapDeal({ crm, type: 'Deal', id: id(wire) }, wire, customFields);
}

const DEAL: RecordKind<Deal> = { what: 'deal', one: ENDPOINTS.deal, list: ENDPOINTS.deals, map: toDeal };

export function createDealRepository(api: PipedriveApi): Repository<Deal> {
  const lots = new Lots<Deal>((kind) => lotOfKind(api, kind));
  return {
    getMany: (ids, call, customFields = null) =>
      api.loads.read(lots.of(withCustomFields(api, DEAL, customFields)), ids, call),
    getWhole: (dealId, call) => readOne(api, DEAL, dealId, call),
  };
}

/** What deals tell, by id, archived ones included. */
export function readDeals<T>(
  api: PipedriveApi,
  kind: RecordKind<T>,
  ids: readonly string[],
  call: Call,
): Promise<Found<T>> {
  return api.loads.read(lotOfKind(api, kind), ids, call);
}

/**
 * A deal's own endpoint finds archived ones, `ids=` of the ordinary collection does not, so what is missing there is
 * looked for once more.
 */
function lotOfKind<T>(api: PipedriveApi, kind: RecordKind<T>): Lot<T> {
  return { ...lotOf(api, kind), readMissing: (missing, call) => readArchived(api, kind, missing, call) };
}

/** What fails here fails at the ids it was about: the other deals have been read already. */
async function readArchived<T>(
  api: PipedriveApi,
  kind: RecordKind<T>,
  ids: readonly string[],
  call: Call,
): Promise<Found<T>> {
  try {
    return await readLot(lotOf(api, kind, ENDPOINTS.archivedDeals), ids, call);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return new Map(ids.map((missing) => [missing, error]));
  }
}

/** An amount, which has a currency where there is one. */
function amount(value: unknown, key: string, { currency }: Wire): WireDecimal | null {
  const told = asDecimalOrNull(value, key);
  if (told !== null) asText(currency, 'currency');
  return told;
}

/** Ids of other systems are free text that may look like numbers. */
function asWordsOrNull(value: unknown, key: string): string | null {
  return typeof value === 'number' ? String(value) : asTextOrNull(value, key);
}
