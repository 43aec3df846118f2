import type { Decimal } from './decimal.ts';
import type { Range, TextCondition } from './list.ts';
import { matchesAmount, matchesDate, matchesText } from './match.ts';
import type { CustomValues, FieldType } from './record.ts';
import type { CalendarDate } from './time.ts';

/** A value of a custom field as conditions see it: the text that is shown, and what its type makes of it. */
export interface CustomFieldReading {
  /** `null` where there is no value. */
  readonly text: string | null;
  readonly number: Decimal | null;
  /** Of a range of days, the first. */
  readonly date: CalendarDate | null;
  /** Ids of the options chosen. */
  readonly options: readonly string[];
  readonly flag: boolean | null;
}

/** A custom field that an account defines, and how its values are read. */
export interface CustomFieldReader {
  readonly key: string;
  readonly label: string;
  readonly type: FieldType;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  read(value: unknown): CustomFieldReading;
}

/** A condition on a custom field; all that is present must hold. */
export interface CustomFieldCondition {
  /** `null` where the CRM has no such field, so that nothing of it matches. */
  readonly field: CustomFieldReader | null;
  /** On the value in words, as it is shown. */
  readonly text?: TextCondition;
  readonly number?: Range<Decimal>;
  readonly date?: Range<CalendarDate>;
  /** One of the options with these ids is chosen. */
  readonly anyOf?: readonly string[];
  readonly isTrue?: boolean;
  readonly isNull?: boolean;
}

export function matchesCustomFields(
  values: CustomValues,
  conditions: readonly CustomFieldCondition[] | undefined,
): boolean {
  return conditions?.every((condition) => matchesCustomField(values, condition)) ?? true;
}

function matchesCustomField(values: CustomValues, condition: CustomFieldCondition): boolean {
  const { field, anyOf, isTrue, isNull } = condition;
  if (field === null) return false;
  const { text, number, date, options, flag } = field.read(values[field.key]);
  return (
    matchesText(text, condition.text) &&
    matchesAmount(number, condition.number) &&
    matchesDate(date, condition.date) &&
    (anyOf === undefined || options.some((option) => anyOf.includes(option))) &&
    (isTrue === undefined || flag === isTrue) &&
    (isNull === undefined || (text === null) === isNull)
  );
}
