import type { Crms } from '../domain/crms.ts';
import { parseId } from '../domain/crms.ts';
import type { Decimal } from '../domain/decimal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { IdCondition, InstantRange, Range, TextCondition } from '../domain/list.ts';
import type { NodeType, Ref } from '../domain/ref.ts';
import type { CalendarDate, Instant } from '../domain/time.ts';
import { builder } from './builder.ts';

type Maybe<T> = T | null | undefined;

export const IdFilter = builder.inputType('IdFilter', {
  description: 'Matches a reference by global id. An id of another CRM matches nothing there.',
  fields: (t) => ({
    eq: t.id({ description: 'This one; null: has none.' }),
    in: t.idList({ description: 'One of these; an empty list matches nothing.' }),
  }),
});

export const TextFilter = builder.inputType('TextFilter', {
  description: 'Matches text. What is given has to hold together.',
  fields: (t) => ({
    eq: t.string({ description: 'Exactly this; null: has none.' }),
    contains: t.string({ description: 'Contains this, whatever the case.' }),
    startsWith: t.string({ description: 'Starts with this, whatever the case.' }),
  }),
});

export const DecimalRange = builder.inputType('DecimalRange', {
  description: 'A range of numbers, both ends included.',
  fields: (t) => ({
    gte: t.field({ type: 'Decimal', description: 'At least.' }),
    lte: t.field({ type: 'Decimal', description: 'At most.' }),
  }),
});

export const DateRange = builder.inputType('DateRange', {
  description: 'A range of days, both ends included.',
  fields: (t) => ({
    gte: t.field({ type: 'Date', description: 'From this day.' }),
    lte: t.field({ type: 'Date', description: 'Until this day.' }),
  }),
});

export const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A range of moments.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTime', description: 'From this moment, included.' }),
    lt: t.field({ type: 'DateTime', description: 'Until this moment, excluded.' }),
  }),
});

/** References a filter asks for, of whatever CRM; `null` among them for "has none". */
export type RefFilter = readonly (Ref | null)[];

/** Reads an id filter; `undefined` when there is no condition. */
export function readIdFilter(
  filter: Maybe<{ readonly eq?: Maybe<string>; readonly in?: Maybe<readonly string[]> }>,
  type: NodeType,
  crms: Crms,
  argument: string,
): RefFilter | undefined {
  if (!filter) return undefined;
  onlyOne(filter, argument);
  if (filter.eq !== undefined) {
    return [filter.eq === null ? null : parseId(String(filter.eq), type, crms, `${argument}.eq`)];
  }
  return filter.in?.map((id, index) => parseId(String(id), type, crms, `${argument}.in.${index}`));
}

/** What a reference filter means in one CRM: a condition, or `null` when nothing there can match. */
export function idCondition(filter: RefFilter, crm: string): IdCondition | null {
  const anyOf = new Set(filter.filter((ref) => ref === null || ref.crm === crm).map((ref) => ref?.id ?? null));
  return anyOf.size === 0 ? null : { anyOf: [...anyOf] };
}

/** Reads a filter for one of a list of values; `undefined` when there is no condition. */
export function readValueFilter<T>(
  filter: Maybe<{ readonly eq?: Maybe<T>; readonly in?: Maybe<readonly T[]> }>,
  argument: string,
): readonly T[] | undefined {
  if (!filter) return undefined;
  onlyOne(filter, argument);
  if (filter.eq === null) return [];
  return filter.eq === undefined ? (filter.in ?? undefined) : [filter.eq];
}

export function readTextFilter(
  filter: Maybe<{
    readonly eq?: Maybe<string>;
    readonly contains?: Maybe<string>;
    readonly startsWith?: Maybe<string>;
  }>,
): TextCondition | undefined {
  if (!filter) return undefined;
  const condition: TextCondition = {
    ...(filter.eq !== undefined && { eq: filter.eq }),
    ...(filter.contains && { contains: filter.contains }),
    ...(filter.startsWith && { startsWith: filter.startsWith }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}

export function readRange<T extends Decimal | CalendarDate>(
  range: Maybe<{ readonly gte?: Maybe<T>; readonly lte?: Maybe<T> }>,
): Range<T> | undefined {
  if (!range || (range.gte == null && range.lte == null)) return undefined;
  return { ...(range.gte != null && { gte: range.gte }), ...(range.lte != null && { lte: range.lte }) };
}

export function readInstantRange(
  range: Maybe<{ readonly gte?: Maybe<Instant>; readonly lt?: Maybe<Instant> }>,
): InstantRange | undefined {
  if (!range || (range.gte == null && range.lt == null)) return undefined;
  return { ...(range.gte != null && { gte: range.gte }), ...(range.lt != null && { lt: range.lt }) };
}

function onlyOne(filter: { readonly eq?: unknown; readonly in?: unknown }, argument: string): void {
  if (filter.eq !== undefined && filter.in != null) {
    throw new GatewayError('BAD_USER_INPUT', `${argument}: give eq or in, not both`, { argument });
  }
}

/** A filter as it was read: conditions that mean the same in every CRM, references, and what they are joined with. */
export interface ReadFilter {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly refs: Readonly<Record<string, RefFilter>>;
  readonly and?: readonly ReadFilter[];
  readonly or?: readonly ReadFilter[];
  readonly not?: ReadFilter;
}

interface Joined<Input> {
  readonly and?: Maybe<readonly Input[]>;
  readonly or?: Maybe<readonly Input[]>;
  readonly not?: Maybe<Input>;
}

/** What a filter is joined with, each part read by `read` under the argument it stands at. */
export function readJoined<Input extends object>(
  input: Joined<Input>,
  argument: string,
  read: (part: Input, argument: string) => ReadFilter,
): Pick<ReadFilter, 'and' | 'or' | 'not'> {
  const parts = (name: 'and' | 'or') => input[name]?.map((part, index) => read(part, `${argument}.${name}.${index}`));
  const [and, or] = [parts('and'), parts('or')];
  return { ...(and && { and }), ...(or && { or }), ...(input.not && { not: read(input.not, `${argument}.not`) }) };
}

/** A filter's conditions in terms of one CRM, or `null` when nothing there can match. */
export function conditionsIn(filter: ReadFilter, crm: string): Record<string, unknown> | null {
  const conditions: Record<string, unknown> = { ...filter.plain };
  for (const [name, refs] of Object.entries(filter.refs)) {
    const condition = idCondition(refs, crm);
    if (condition === null) return null;
    conditions[name] = condition;
  }
  if (filter.and) {
    const parts = filter.and.map((part) => conditionsIn(part, crm));
    if (parts.includes(null)) return null;
    conditions.and = parts;
  }
  if (filter.or) {
    const parts = filter.or.map((part) => conditionsIn(part, crm)).filter((part) => part !== null);
    if (parts.length === 0) return null;
    conditions.or = parts;
  }
  const not = filter.not && conditionsIn(filter.not, crm);
  // What nothing matches holds for nothing, so its contrary holds for everything.
  if (not) conditions.not = not;
  return conditions;
}

/** The names of a filter's fields, joined ones included, as capability tables name them. */
export function fieldsOf(filter: ReadFilter): readonly string[] {
  const joined = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])];
  const names = (['and', 'or', 'not'] as const).filter((name) => filter[name] !== undefined);
  return [
    ...new Set([...Object.keys(filter.plain), ...Object.keys(filter.refs), ...names, ...joined.flatMap(fieldsOf)]),
  ];
}
