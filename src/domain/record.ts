import type { NodeType, Ref } from './ref.ts';
import type { Instant } from './time.ts';

/** What every record of a CRM has. `null` means the CRM has no value. Copied by `copyOf`. */
export interface CrmRecord<Type extends NodeType = NodeType> {
  readonly ref: Ref<Type>;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  /**
   * The CRM's own object with secrets removed, or `undefined` where this record was read in a shorter form than
   * its own endpoint gives.
   */
  raw(): unknown;
}

/**
 * A record, or what is made of records, with attributes of its own. Those of a record may be no properties of its own,
 * since an adapter makes them when they are asked for: `{ ...record }` would lack them.
 */
export function copyOf<T extends object>(record: T): T {
  const copy: Partial<T> = {};
  for (const name in record) copy[name] = record[name];
  return copy as T;
}

/** The values of custom fields as the CRM has them, by the CRM's key. */
export type CustomValues = Readonly<Record<string, unknown>>;

export type FieldType =
  | 'TEXT'
  | 'NUMBER'
  | 'MONEY'
  | 'DATE'
  | 'DATE_RANGE'
  | 'TIME'
  | 'TIME_RANGE'
  | 'BOOLEAN'
  | 'OPTION'
  | 'OPTIONS'
  | 'ADDRESS'
  | 'PHONE'
  | 'REFERENCE'
  | 'OTHER';

/** A custom field of one record, ready to show. */
export interface CustomField {
  readonly key: string;
  readonly label: string;
  readonly type: FieldType;
  /** The CRM's value as JSON; `null` where there is none. */
  readonly value: unknown;
  /** The value in words: option labels instead of ids, an amount with its currency. */
  readonly text: string | null;
}

export interface ContactPoint {
  readonly value: string;
  readonly label: string | null;
  readonly isPrimary: boolean;
}

export interface Address {
  readonly formatted: string | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
}
