import { dateOrNull, isWire, type Wire } from '../wire.ts';
import { amount } from './deal-wire.ts';

/** Attributes that belong together: they are filled as a whole, and only where all of them are empty. */
const GROUPS: readonly (readonly string[])[] = [
  ['summary'],
  ['user_id'],
  ['status'],
  ['source_id'],
  ['company_id'],
  ['primary_contact_id'],
  ['address_1', 'address_2', 'city', 'state', 'postal_code', 'country'],
  ['deal_loss_reason_id', 'deal_loss_reason_notes'],
  ['deal_won_reason_id', 'deal_won_reason_notes'],
];

/** Lists of ids of which the winner gets everyone's. */
const UNITED = ['person_ids', 'shared_user_ids', 'tag_ids'] as const;

/**
 * What the winner of a merge gets from the loser: its empty attributes filled, its lists united. Name, pipeline,
 * stage and probability stay the winner's, empty or not: together they say what the deal is. Empty when there is
 * nothing to fill.
 */
export function mergePatch(winner: Wire, loser: Wire): Readonly<Record<string, unknown>> {
  return {
    ...filledGroups(winner, loser),
    ...filledValues(winner, loser),
    ...united(winner, loser),
    ...customFields(winner, loser),
  };
}

function filledGroups(winner: Wire, loser: Wire): Readonly<Record<string, unknown>> {
  const filled = GROUPS.filter((group) => group.every((key) => isBlank(winner[key]))).flat();
  return Object.fromEntries(filled.filter((key) => !isBlank(loser[key])).map((key) => [key, loser[key]]));
}

/** Attributes that are written in another form than they are read. */
function filledValues(winner: Wire, loser: Wire): Readonly<Record<string, unknown>> {
  const value = amount(winner) === null ? amount(loser) : null;
  const closeDate = isBlank(winner.expected_close_date) ? dateOrNull(loser, 'expected_close_date') : null;
  return { ...(value !== null && { value }), ...(closeDate !== null && { expected_close_date: closeDate }) };
}

function united(winner: Wire, loser: Wire): Readonly<Record<string, unknown>> {
  const patch: Record<string, unknown> = {};
  for (const key of UNITED) {
    const own = winner[key];
    const others = loser[key];
    // A list replaces the whole one in the CRM: without the winner's own there is nothing to add to.
    if (!Array.isArray(own) || !Array.isArray(others)) continue;
    const added = others.filter((id) => !own.includes(id));
    if (added.length > 0) patch[key] = [...own, ...added];
  }
  return patch;
}

function customFields(winner: Wire, loser: Wire): Readonly<Record<string, unknown>> {
  const own = isWire(winner.custom_fields) ? winner.custom_fields : {};
  const others = isWire(loser.custom_fields) ? loser.custom_fields : {};
  const filled = Object.entries(others).filter(([key, value]) => !isBlank(value) && isBlank(own[key]));
  return filled.length === 0 ? {} : { custom_fields: Object.fromEntries(filled) };
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
