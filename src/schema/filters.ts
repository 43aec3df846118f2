import type { Crms } from '../domain/crms.ts';
import { parseId } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { IdCondition, TextCondition } from '../domain/list.ts';
import type { NodeType, Ref } from '../domain/ref.ts';
import { RELATED_TEXTS, type RelatedCondition, type RelatedText } from '../domain/related.ts';
import type { Instant } from '../domain/time.ts';
import { builder } from './builder.ts';
import { absolute, isRelative, type Maybe } from './ranges.ts';

interface TextFilterInput {
  readonly eq?: Maybe<string>;
  readonly contains?: Maybe<string>;
  readonly startsWith?: Maybe<string>;
}

export const TextFilter = builder.inputType('TextFilter', {
  description: 'Matches text. What is given has to hold together.',
  fields: (t) => ({
    eq: t.string({ description: 'Exactly this; null: has none.' }),
    contains: t.string({ description: 'Contains this, whatever the case.' }),
    startsWith: t.string({ description: 'Starts with this, whatever the case.' }),
  }),
});

export interface IdFilterInput extends Readonly<Partial<Record<RelatedText, Maybe<TextFilterInput>>>> {
  readonly eq?: Maybe<string | number>;
  readonly in?: Maybe<readonly (string | number)[]>;
  readonly organization?: Maybe<IdFilterInput>;
}

const IdFilterRef = builder.inputRef<IdFilterInput>('IdFilter');

export const IdFilter = IdFilterRef.implement({
  description:
    'Matches a reference, by global id and by what the record behind it shows. What is given has to hold together; what the record does not have is refused.',
  fields: (t) => ({
    eq: t.id({ description: 'This one; null: has none. An id of another CRM matches nothing there.' }),
    in: t.idList({ description: 'One of these; an empty list matches nothing.' }),
    name: t.field({ type: TextFilter, description: 'There is one, and its name matches.' }),
    email: t.field({
      type: TextFilter,
      description: 'Of a person or user: there is one, and an e-mail address matches.',
    }),
    phone: t.field({ type: TextFilter, description: 'Of a person: there is one, and a phone number matches.' }),
    city: t.field({
      type: TextFilter,
      description: 'Of a person or organization: there is one, and the city of an address matches.',
    }),
    region: t.field({
      type: TextFilter,
      description: 'Of a person or organization: there is one, and the state or county of an address matches.',
    }),
    postalCode: t.field({
      type: TextFilter,
      description: 'Of a person or organization: there is one, and the postal code of an address matches.',
    }),
    organization: t.field({
      type: IdFilterRef,
      description: 'Of a person: there is one, and their organization matches.',
    }),
  }),
});

/** What the record behind a reference has to be asked for. */
const TEXTS: Readonly<Partial<Record<NodeType, readonly RelatedText[]>>> = {
  Stage: ['name'],
  Pipeline: ['name'],
  Label: ['name'],
  User: ['name', 'email'],
  Person: RELATED_TEXTS,
  Organization: ['name', 'city', 'region', 'postalCode'],
};

/** References a filter asks for, of whatever CRM; `null` among them for "has none". */
export type RefFilter = readonly (Ref | null)[];

/** What a filter asks of the record behind a reference, as it was read. */
export interface ReadRelated {
  readonly texts: Readonly<Partial<Record<RelatedText, TextCondition>>>;
  readonly organization?: { readonly refs: RefFilter | undefined; readonly related: ReadRelated | undefined };
}

