import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { CustomFieldCondition, CustomFieldReader } from '../domain/custom-field-condition.ts';
import { named } from '../domain/custom-field-names.ts';
import { GatewayError } from '../domain/errors.ts';
import type { FieldType } from '../domain/record.ts';
import { isRemoteId } from '../domain/ref.ts';
import { builder } from './builder.ts';
import { readTextFilter, TextFilter } from './filters.ts';
import { DateRange, DecimalRange, type Maybe, readDateRange, readRange } from './ranges.ts';

export const CustomFieldFilter = builder.inputType('CustomFieldFilter', {
  description:
    'Matches a custom field by its value as it is shown. What is given has to hold together. On a CRM that has no such field nothing matches; a field that no CRM asked has is refused.',
  fields: (t) => ({
    key: t.string({ required: true, description: "The CRM's key, or the label where only one field has it." }),
    text: t.field({ type: TextFilter, description: 'By the value in words: `CustomField.text`.' }),
    number: t.field({ type: DecimalRange, description: 'Of a field of numbers or amounts: whatever the currency.' }),
    date: t.field({ type: DateRange, description: 'Of a field of days; a range of days goes by its first.' }),
    in: t.stringList({
      description: 'Of a field of options: one of these is chosen, by id or exact label; of none, none is.',
    }),
    isTrue: t.boolean({ description: 'Of a field of yes and no: which of them it is.' }),
    isNull: t.boolean({ description: 'Whether there is no value.' }),
  }),
});

/** A condition on a custom field before it is known which field that is in each CRM. */
export interface ReadCustomField extends Omit<CustomFieldCondition, 'field' | 'anyOf'> {
  readonly name: string;
  readonly in?: readonly string[];
  /** Where it stands in the arguments. */
  readonly argument: string;
}

export function readCustomFields(
  filters: Maybe<readonly (typeof CustomFieldFilter.$inferInput)[]>,
  argument: string,
): readonly ReadCustomField[] | undefined {
  return filters?.map((filter, index): ReadCustomField => {
    const text = readTextFilter(filter.text);
    const number = readRange(filter.number);
    const date = readDateRange(filter.date);
    return {
      name: filter.key,
      argument: `${argument}.${index}`,
      ...(text && { text }),
      ...(number && { number }),
      // A range of days is one like any other once its ends are counted from now.
      ...(date && { date: date as unknown as NonNullable<ReadCustomField['date']> }),
      ...(filter.in && { in: filter.in }),
      ...(filter.isTrue != null && { isTrue: filter.isTrue }),
      ...(filter.isNull != null && { isNull: filter.isNull }),
    };
  });
}

interface Conditions {
  readonly customFields?: readonly unknown[];
  readonly and?: readonly Conditions[];
  readonly or?: readonly Conditions[];
  readonly not?: Conditions;
}

/** Finds out which fields the conditions of a filter are about, in each CRM that is asked. */
export class CustomFieldNames {
  readonly #entity: 'Deal' | 'Person' | 'Organization';
  readonly #call: Call;
  /** Names that some CRM has, and those that were missing, each with where it stands and what there is instead. */
  readonly #known = new Set<string>();
  readonly #missing = new Map<string, { readonly argument: string; readonly labels: Set<string> }>();
  #failed = false;

  constructor(entity: 'Deal' | 'Person' | 'Organization', call: Call) {
    this.#entity = entity;
    this.#call = call;
  }

