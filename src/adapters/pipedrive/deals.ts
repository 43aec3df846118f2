import type { Call } from '../../domain/call.ts';
import type { Found, Repository } from '../../domain/crm-adapter.ts';
import type { Deal, DealStatus, Label } from '../../domain/deal.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Money } from '../../domain/money.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Stage } from '../../domain/stage.ts';
import type { User } from '../../domain/user.ts';
import {
  boolean,
  dateOrNull,
  decimalOrNull,
  id,
  ids,
  instantOrNull,
  numberOrNull,
  objectOrNull,
  oneOf,
  text,
  textOrNull,
  type Wire,
} from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull, linkTo } from './links.ts';
import { inChunks, isDeleted, type RecordKind, readChunk, readOne, recordFacts } from './records.ts';
import { parseTime } from './times.ts';

const STATUS: Readonly<Record<string, DealStatus>> = { open: 'OPEN', won: 'WON', lost: 'LOST', deleted: 'DELETED' };

/** Maps a deal of v2. More keys may be null than Pipedrive's schema declares: real answers have them so. */
export function toDeal(crm: string, wire: Wire): Deal {
  return {
    ref: { crm, type: 'Deal', id: id(wire) },
    ...recordFacts(wire),
    title: text(wire, 'title'),
    summary: null,
    value: toMoney(wire),
    status: isDeleted(wire) ? 'DELETED' : oneOf(wire, 'status', STATUS),
    health: null,
    probability: numberOrNull(wire, 'probability'),
    inheritsProbability: true,
    lossReason: textOrNull(wire, 'lost_reason'),
    isArchived: boolean(wire, 'is_archived', false),
    stage: linkOrNull<Stage>(crm, 'Stage', wire, 'stage_id'),
    pipeline: linkOrNull<Pipeline>(crm, 'Pipeline', wire, 'pipeline_id'),
    owner: linkOrNull<User>(crm, 'User', wire, 'owner_id'),
    person: linkOrNull<Person>(crm, 'Person', wire, 'person_id'),
    organization: linkOrNull<Organization>(crm, 'Organization', wire, 'org_id'),
    expectedCloseDate: dateOrNull(wire, 'expected_close_date'),
    closedAt: instantOrNull(wire, 'close_time', parseTime),
    wonAt: instantOrNull(wire, 'won_time', parseTime),
    lostAt: instantOrNull(wire, 'lost_time', parseTime),
    stageChangedAt: instantOrNull(wire, 'stage_change_time', parseTime),
    labels: ids(wire, 'label_ids').map((label) => linkTo<Label>(crm, 'Label', label)),
    products: null,
    people: null,
    customValues: objectOrNull(wire, 'custom_fields') ?? {},
  };
}

const DEAL: RecordKind<Deal> = { what: 'deal', one: ENDPOINTS.deal, list: ENDPOINTS.deals, map: toDeal };

/**
 * Deals by id, archived ones included: a deal's own endpoint finds them, `ids=` of the ordinary collection does not,
 * so what is missing there is looked for once more.
 */
export function createDealRepository(api: PipedriveApi): Repository<Deal> {
  return {
    async getMany(ids, call) {
      const settled = new Set<string>();
      const live = await inChunks(ids, (chunk) => {
        if (chunk.length === 1) for (const alone of chunk) settled.add(alone);
        return readChunk(api, DEAL, ENDPOINTS.deals, chunk, call);
      });
      const missing = ids.filter((missingId) => !live.has(missingId) && !settled.has(missingId));
      for (const [foundId, deal] of await readArchived(api, missing, call)) live.set(foundId, deal);
      return live;
    },
    getWhole: (dealId, call) => readOne(api, DEAL, dealId, call),
  };
}

/** What fails here fails at the ids it was about: the other deals have been read already. */
async function readArchived(api: PipedriveApi, ids: readonly string[], call: Call): Promise<Found<Deal>> {
  try {
    return await inChunks(ids, (chunk) => readChunk(api, DEAL, ENDPOINTS.archivedDeals, chunk, call));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return new Map(ids.map((missing) => [missing, error]));
  }
}

function toMoney(wire: Wire): Money | null {
  const amount = decimalOrNull(wire, 'value');
  return amount === null ? null : { amount, currency: text(wire, 'currency') };
}
