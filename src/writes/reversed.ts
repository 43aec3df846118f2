import { crmOf } from '../domain/crms.ts';
import type { Deal, DealProduct } from '../domain/deal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { FieldChange, Operation } from '../domain/operation.ts';
import { globalId, parseGlobalId, type Ref } from '../domain/ref.ts';
import type { JsonValue } from '../domain/write-step.ts';
import type { RefLoader } from '../loaders/ref-loader.ts';
import { CLEARABLE, type DealAttributesInput } from './deal-input.ts';
import { customKey, dealValue, type FieldValue, valuesOf } from './deal-values.ts';
import { revive } from './keep.ts';
import { lineValue } from './line-values.ts';
import type { RunningOperation } from './running-operation.ts';
import { shownAs } from './shown-input.ts';

/** The changes that give a record its former values. */
export interface Reversed {
  readonly ref: Ref;
  readonly input: Readonly<Record<string, unknown>>;
  /** What somebody changed since. */
  readonly changed: readonly { readonly field: string; readonly now: string }[];
  readonly notRestored: readonly string[];
}

/** Moments that follow the status, and are gone with it. */
const OF_CLOSING = new Set(['closedAt', 'wonAt', 'lostAt']);

/** Former values of a deal, for what an update changed and nobody changed since. */
export async function reversedDeal(original: Operation, operation: RunningOperation): Promise<Reversed> {
  const [before] = revive<readonly [Deal]>(original.notes.before ?? []);
  const former = revive<readonly FieldValue[]>(original.notes.values ?? []);
  const {
    id,
    ifUpdatedAt: _guard,
    ...given
  } = revive<DealAttributesInput & { id: string; ifUpdatedAt?: number }>(original.input);
  const current = await still(operation.loaders.Deal, before.ref);
  const values = await valuesOf(crmOf(before.ref.crm, operation.crms, 'operation'), current, given, operation);
  const changed = [];
  for (const { field, value, text } of values) {
    const after = original.changes.find((change) => change.field === field)?.after ?? null;
    if (field.startsWith('todoTemplate') || (await isStill(field, value, text, after, operation))) continue;
    changed.push({ field, now: JSON.stringify(shownAs(field, value)) });
  }
  const input: Record<string, unknown> = { id };
  const notRestored: string[] = [];
  const customFields = [];
  for (const { field, value } of former) {
    const key = customKey(field);
    if (key !== null) customFields.push({ key, value });
    else if (value !== null || CLEARABLE.has(field)) input[field] = value;
    else if (!OF_CLOSING.has(field)) notRestored.push(field);
  }
  if (customFields.length > 0) input.customFields = customFields;
  // The status may have moved the deal, and closing has a reason that an open deal has not.
  if ('status' in input && !('stage' in input) && current.stage?.ref.id !== before.stage?.ref.id) {
    input.stage = dealValue(before, 'stage');
  }
  if (input.status === 'OPEN')
    for (const name of ['lossReason', 'wonReason']) if (input[name] === null) delete input[name];
  return { ref: before.ref, input, changed, notRestored };
}

/** Former values of a line. */
export async function reversedLine(original: Operation, operation: RunningOperation): Promise<Reversed> {
  const before = revive<DealProduct>(original.notes.before ?? null);
  const current = await still(operation.loaders.DealProduct, before.ref);
  return reversed(
    original,
    before.ref,
    (field) => lineValue(before, field),
    (field) => lineValue(current, field),
  );
}

/** Former values of a discount or an installment; `draftOf` tells what of it can be written. */
export async function reversedPart<T extends object>(
  original: Operation,
  draftOf: (part: T) => object,
  operation: RunningOperation,
): Promise<Reversed> {
  const before = revive<T & { readonly ref: Ref }>(original.notes.before ?? null);
  const loader = operation.loaders[before.ref.type as 'DealDiscount'] as unknown as RefLoader<T>;
  const current = await still(loader, before.ref);
  const valueIn = (part: T) => (field: string) => (draftOf(part) as Record<string, unknown>)[field] ?? null;
  return reversed(original, before.ref, valueIn(before), valueIn(current));
}

function reversed(
  { changes }: Operation,
  ref: Ref,
  former: (field: string) => unknown,
  current: (field: string) => unknown,
): Reversed {
  const input: Record<string, unknown> = { id: globalId(ref) };
  const notRestored: string[] = [];
  for (const { field } of changes) {
    const value = former(field);
    if (value === null) notRestored.push(field);
    else input[field] = value;
  }
  const changed = changes
    .filter(({ field, after }) => !isSame(shownAs(field, current(field)), after))
    .map(({ field }) => ({ field, now: JSON.stringify(shownAs(field, current(field))) }));
  return { ref, input, changed, notRestored };
}

/** The record as it is now. */
async function still<T>(loader: RefLoader<T>, ref: Ref): Promise<T> {
  const found = await loader.load(ref);
  if (found) return found;
  throw new GatewayError('NOT_FOUND', `${ref.crm} has no ${ref.type} ${ref.id} any more`, {
    crm: ref.crm,
    path: ['operation'],
  });
}

/** Whether a deal still has what was written, given as a value or, where inputs take names, as a name. */
async function isStill(
  field: string,
  value: unknown,
  text: string | null | undefined,
  after: FieldChange['after'],
  operation: RunningOperation,
): Promise<boolean> {
  const now = shownAs(field, value);
  if (isSame(now, after)) return true;
  if (customKey(field) !== null) return text != null && text === [after].flat().join(', ');
  if (field !== 'labels' && field !== 'source') return false;
  const ids = [now].flat().filter((id) => typeof id === 'string');
  const labels = await operation.loaders.Label.loadMany(ids.map((id) => parseGlobalId(id, field)));
  const known = labels.flatMap((label, index) =>
    label === null || label instanceof Error ? [] : [[ids[index] as string, label.name] as const],
  );
  const wanted = [after].flat();
  return wanted.length === ids.length && known.every((names) => names.some((name) => wanted.includes(name)));
}

/** Equal values; sets in any order, and what an object does not have is `null`. */
function isSame(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object')
    return a === b || textOf(a) === textOf(b);
  const [left, right] = [a, b] as Readonly<Record<string, JsonValue>>[];
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...names].every((name) => isSame(left?.[name] ?? null, right?.[name] ?? null));
}

/** A number and the text of it are the same value. */
function textOf(value: JsonValue): string {
  return JSON.stringify(typeof value === 'number' ? String(value) : value);
}
