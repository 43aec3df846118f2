import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealPatch } from '../../domain/deal-writes.ts';
import type { Instant } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { addressToWrite } from './address.ts';
import { closingTimeToWrite } from './closing-time.ts';
import { customFieldsToWrite } from './custom-field-writes.ts';
import type { DealPlace } from './deal-place.ts';
import type { Fields } from './fields.ts';
import type { Labels } from './labels.ts';
import type { Reasons } from './reasons.ts';
import { formatTime } from './time.ts';
import type { TodoTemplates } from './todo-templates.ts';
import { invalid, unsupported } from './write-errors.ts';

export interface AttributeTools {
  readonly account: Account;
  readonly fields: Fields;
  readonly labels: Labels;
  readonly lossReasons: Reasons;
  readonly wonReasons: Reasons;
  readonly todoTemplates: TodoTemplates;
  readonly place: DealPlace;
}

/** The deal that is written on, as it is where that matters. */
export interface Target {
  readonly isNew: boolean;
  readonly deal: Deal | null;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * The `deal` object to send: what was given and nothing else, `null` where it is to be cleared. Refuses what cannot
 * be written, before anything is.
 */
export async function attributesToWrite(
  tools: AttributeTools,
  given: DealPatch,
  target: Target,
  call: Call,
): Promise<Body> {
  const { account, place, lossReasons, wonReasons } = tools;
  const closing = closingTimeToWrite(account.crm, given, target.deal);
  if (given.currency !== undefined) await checkCurrency(account, given.currency, call);
  const parts = await Promise.all([
    place.toWrite(given, target.deal, call),
    healthToWrite(tools, given.health, call),
    lossReasons.toWrite(given, target.isNew, call),
    wonReasons.toWrite(given, target.isNew, call),
    labelsToWrite(tools, given.labels, call),
    sourceToWrite(tools, given.source, call),
    ownFieldsToWrite(tools, given.customFields, call),
  ]);
  return Object.assign({}, plainAttributes(given), ...parts, closing);
}

function plainAttributes(given: DealPatch): Body {
  return withoutAbsent({
    name: given.title,
    summary: given.summary,
    value: given.value,
    user_id: numeric(given.owner),
    primary_contact_id: numeric(given.person),
    company_id: numeric(given.organization),
    company_name: given.organizationName,
    expected_close_date: given.expectedCloseDate,
    is_archived: given.isArchived,
    created_at: timeOf(given.createdAt),
    updated_at: timeOf(given.updatedAt),
    shared_user_ids: given.collaborators?.map(Number),
    ...(given.address !== undefined && addressToWrite(given.address)),
  });
}

/** Ids are numbers on the wire. */
function numeric(id: string | null | undefined): number | null | undefined {
  return id === undefined || id === null ? id : Number(id);
}

function timeOf(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : formatTime(instant);
}

function withoutAbsent(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** The API does not write currencies; naming the one a value has anyway changes nothing. */
async function checkCurrency(account: Account, currency: string, call: Call): Promise<void> {
  const own = await account.currency(call);
  if (currency.toUpperCase() === own) return;
  throw unsupported(account.crm, `a deal's value is in the account's currency ${own}`, ['currency']);
}

async function healthToWrite(
  { account, labels }: AttributeTools,
  health: DealPatch['health'],
  call: Call,
): Promise<Body> {
  if (health === undefined) return {};
  if (health === null) return { status: null };
  const lights = await labels.lights(call);
  const light =
    lights.find(({ label }) => label.name === health) ??
    lights.find(({ label }) => label.name.toLowerCase() === health.toLowerCase());
  if (light !== undefined) return { status: light.status };
  const names = lights.map(({ label }) => label.name).join(', ');
  throw invalid(account.crm, `there is no status light "${health}", only ${names}`, ['health']);
}

async function labelsToWrite({ labels }: AttributeTools, given: DealPatch['labels'], call: Call): Promise<Body> {
  return given === undefined ? {} : { tag_ids: await labels.chooseTags(given, call) };
}

async function sourceToWrite({ labels }: AttributeTools, source: DealPatch['source'], call: Call): Promise<Body> {
  if (source === undefined) return {};
  return { source_id: source && (await labels.chooseSource(source, call)) };
}

async function ownFieldsToWrite(
  { account, fields }: AttributeTools,
  writes: DealPatch['customFields'],
  call: Call,
): Promise<Body> {
  return writes === undefined ? {} : { custom_fields: await customFieldsToWrite(account.crm, fields, writes, call) };
}
