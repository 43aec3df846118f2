import type { Call } from '../../domain/call.ts';
import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Deal, DealStatus, Label } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Money } from '../../domain/money.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Found, Repository } from '../../domain/repository.ts';
import type { Stage } from '../../domain/stage.ts';
import type { User } from '../../domain/user.ts';
import { readLot } from '../lot.ts';
import {
  boolean,
  dateOrNull,
  decimalOrNull,
  id,
  ids,
  instantOrNull,
  numberOrNull,
  oneOf,
  text,
  textOrNull,
  type Wire,
} from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { channelOf } from './labels.ts';
import { linkOrNull, linkTo } from './links.ts';
import {
  createdAt,
  customValues,
  isDeleted,
  lotOf,
  type RecordKind,
  rawOf,
  readOne,
  updatedAt,
  withCustomFields,
} from './records.ts';
import { parseTime } from './times.ts';

const STATUS: Readonly<Record<string, DealStatus>> = { open: 'OPEN', won: 'WON', lost: 'LOST', deleted: 'DELETED' };

/** Maps a deal of v2. More keys may be null than Pipedrive's schema declares: real answers have them so. */
export function toDeal(crm: string, wire: Wire, customFields: CustomFieldKeys = null): Deal {
  return {
    ref: { crm, type: 'Deal', id: id(wire) },
    createdAt: createdAt(wire),
    updatedAt: updatedAt(wire),
    raw: rawOf(wire, customFields),
    title: text(wire, 'title'),
    summary: null,
    value: toMoney(wire, 'value'),
    status: isDeleted(wire) ? 'DELETED' : oneOf(wire, 'status', STATUS),
    health: null,
    probability: numberOrNull(wire, 'probability'),
    inheritsProbability: true,
    lossReason: textOrNull(wire, 'lost_reason'),
    wonReason: null,
    lossReasonNotes: null,
    wonReasonNotes: null,
    isArchived: boolean(wire, 'is_archived', false),
    archivedAt: instantOrNull(wire, 'archive_time', parseTime),
    visibility: numberOrNull(wire, 'visible_to'),
    stage: linkOrNull<Stage>(crm, 'Stage', wire, 'stage_id'),
    pipeline: linkOrNull<Pipeline>(crm, 'Pipeline', wire, 'pipeline_id'),
    owner: linkOrNull<User>(crm, 'User', wire, 'owner_id'),
    creator: linkOrNull<User>(crm, 'User', wire, 'creator_user_id'),
    collaborators: null,
    person: linkOrNull<Person>(crm, 'Person', wire, 'person_id'),
    organization: linkOrNull<Organization>(crm, 'Organization', wire, 'org_id'),
    expectedCloseDate: dateOrNull(wire, 'expected_close_date'),
    expectedCloseEvent: null,
    closedAt: instantOrNull(wire, 'close_time', parseTime),
    wonAt: instantOrNull(wire, 'won_time', parseTime),
    lostAt: instantOrNull(wire, 'lost_time', parseTime),
    closedOn: dateOrNull(wire, 'local_close_date'),
    wonOn: dateOrNull(wire, 'local_won_date'),
    lostOn: dateOrNull(wire, 'local_lost_date'),
    stageChangedAt: instantOrNull(wire, 'stage_change_time', parseTime),
    labels: ids(wire, 'label_ids').map((label) => linkTo<Label>(crm, 'Label', label)),
    source: null,
    channel: channelOf(crm, wire),
    channelId: wordsOrNull(wire, 'channel_id'),
    origin: textOrNull(wire, 'origin'),
    originId: wordsOrNull(wire, 'origin_id'),
    importId: null,
    address: null,
    acv: toMoney(wire, 'acv'),
    arr: toMoney(wire, 'arr'),
    mrr: toMoney(wire, 'mrr'),
    products: null,
    people: null,
    followers: null,
    customValues: customValues(wire, customFields),
  };
}

const DEAL: RecordKind<Deal> = { what: 'deal', one: ENDPOINTS.deal, list: ENDPOINTS.deals, map: toDeal };

export function createDealRepository(api: PipedriveApi): Repository<Deal> {
  return {
    getMany: (ids, call, customFields = null) => readDeals(api, withCustomFields(api, DEAL, customFields), ids, call),
    getWhole: (dealId, call) => readOne(api, DEAL, dealId, call),
  };
}

/**
 * What deals tell, by id, archived ones included: a deal's own endpoint finds them, `ids=` of the ordinary collection
 * does not, so what is missing there is looked for once more.
 */
export function readDeals<T>(
  api: PipedriveApi,
  kind: RecordKind<T>,
  ids: readonly string[],
  call: Call,
): Promise<Found<T>> {
  const readMissing = (missing: readonly string[], own: Call) => readArchived(api, kind, missing, own);
  return api.loads.read({ ...lotOf(api, kind), readMissing }, ids, call);
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

/** An amount in the deal's currency. */
function toMoney(wire: Wire, key: string): Money | null {
  const amount = decimalOrNull(wire, key);
  return amount === null ? null : { amount, currency: text(wire, 'currency') };
}

/** Ids of other systems are free text that may look like numbers. */
function wordsOrNull(wire: Wire, key: string): string | null {
  const value = wire[key];
  return typeof value === 'number' ? String(value) : textOrNull(wire, key);
}
