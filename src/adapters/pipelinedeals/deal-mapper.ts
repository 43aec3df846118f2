import type { Activity } from '../../domain/activity.ts';
import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Link } from '../../domain/ref.ts';
import type { Stage } from '../../domain/stage.ts';
import type { User } from '../../domain/user.ts';
import {
  boolean,
  dateOrNull,
  id,
  idOrNull,
  instantOrNull,
  isWire,
  numberOrNull,
  objectOrNull,
  text,
  textOrNull,
  type Wire,
  withoutSecrets,
} from '../wire.ts';
import { type Account, currencyCode } from './account.ts';
import { toAddress } from './address.ts';
import { dealFollowers } from './deal-followers.ts';
import { dealPeople, primaryContact } from './deal-people.ts';
import { dealProducts } from './deal-products.ts';
import { amount, closedTime, dealStatus, embeddedPercent, reason } from './deal-wire.ts';
import { embeddedDetails } from './embedded-details.ts';
import { lightOf, sourceOf, tagsOf } from './labels.ts';
import { embedded, link, namedLink } from './links.ts';
import type { Pipelines } from './pipelines.ts';
import type { RecordMapper } from './records.ts';
import type { Stages } from './stages.ts';
import { parseTime } from './time.ts';

/** What deals leave open and the account's settings tell. */
interface Background {
  readonly currency: string | null;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly defaultPipeline: Pipeline | null;
}

/** Prepares the mapping of deals. Only what these deals leave open is asked for, and kept. */
export async function dealMapper(
  account: Account,
  stages: Stages,
  pipelines: Pipelines,
  values: readonly unknown[],
  call: Call,
): Promise<RecordMapper<Deal>> {
  const deals = values.filter(isWire);
  const [currency, known, defaultPipeline] = await Promise.all([
    deals.some(needsCurrency) ? account.currency(call) : null,
    deals.some((deal) => !tellsPipeline(deal) || needsPercent(deal)) ? stages.all(call) : [],
    deals.every(tellsPipeline) ? null : pipelines.default(call),
  ]);
  const background = { currency, stages: new Map(known.map((stage) => [stage.ref.id, stage])), defaultPipeline };
  return (wire, whole) => toDeal(account.crm, wire, whole, background);
}

function toDeal(crm: string, wire: Wire, whole: boolean, background: Background): Deal {
  const pipeline = toPipeline(crm, wire, background);
  const percent = stagePercent(wire, background);
  const status = dealStatus(wire, percent);
  const closedAt = status === 'OPEN' ? null : closedTime(wire);
  // The server tells the time in the zone of the key's user, so its day is theirs.
  const closedOn = status === 'OPEN' ? null : dateOrNull(wire, 'closed_time');
  const closeEvent = idOrNull(wire, 'expected_close_date_event_id');
  const followers = dealFollowers(crm, wire);
  return {
    ref: { crm, type: 'Deal', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => (whole ? withoutSecrets(wire) : undefined),
    title: text(wire, 'name'),
    summary: textOrNull(wire, 'summary'),
    value: toMoney(wire, background),
    status,
    health: lightOf(crm, wire),
    probability: numberOrNull(wire, 'probability'),
    inheritsProbability: false,
    lossReason: reason(wire, 'deal_loss_reason'),
    wonReason: reason(wire, 'deal_won_reason'),
    lossReasonNotes: textOrNull(wire, 'deal_loss_reason_notes') || null,
    wonReasonNotes: textOrNull(wire, 'deal_won_reason_notes') || null,
    isArchived: boolean(wire, 'is_archived', false),
    archivedAt: null,
    visibility: null,
    stage: toStage(crm, wire, pipeline, percent),
    pipeline,
    owner: namedLink<User>(crm, 'User', embedded(wire, 'user_id', 'user')),
    creator: namedLink<User>(crm, 'User', embedded(wire, 'created_by_user_id', 'created_by_user')),
    collaborators: followers?.map(({ user }) => user) ?? null,
    person: primaryContact(crm, wire),
    organization: namedLink<Organization>(crm, 'Organization', embedded(wire, 'company_id', 'company')),
    expectedCloseDate: dateOrNull(wire, 'expected_close_date'),
    expectedCloseEvent: closeEvent === null ? null : link<Activity>(crm, 'Activity', closeEvent, {}),
    closedAt,
    wonAt: status === 'WON' ? closedAt : null,
    lostAt: status === 'LOST' ? closedAt : null,
    closedOn,
    wonOn: status === 'WON' ? closedOn : null,
    lostOn: status === 'LOST' ? closedOn : null,
    stageChangedAt: null,
    labels: tagsOf(crm, wire),
    source: sourceOf(crm, wire),
    channel: null,
    channelId: null,
    origin: null,
    originId: null,
    importId: idOrNull(wire, 'import_id'),
    address: toAddress(wire),
    acv: null,
    arr: null,
    mrr: null,
    products: dealProducts(crm, wire),
    people: dealPeople(crm, wire),
    followers,
    details: embeddedDetails(crm, wire),
    customValues: objectOrNull(wire, 'custom_fields') ?? {},
  };
}

function toMoney(wire: Wire, { currency: accountCurrency }: Background): Deal['value'] {
  const value = amount(wire);
  const currency = currencyCode(wire) ?? accountCurrency;
  return value === null || currency === null ? null : { amount: value, currency };
}

function toStage(crm: string, wire: Wire, pipeline: Link<Pipeline> | null, percent: number | null): Link<Stage> | null {
  const stage = namedLink<Stage>(crm, 'Stage', embedded(wire, 'deal_stage_id', 'deal_stage'));
  if (stage === null) return null;
  return link<Stage>(crm, 'Stage', stage.ref.id, {
    ...stage.known,
    ...(percent !== null && { probability: percent }),
    ...(pipeline !== null && { pipeline }),
  });
}

/** Deals of the older dialect tell no pipeline: it is their stage's, or the default. */
function toPipeline(crm: string, wire: Wire, { stages, defaultPipeline }: Background): Link<Pipeline> | null {
  if (tellsPipeline(wire)) {
    const reference = embedded(wire, 'deal_pipeline_id', 'deal_pipeline');
    const pipeline = namedLink<Pipeline>(crm, 'Pipeline', reference);
    if (pipeline === null || typeof reference?.stub.default !== 'boolean') return pipeline;
    return link<Pipeline>(crm, 'Pipeline', pipeline.ref.id, { ...pipeline.known, isDefault: reference.stub.default });
  }
  const stage = stages.get(stageId(wire) ?? '');
  return stage?.pipeline ?? (defaultPipeline && { ref: defaultPipeline.ref, known: defaultPipeline });
}

function stagePercent(wire: Wire, { stages }: Background): number | null {
  return embeddedPercent(wire) ?? stages.get(stageId(wire) ?? '')?.probability ?? null;
}

function stageId(wire: Wire): string | null {
  return embedded(wire, 'deal_stage_id', 'deal_stage')?.id ?? null;
}

function needsCurrency(wire: Wire): boolean {
  const amountKey = wire.value === undefined ? wire.value_in_cents : wire.value;
  return amountKey !== undefined && amountKey !== null && currencyCode(wire) === null;
}

function tellsPipeline(wire: Wire): boolean {
  return wire.deal_pipeline_id !== undefined || wire.deal_pipeline !== undefined;
}

function needsPercent(wire: Wire): boolean {
  return wire.deal_stage_id !== undefined && wire.deal_stage_id !== null && !hasPercent(wire.deal_stage);
}

function hasPercent(stage: unknown): boolean {
  return isWire(stage) && stage.percent !== undefined && stage.percent !== null;
}