  /** The conditions in terms of one CRM's fields. */
  async resolve<Where>(where: Where, adapter: CrmAdapter): Promise<Where> {
    const wanted = conditionsOf(where as Conditions);
    if (wanted.length === 0) return where;
    try {
      const names = [...new Set(wanted.map(({ name }) => name))];
      const fields = await adapter.customFields.defined(this.#entity, names, this.#call);
      return this.#resolved(where as Conditions, fields, adapter.crm.id) as Where;
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** Once every CRM was looked at: a name that none of them has is a mistake. */
  check(): void {
    if (this.#failed) return;
    for (const [name, { argument, labels }] of this.#missing) {
      if (this.#known.has(name)) continue;
      const known = labels.size === 0 ? 'there are none' : `there are ${[...labels].join(', ')}`;
      throw new GatewayError('BAD_USER_INPUT', `${argument}.key: no custom field of this key or label: ${known}`, {
        argument: `${argument}.key`,
      });
    }
  }

  #resolved(where: Conditions, fields: readonly CustomFieldReader[], crm: string): Conditions {
    const { customFields, and, or, not } = where;
    return {
      ...where,
      ...(customFields && {
        customFields: customFields.map((one) => this.#condition(one as ReadCustomField, fields, crm)),
      }),
      ...(and && { and: and.map((part) => this.#resolved(part, fields, crm)) }),
      ...(or && { or: or.map((part) => this.#resolved(part, fields, crm)) }),
      ...(not && { not: this.#resolved(not, fields, crm) }),
    };
  }

  #condition(
    { name, argument, in: options, ...asked }: ReadCustomField,
    fields: readonly CustomFieldReader[],
    crm: string,
  ): CustomFieldCondition {
    const [field, ...others] = named(fields, name);
    if (field === undefined) {
      const missing = this.#missing.get(name) ?? { argument, labels: new Set() };
      for (const { key, label } of fields) missing.labels.add(`${label} (${key})`);
      this.#missing.set(name, missing);
      return { field: null };
    }
    this.#known.add(name);
    const refusal = (at: string, why: string) =>
      new GatewayError('BAD_USER_INPUT', `${argument}.${at}: ${why}`, { crm, argument: `${argument}.${at}` });
    if (others.length > 0) {
      const keys = [field, ...others].map(({ key }) => key).join(', ');
      throw refusal('key', `several custom fields of ${crm} have this label, name one by its key: ${keys}`);
    }
    for (const [condition, types] of Object.entries(TYPES)) {
      const isAsked = condition === 'in' ? options !== undefined : condition in asked;
      if (isAsked && !types.includes(field.type)) {
        throw refusal(condition, `the custom field "${field.label}" of ${crm} is ${TYPE_WORDS[field.type]}`);
      }
    }
    return { field, ...asked, ...(options && { anyOf: optionIds(field, options, (why) => refusal('in', why)) }) };
  }
}

/** The types of field each condition is for. */
const TYPES: Readonly<Record<'number' | 'date' | 'in' | 'isTrue', readonly FieldType[]>> = {
  number: ['NUMBER', 'MONEY'],
  date: ['DATE', 'DATE_RANGE'],
  in: ['OPTION', 'OPTIONS'],
  isTrue: ['BOOLEAN'],
};

const TYPE_WORDS: Record<FieldType, string> = {
  TEXT: 'one of text',
  NUMBER: 'one of numbers',
  MONEY: 'one of amounts',
  DATE: 'one of days',
  DATE_RANGE: 'one of ranges of days',
  TIME: 'one of times of day',
  TIME_RANGE: 'one of ranges of time',
  BOOLEAN: 'one of yes and no',
  OPTION: 'one of options',
  OPTIONS: 'one of options',
  ADDRESS: 'one of addresses',
  PHONE: 'one of phone numbers',
  REFERENCE: 'one of records',
  OTHER: 'of a type that is matched by its text only',
};

/** Options by id or label. One that was deleted goes on by its id. */
function optionIds(
  { options }: CustomFieldReader,
  wanted: readonly string[],
  refuse: (why: string) => GatewayError,
): readonly string[] {
  return wanted.map((name) => {
    const option = options.find(({ id }) => id === name) ?? options.find(({ label }) => label === name);
    if (option) return option.id;
    if (isRemoteId(name)) return name;
    throw refuse(`no option "${name}": there are ${options.map(({ label }) => label).join(', ')}`);
  });
}

function conditionsOf({ customFields, and, or, not }: Conditions): readonly ReadCustomField[] {
  return [
    ...((customFields ?? []) as readonly ReadCustomField[]),
    ...[...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].flatMap(conditionsOf),
  ];
}
