import type { Call } from '../../domain/call.ts';
import type { CustomFieldReader } from '../../domain/custom-field-condition.ts';
import { formatDecimal } from '../../domain/decimal.ts';
import type { CustomField, CustomValues, FieldType } from '../../domain/record.ts';
import { isNamed } from '../custom-field-names.ts';
import type { Kept } from '../kept.ts';
import {
  dateOrNull,
  decimalOrNull,
  id,
  isWire,
  numberOrNull,
  readable,
  readRecords,
  text,
  type Wire,
} from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';

export type FieldOwner = 'Deal' | 'Person' | 'Organization';

const COLLECTIONS: Readonly<Record<FieldOwner, string>> = {
  Deal: 'admin/deal_custom_field_labels',
  Person: 'admin/person_custom_field_labels',
  Organization: 'admin/company_custom_field_labels',
};

const TYPES: Readonly<Record<string, FieldType>> = {
  text: 'TEXT',
  boolean: 'BOOLEAN',
  currency: 'MONEY',
  numeric: 'NUMBER',
  date: 'DATE',
  dropdown: 'OPTION',
  multi_select: 'OPTIONS',
};

/** A custom field an account defines. Records carry its value under `key`. */
export interface FieldDefinition {
  /** `custom_label_<id>` */
  readonly key: string;
  readonly label: string;
  readonly type: FieldType;
  /** Labels of the options by their id. */
  readonly options: ReadonlyMap<string, string>;
}

/** Custom fields as `GET /admin/{deal|person|company}_custom_field_labels` defines them. */
export class Fields {
  readonly #account: Account;
  readonly #kept: Readonly<Record<FieldOwner, Kept<readonly FieldDefinition[]>>>;

  constructor(account: Account) {
    this.#account = account;
    const keep = (owner: FieldOwner) =>
      account.keep(COLLECTIONS[owner], (call) => readDefinitions(account, COLLECTIONS[owner], call));
    this.#kept = { Deal: keep('Deal'), Person: keep('Person'), Organization: keep('Organization') };
  }

  /** The definitions in the account's order, read again when the kept ones do not suffice. */
  async definitions(
    owner: FieldOwner,
    suffice: (kept: readonly FieldDefinition[]) => boolean,
    call: Call,
  ): Promise<readonly FieldDefinition[]> {
    const kept = await this.#kept[owner].get(call);
    return suffice(kept) ? kept : this.#kept[owner].refreshed(call);
  }

  /** The fields an account defines, each with how its values are read. */
  async defined(owner: FieldOwner, names: readonly string[], call: Call): Promise<readonly CustomFieldReader[]> {
    const definitions = await this.definitions(owner, (kept) => names.every((name) => isNamed(kept, name)), call);
    const asked = definitions.filter(({ key, label }) => names.includes(key) || names.includes(label));
    const isMoney = asked.some(({ type }) => type === 'MONEY');
    const currency = isMoney ? await this.#account.currency(call) : '';
    return definitions.map((definition) => toReader(definition, currency));
  }

  /** The fields of a record ready to show. A value whose field is not defined any more shows under its key. */
  async describe(
    owner: FieldOwner,
    values: CustomValues,
    keys: readonly string[] | null,
    call: Call,
  ): Promise<readonly CustomField[]> {
    if (keys?.length === 0) return [];
    const valued = Object.keys(values).filter((key) => !isNone(values[key]));
    const isKnown = (kept: readonly FieldDefinition[]) =>
      (keys ?? valued).every((key) => kept.some((definition) => definition.key === key));
    const definitions = await this.definitions(owner, isKnown, call);
    const undefinedKeys = valued.filter((key) => !definitions.some((definition) => definition.key === key));
    const all = [...definitions, ...undefinedKeys.map(undefinedField)];
    const shown = keys === null ? all : all.filter((definition) => keys.includes(definition.key));
    const isMoney = shown.some(({ key, type }) => type === 'MONEY' && !isNone(values[key]));
    const currency = isMoney ? await this.#account.currency(call) : '';
    return shown.map((definition) => {
      const value = isNone(values[definition.key]) ? null : values[definition.key];
      const { key, label, type } = definition;
      return { key, label, type, value, text: value === null ? null : inWords(definition, value, currency) };
    });
  }
}

function toReader(definition: FieldDefinition, currency: string): CustomFieldReader {
  const { key, label, type } = definition;
  return {
    key,
    label,
    type,
    options: Array.from(definition.options, ([option, name]) => ({ id: option, label: name })),
    read(given) {
      const value = isNone(given) ? null : given;
      return {
        text: value === null ? null : inWords(definition, value, currency),
        number: type === 'NUMBER' || type === 'MONEY' ? readable(() => decimalOrNull({ [key]: value }, key)) : null,
        date: type === 'DATE' ? readable(() => dateOrNull({ [key]: value }, key)) : null,
        options: type === 'OPTION' || type === 'OPTIONS' ? optionsOf(value) : [],
        flag: typeof value === 'boolean' ? value : null,
      };
    },
  };
}

function optionsOf(value: unknown): readonly string[] {
  return value === null ? [] : [value].flat().map(String);
}

async function readDefinitions(account: Account, path: string, call: Call): Promise<readonly FieldDefinition[]> {
  const values = await account.api.all(collection(path), call);
  const { records, unreadable } = readRecords(account.crm, 'custom field', values, (wire) => ({
    position: numberOrNull(wire, 'position') ?? Number.MAX_SAFE_INTEGER,
    definition: toDefinition(wire),
  }));
  if (unreadable[0]) throw unreadable[0];
  return records.toSorted((a, b) => a.position - b.position).map(({ definition }) => definition);
}

function toDefinition(wire: Wire): FieldDefinition {
  const entries = wire.custom_field_label_dropdown_entries;
  const options = Array.isArray(entries) ? entries.filter(isWire) : [];
  return {
    key: `custom_label_${id(wire)}`,
    label: text(wire, 'name'),
    type: TYPES[text(wire, 'field_type')] ?? 'OTHER',
    options: new Map(options.map((option) => [id(option), text(option, 'name')])),
  };
}

function undefinedField(key: string): FieldDefinition {
  return { key, label: key, type: 'OTHER', options: new Map() };
}

/** A record has an empty list where no option is chosen. */
function isNone(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A value that is not of its field's type shows as the text it is. */
function inWords({ key, type, options }: FieldDefinition, value: unknown, currency: string): string {
  try {
    switch (type) {
      case 'BOOLEAN':
        return value === true ? 'Yes' : value === false ? 'No' : plain(value);
      case 'NUMBER':
        return number({ [key]: value }, key);
      case 'MONEY':
        return `${number({ [key]: value }, key)} ${currency}`;
      case 'DATE':
        return dateOrNull({ [key]: value }, key) ?? plain(value);
      case 'OPTION':
      case 'OPTIONS':
        return [value]
          .flat()
          .map((option) => options.get(String(option)) ?? plain(option))
          .join(', ');
      default:
        return plain(value);
    }
  } catch {
    return plain(value);
  }
}

function number(wire: Wire, key: string): string {
  const value = decimalOrNull(wire, key);
  return value === null ? '' : formatDecimal(value);
}

function plain(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
