import { parseDecimal } from '../../domain/decimal.ts';
import { isRemoteId } from '../../domain/ref.ts';
import { isCalendarDate } from '../../domain/time.ts';
import { isWire, type Wire } from '../wire.ts';
import type { FieldDefinition } from './fields.ts';

/** A value that a field's type does not take, with what it does take. */
export class UnfitValue extends Error {
  override readonly name = 'UnfitValue';
}

const MAX_SHORT_TEXT = 255;
const ADDRESS_PARTS = [
  'route',
  'street_number',
  'subpremise',
  'sublocality',
  'locality',
  'admin_area_level_1',
  'admin_area_level_2',
  'country',
  'postal_code',
  'formatted_address',
];

/**
 * A JSON value as v2 takes it in `custom_fields`, or an `UnfitValue`. `null` clears a field of any type. Options may
 * be given by id or by their exact label, amounts and numbers also as exact text.
 */
export function customFieldValue(definition: FieldDefinition, value: unknown): unknown {
  if (value === null) return null;
  switch (definition.wireType) {
    case 'varchar':
    case 'varchar_auto':
    case 'phone':
      return shortText(value);
    case 'text':
      return textOf(value);
    case 'double':
    case 'int':
      return numberOf(value);
    case 'monetary':
      return moneyOf(value);
    case 'enum':
      return optionOf(definition, value);
    case 'set':
      return optionsOf(definition, value);
    case 'user':
    case 'org':
    case 'people':
      return referenceOf(value);
    case 'date':
      return dateOf(value);
    case 'daterange':
      return rangeOf(value, dateOf, []);
    case 'time':
      return timeValueOf(value);
    case 'timerange':
      return rangeOf(value, timeOf, ['timezone_id', 'timezone_name']);
    case 'address':
      return addressOf(value);
    default:
      return value;
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new UnfitValue('takes a text');
  return value;
}

function shortText(value: unknown): string {
  const text = textOf(value);
  if (text.length > MAX_SHORT_TEXT) throw new UnfitValue(`takes at most ${MAX_SHORT_TEXT} characters`);
  return text;
}

function numberOf(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'string') {
    try {
      return parseDecimal(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new UnfitValue('takes a number, as a text where it has more than 15 digits');
}

function moneyOf(value: unknown): Wire {
  const { value: amount, currency } = objectOf(value, ['value', 'currency'], 'an amount: {"value": …, "currency": …}');
  if (typeof currency !== 'string' || currency === '') throw new UnfitValue('takes an amount with its currency');
  return { value: numberOf(amount), currency };
}

function optionOf({ options }: FieldDefinition, value: unknown): number | string {
  const wanted = typeof value === 'number' ? String(value) : value;
  const option = options.find(({ id }) => id === wanted) ?? options.find(({ label }) => label === wanted);
  if (option === undefined) throw new UnfitValue('takes the id or the label of one of its options');
  return isRemoteId(option.id) ? Number(option.id) : option.id;
}

/** Pipedrive refuses an empty list. */
function optionsOf(definition: FieldDefinition, value: unknown): readonly (number | string)[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new UnfitValue('takes a list of at least one option; null clears it');
  }
  return [...new Set(value.map((option) => optionOf(definition, option)))];
}

function referenceOf(value: unknown): number {
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id !== 'string' || !isRemoteId(id)) throw new UnfitValue('takes the id of a record in the CRM');
  return Number(id);
}

function dateOf(value: unknown): string {
  if (typeof value !== 'string' || !isCalendarDate(value)) throw new UnfitValue('takes a date, YYYY-MM-DD');
  return value;
}

function timeOf(value: unknown): string {
  if (typeof value !== 'string' || !/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value)) {
    throw new UnfitValue('takes a time of day, HH:MM:SS');
  }
  return value.length === 5 ? `${value}:00` : value;
}

function timeValueOf(value: unknown): Wire {
  if (typeof value === 'string') return { value: timeOf(value) };
  const wire = objectOf(value, ['value', 'timezone_id', 'timezone_name'], 'a time of day: {"value": "HH:MM:SS"}');
  return { ...wire, value: timeOf(wire.value) };
}

function rangeOf(value: unknown, end: (value: unknown) => string, others: readonly string[]): Wire {
  const wire = objectOf(value, ['value', 'until', ...others], 'a range: {"value": …, "until": …}');
  return { ...wire, value: end(wire.value), until: end(wire.until) };
}

/** Only `value` is needed; Pipedrive empties the parts that are not given. */
function addressOf(value: unknown): Wire {
  if (typeof value === 'string' && value !== '') return { value };
  const wire = objectOf(value, ['value', ...ADDRESS_PARTS], 'an address: {"value": …}');
  const parts = Object.entries(wire).every(
    ([key, part]) => typeof part === 'string' || (part === null && key !== 'value'),
  );
  if (!parts || !wire.value) throw new UnfitValue('takes an address of texts with its whole under "value"');
  return wire;
}

function objectOf(value: unknown, keys: readonly string[], what: string): Wire {
  if (!isWire(value) || !Object.keys(value).every((key) => keys.includes(key))) throw new UnfitValue(`takes ${what}`);
  return value;
}
