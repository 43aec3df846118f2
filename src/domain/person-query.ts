import { type Combination, holds } from './combination.ts';
import { type CustomFieldCondition, matchesCustomFields } from './custom-field-condition.ts';
import type { IdCondition, InstantRange, Order, SortKey, TextCondition } from './list.ts';
import type { Lookup } from './lookup.ts';
import { matchesAnyText, matchesId, matchesInstant, matchesText } from './match.ts';
import type { Person } from './person.ts';
import { addressTexts, judgeRelated, type RelatedCondition } from './related.ts';
import { allHold, type Verdict } from './verdict.ts';

/** The references of a person behind which there is a record to ask for. */
export const PERSON_REFERENCES = ['organization', 'owner'] as const;
export type PersonReference = (typeof PERSON_REFERENCES)[number];

/** Conditions on a person; all that are present must hold. */
export interface PersonWhere extends Combination<PersonWhere> {
  readonly name?: TextCondition;
  /** Holds when one of the person's addresses matches; `eq: null` when there is none. The same goes for the next ones. */
  readonly email?: TextCondition;
  readonly phone?: TextCondition;
  readonly city?: TextCondition;
  readonly region?: TextCondition;
  readonly postalCode?: TextCondition;
  readonly organization?: IdCondition;
  readonly owner?: IdCondition;
  readonly updatedAt?: InstantRange;
  readonly customFields?: readonly CustomFieldCondition[];
  readonly related?: Readonly<Partial<Record<PersonReference, RelatedCondition>>>;
}

export interface PersonQuery {
  readonly where: PersonWhere;
  readonly order: Order<'CREATED_AT'>;
}

/** What the person tells comes first: whom it rules out, nothing has to be read for. */
export function judgePerson(person: Person, where: PersonWhere, lookup: Lookup): Verdict {
  return (
    matchesPerson(person, where) &&
    allHold<() => Verdict>(
      [
        () => holds(where, (conditions) => judgePerson(person, conditions, lookup)),
        ...PERSON_REFERENCES.map((name) => () => {
          const condition = where.related?.[name];
          return condition ? judgeRelated(person[name], condition, lookup) : true;
        }),
      ],
      (judge) => judge(),
    )
  );
}

export function personSortKey(person: Person): SortKey {
  return person.createdAt;
}

function matchesPerson(person: Person, where: PersonWhere): boolean {
  const inAddresses = (part: 'city' | 'region' | 'postalCode') =>
    where[part] === undefined || matchesAnyText(addressTexts(person.addresses, part) ?? [], where[part]);
  return (
    matchesText(person.name, where.name) &&
    matchesAnyText(valuesOf(person.emails), where.email) &&
    matchesAnyText(valuesOf(person.phones), where.phone) &&
    inAddresses('city') &&
    inAddresses('region') &&
    inAddresses('postalCode') &&
    matchesId(person.organization, where.organization) &&
    matchesId(person.owner, where.owner) &&
    matchesInstant(person.updatedAt, where.updatedAt) &&
    matchesCustomFields(person.customValues, where.customFields)
  );
}

function valuesOf(points: Person['emails']): readonly string[] {
  return points.map(({ value }) => value);
}
