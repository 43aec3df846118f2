import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealPatch } from '../../domain/deal-writes.ts';
import type { Account } from './account.ts';
import { customFieldsToWrite } from './custom-field-writes.ts';
import type { DealPlace } from './deal-place.ts';
import type { Fields } from './fields.ts';
import type { Labels } from './labels.ts';
import type { LossReasons } from './loss-reasons.ts';
import { invalid, unsupported } from './write-errors.ts';

export interface AttributeTools {
  readonly account: Account;
  readonly fields: Fields;
  readonly labels: Labels;
  readonly lossReasons: LossReasons;
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
  const { account, place, fields } = tools;
  if (given.currency !== undefined) await checkCurrency(account, given.currency, call);
  const parts = await Promise.all([
    place.toWrite(given, target.deal, call),
    given.health === undefined ? {} : healthToWrite(tools, given.health, call),
    given.lossReason === undefined ? {} : lossReasonToWrite(tools, given.lossReason, target.isNew, call),
    given.customFields === undefined
      ? {}
      : { custom_fields: await customFieldsToWrite(account.crm, fields, given.customFields, call) },
  ]);
  return Object.assign({}, plainAttributes(given), ...parts);
}

function plainAttributes(given: DealPatch): Body {
  return withoutAbsent({
    name: given.title,
    summary: given.summary,
    value: given.value,
    user_id: numeric(given.owner),
    primary_contact_id: numeric(given.person),
    company_id: numeric(given.organization),
    expected_close_date: given.expectedCloseDate,
    is_archived: given.isArchived,
  });
}

/** Ids are numbers on the wire. */
function numeric(id: string | null | undefined): number | null | undefined {
  return id === undefined || id === null ? id : Number(id);
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

async function healthToWrite({ account, labels }: AttributeTools, health: string | null, call: Call): Promise<Body> {
  if (health === null) return { status: null };
  const lights = await labels.lights(call);
  const light =
    lights.find(({ label }) => label.name === health) ??
    lights.find(({ label }) => label.name.toLowerCase() === health.toLowerCase());
  if (light !== undefined) return { status: light.status };
  const names = lights.map(({ label }) => label.name).join(', ');
  throw invalid(account.crm, `there is no status light "${health}", only ${names}`, ['health']);
}

/** A reason the account offers is chosen by id; other words go beside it, where a chosen one would hide them. */
async function lossReasonToWrite(
  { lossReasons }: AttributeTools,
  reason: string | null,
  isNew: boolean,
  call: Call,
): Promise<Body> {
  if (reason === null) return { deal_loss_reason_id: null, deal_loss_reason_notes: null };
  const id = await lossReasons.idOf(reason, call);
  if (id !== null) return { deal_loss_reason_id: Number(id) };
  return { ...(!isNew && { deal_loss_reason_id: null }), deal_loss_reason_notes: reason };
}
