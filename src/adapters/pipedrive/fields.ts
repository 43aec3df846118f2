import type { Call } from '../../domain/call.ts';
import type { FieldType } from '../../domain/record.ts';
import type { Kept, KeptAnswers } from '../kept.ts';
import { boolean, isWire, list, readRecord, text, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';

export interface FieldOption {
  readonly id: string;
  readonly label: string;
  readonly color: string | null;
}

/** What an account defines about one field of a kind of record (v2, GET /dealFields and its like). */
export interface FieldDefinition {
  /** The key in `custom_fields`, or the name of a built-in field. */
  readonly key: string;
  readonly label: string;
  /** Pipedrive's `field_type`. */
  readonly wireType: string;
  readonly type: FieldType;
  readonly isCustom: boolean;
  readonly options: readonly FieldOption[];
}

/** Definitions by key, in the account's order. */
export type FieldDefinitions = ReadonlyMap<string, FieldDefinition>;

export type FieldEntity = 'Deal' | 'Person' | 'Organization';

/** The definitions of each kind of record, read once and kept. */
export type Fields = Readonly<Record<FieldEntity, Kept<FieldDefinitions>>>;

const TYPE: Readonly<Record<string, FieldType>> = {
  varchar: 'TEXT',
  varchar_auto: 'TEXT',
  text: 'TEXT',
  double: 'NUMBER',
  int: 'NUMBER',
  monetary: 'MONEY',
  date: 'DATE',
  daterange: 'DATE_RANGE',
  time: 'TIME',
  timerange: 'TIME_RANGE',
  boolean: 'BOOLEAN',
  enum: 'OPTION',
  varchar_options: 'OPTION',
  status: 'OPTION',
  visible_to: 'OPTION',
  billing_frequency: 'OPTION',
  set: 'OPTIONS',
  address: 'ADDRESS',
  phone: 'PHONE',
  user: 'REFERENCE',
  people: 'REFERENCE',
  org: 'REFERENCE',
  deal: 'REFERENCE',
  deals: 'REFERENCE',
  lead: 'REFERENCE',
  project: 'REFERENCE',
  stage: 'REFERENCE',
  activity: 'REFERENCE',
};

const ENDPOINT = {
  Deal: ENDPOINTS.dealFields,
  Person: ENDPOINTS.personFields,
  Organization: ENDPOINTS.organizationFields,
} as const;

export function createFields(api: PipedriveApi, answers: KeptAnswers): Fields {
  const kept = (entity: FieldEntity) =>
    answers.keep<FieldDefinitions>(ENDPOINT[entity].template, async (call) => {
      const values = await api.all(ENDPOINT[entity], [], call);
      return new Map(
        values
          .map((value) => readRecord(api.crm, 'field definition', value, toDefinition))
          .map((definition) => [definition.key, definition]),
      );
    });
  return { Deal: kept('Deal'), Person: kept('Person'), Organization: kept('Organization') };
}

/** The definitions, read again if one of `keys` is not a custom field of theirs: it may be new. */
export async function definitionsFor(
  kept: Kept<FieldDefinitions>,
  keys: readonly string[],
  call: Call,
): Promise<FieldDefinitions> {
  const definitions = await kept.get(call);
  return keys.every((key) => definitions.get(key)?.isCustom) ? definitions : kept.refreshed(call);
}

function toDefinition(wire: Wire): FieldDefinition {
  const wireType = text(wire, 'field_type');
  return {
    key: text(wire, 'field_code'),
    label: text(wire, 'field_name'),
    wireType,
    type: (Object.hasOwn(TYPE, wireType) ? TYPE[wireType] : undefined) ?? 'OTHER',
    isCustom: boolean(wire, 'is_custom_field', false),
    options: list(wire.options ?? [], 'options').flatMap(toOption),
  };
}

/** Options of built-in fields have texts for ids, those of custom fields numbers. */
function toOption(value: unknown): readonly FieldOption[] {
  if (!isWire(value) || (typeof value.id !== 'number' && typeof value.id !== 'string')) return [];
  const optionId = String(value.id);
  return [{ id: optionId, label: textOrNull(value, 'label') ?? optionId, color: textOrNull(value, 'color') }];
}