/** Reads which references an id filter asks for; `undefined` when there is no condition. */
export function readIdFilter(
  filter: Maybe<IdFilterInput>,
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

/** Reads what an id filter asks of the record behind the reference; `undefined` when there is no condition. */
export function readRelated(
  filter: Maybe<IdFilterInput>,
  type: NodeType,
  crms: Crms,
  argument: string,
): ReadRelated | undefined {
  if (!filter) return undefined;
  const texts: Partial<Record<RelatedText, TextCondition>> = {};
  for (const name of RELATED_TEXTS) {
    const condition = readTextFilter(filter[name]);
    if (filter[name] && !TEXTS[type]?.includes(name)) throw unasked(type, `${argument}.${name}`);
    if (condition) texts[name] = condition;
  }
  if (filter.organization && type !== 'Person') throw unasked(type, `${argument}.organization`);
  const refs = readIdFilter(filter.organization, 'Organization', crms, `${argument}.organization`);
  const related = readRelated(filter.organization, 'Organization', crms, `${argument}.organization`);
  if (Object.keys(texts).length === 0 && !refs && !related) return undefined;
  return { texts, ...((refs || related) && { organization: { refs, related } }) };
}

function unasked(type: NodeType, argument: string): GatewayError {
  const known = [...(TEXTS[type] ?? []), ...(type === 'Person' ? ['organization'] : [])].join(', ');
  const what = known === '' ? 'only eq and in' : `only eq, in, ${known}`;
  return new GatewayError('BAD_USER_INPUT', `${argument}: a ${type} is asked for by ${what}`, { argument });
}

/** What a reference filter means in one CRM: a condition, or `null` when nothing there can match. */
export function idCondition(filter: RefFilter, crm: string): IdCondition | null {
  const anyOf = new Set(filter.filter((ref) => ref === null || ref.crm === crm).map((ref) => ref?.id ?? null));
  return anyOf.size === 0 ? null : { anyOf: [...anyOf] };
}

/** The same of what is asked of the record behind a reference. */
function relatedCondition({ texts, organization }: ReadRelated, crm: string): RelatedCondition | null {
  const ids = organization?.refs && idCondition(organization.refs, crm);
  const related = organization?.related && relatedCondition(organization.related, crm);
  if (ids === null || related === null) return null;
  return { ...texts, ...(ids && { organization: ids }), ...(related && { related: { organization: related } }) };
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

export function readTextFilter(filter: Maybe<TextFilterInput>): TextCondition | undefined {
  if (!filter) return undefined;
  const condition: TextCondition = {
    ...(filter.eq !== undefined && { eq: filter.eq }),
    ...(filter.contains && { contains: filter.contains }),
    ...(filter.startsWith && { startsWith: filter.startsWith }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
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
  readonly related: Readonly<Record<string, ReadRelated>>;
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

/** The conditions on references, by ids and by what is behind them, each of the type it refers to. */
export function readReferences<const Name extends string>(
  input: { readonly [N in NoInfer<Name>]?: Maybe<IdFilterInput> },
  types: Readonly<Record<Name, NodeType>>,
  argument: string,
  crms: Crms,
): Pick<ReadFilter, 'refs' | 'related'> {
  const refs: Record<string, RefFilter> = {};
  const related: Record<string, ReadRelated> = {};
  for (const name of Object.keys(types) as Name[]) {
    const ids = readIdFilter(input[name], types[name], crms, `${argument}.${name}`);
    const behind = readRelated(input[name], types[name], crms, `${argument}.${name}`);
    if (ids) refs[name] = ids;
    if (behind) related[name] = behind;
  }
  return { refs, related };
}

/** A filter's conditions in terms of one CRM and of now, or `null` when nothing there can match. */
export function conditionsIn(filter: ReadFilter, crm: string, now: Instant): Record<string, unknown> | null {
  const conditions: Record<string, unknown> = mapValues(filter.plain, (value) => absolute(value, now));
  const behind: Record<string, RelatedCondition> = {};
  for (const [name, related] of Object.entries(filter.related)) {
    const condition = relatedCondition(related, crm);
    if (condition === null) return null;
    behind[name] = condition;
  }
  if (Object.keys(behind).length > 0) conditions.related = behind;
  for (const [name, refs] of Object.entries(filter.refs)) {
    const condition = idCondition(refs, crm);
    if (condition === null) return null;
    conditions[name] = condition;
  }
  if (filter.and) {
    const parts = filter.and.map((part) => conditionsIn(part, crm, now));
    if (parts.includes(null)) return null;
    conditions.and = parts;
  }
  if (filter.or) {
    const parts = filter.or.map((part) => conditionsIn(part, crm, now)).filter((part) => part !== null);
    if (parts.length === 0) return null;
    conditions.or = parts;
  }
  const not = filter.not && conditionsIn(filter.not, crm, now);
  // What nothing matches holds for nothing, so its contrary holds for everything.
  if (not) conditions.not = not;
  return conditions;
}

/** The names of a filter's fields, joined ones included, as capability tables name them. */
export function fieldsOf(filter: ReadFilter): readonly string[] {
  const joined = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])];
  const names = (['and', 'or', 'not'] as const).filter((name) => filter[name] !== undefined);
  return [
    ...new Set([
      ...Object.keys(filter.plain),
      ...Object.keys(filter.refs),
      ...Object.entries(filter.related).flatMap(([name, related]) => relatedFields(related, name)),
      ...names,
      ...joined.flatMap(fieldsOf),
    ]),
  ];
}

function relatedFields({ texts, organization }: ReadRelated, name: string): readonly string[] {
  return [...Object.keys(texts), ...(organization ? ['organization'] : [])].map((field) => `${name}.${field}`);
}

/** Whether a filter counts from now, so that what it means depends on when it is asked. */
export function countsFromNow(filter: ReadFilter): boolean {
  const joined = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])];
  return Object.values(filter.plain).some(isRelative) || joined.some(countsFromNow);
}

function mapValues<T>(values: Readonly<Record<string, unknown>>, map: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
