import type { Decimal } from './decimal.ts';
import type { IdCondition, InstantRange, Range, TextCondition } from './list.ts';
import type { Ref } from './ref.ts';
import type { CalendarDate, Instant } from './time.ts';

/** Whether a record meets a condition, by the condition's name. */
export type Matchers<T, Where> = {
  readonly [Name in keyof Where]?: (record: T, condition: NonNullable<Where[Name]>) => boolean;
};

/** Whether a record meets those conditions that there are matchers for. Nothing else of it is looked at. */
export function matchesAll<T, Where extends object>(record: T, where: Where, matchers: Matchers<T, Where>): boolean {
  for (const name in where) {
    const condition = where[name];
    const matches = condition === undefined || condition === null ? undefined : matchers[name];
    if (matches && !matches(record, condition as NonNullable<typeof condition>)) return false;
  }
  return true;
}

/** Whether a reference is one of those asked for. */
export function matchesId(link: { readonly ref: Ref } | null, condition: IdCondition | undefined): boolean {
  return condition === undefined || condition.anyOf.includes(link === null ? null : link.ref.id);
}

export function matchesInstant(instant: Instant | null, range: InstantRange | undefined): boolean {
  if (!range) return true;
  if (instant === null) return false;
  return (range.gte === undefined || instant >= range.gte) && (range.lt === undefined || instant < range.lt);
}

export function matchesText(text: string | null, condition: TextCondition | undefined): boolean {
  if (!condition) return true;
  const { eq, contains, startsWith } = condition;
  if (eq !== undefined && text !== eq) return false;
  if (contains === undefined && startsWith === undefined) return true;
  if (text === null) return false;
  const folded = fold(text);
  return (
    (contains === undefined || folded.includes(fold(contains))) &&
    (startsWith === undefined || folded.startsWith(fold(startsWith)))
  );
}

/** Whether one of several texts matches; of none, as where there is no text. */
export function matchesAnyText(texts: readonly string[], condition: TextCondition | undefined): boolean {
  return texts.length === 0 ? matchesText(null, condition) : texts.some((text) => matchesText(text, condition));
}

export function matchesNumber(number: number | null, range: Range<number> | undefined): boolean {
  if (!range) return true;
  if (number === null) return false;
  return (range.gte === undefined || number >= range.gte) && (range.lte === undefined || number <= range.lte);
}

export function matchesAmount(amount: Decimal | null, range: Range<Decimal> | undefined): boolean {
  if (!range) return true;
  if (amount === null) return false;
  return (range.gte === undefined || amount.gte(range.gte)) && (range.lte === undefined || amount.lte(range.lte));
}

export function matchesDate(date: CalendarDate | null, range: Range<CalendarDate> | undefined): boolean {
  if (!range) return true;
  if (date === null) return false;
  return (range.gte === undefined || date >= range.gte) && (range.lte === undefined || date <= range.lte);
}

/** Text as it is ordered: by code point after NFC. */
export function textKey(text: string): string {
  return text.normalize('NFC');
}

/** Text as it is compared where case does not matter. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
