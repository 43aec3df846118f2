import type { Decimal } from '../../domain/decimal.ts';
import type { Money } from '../../domain/money.ts';
import type { CustomValues } from '../../domain/record.ts';
import type { Link, Ref } from '../../domain/ref.ts';
import type { Constant, Made, Told } from '../mapped-record.ts';
import { asInstantOrNull, asObject, toDecimal, type Wire, type WireDecimal, type WireId } from '../values.ts';
import { linkTo } from './links.ts';
import { customValues, rawOf } from './records.ts';
import { parseTime } from './times.ts';

/** What Pipedrive does not tell. */
export const UNTOLD: Constant<null> = { always: null };

export function link<T extends { readonly ref: Ref }>(
  type: T['ref']['type'],
  told: Told<WireId | null>,
): Made<Link<T> | null> {
  return { told, make: (id: WireId | null, crm) => (id === null ? null : linkTo<T>(crm, type, String(id))) };
}

export function links<T extends { readonly ref: Ref }>(
  type: T['ref']['type'],
  told: Told<readonly WireId[]>,
): Made<readonly Link<T>[]> {
  return { told, make: (ids: readonly WireId[], crm) => ids.map((id) => linkTo<T>(crm, type, String(id))) };
}

export function decimal(told: Told<WireDecimal | null>): Made<Decimal | null> {
  return { told, make: (value: WireDecimal | null) => (value === null ? null : toDecimal(value)) };
}

/** An amount in the currency of its record, which tells of no amount where it tells of no currency. */
export function money(told: Told<WireDecimal | null>): Made<Money | null> {
  return {
    told,
    make(amount: WireDecimal | null, _crm, { currency }) {
      return amount === null || typeof currency !== 'string' ? null : { amount: toDecimal(amount), currency };
    },
  };
}

/** What every record of v2 carries. */
export const RECORD_FACTS = {
  createdAt: ({ add_time }: Wire) => time(add_time, 'add_time'),
  updatedAt: ({ update_time }: Wire) => time(update_time, 'update_time'),
  raw: { told: (wire) => wire, make: (_told, _crm, wire, customFields) => rawOf(wire, customFields) } as Made<
    () => unknown
  >,
};

export const CUSTOM_VALUES: Made<CustomValues> = {
  told: ({ custom_fields }) =>
    custom_fields === undefined || custom_fields === null ? null : asObject(custom_fields, 'custom_fields'),
  make: (_told, _crm, wire, customFields) => customValues(wire, customFields),
};

export function time(value: unknown, key: string): number | null {
  return asInstantOrNull(value, key, parseTime);
}
