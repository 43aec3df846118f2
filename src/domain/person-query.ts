import { type Combination, holds } from './combination.ts';
import { type CustomFieldCondition, matchesCustomFields } from './custom-field-condition.ts';
import type { IdCondition, InstantRange, Order, SortKey, TextCondition } from './list.ts';
import type { Lookup } from './lookup.ts';
import { type Matchers, matchesAll, matchesAnyText, matchesId, matchesInstant, matchesText } from './match.ts';
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
    matchesAll(person, where, MATCHERS) &&
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

const MATCHERS: Matchers<Person, PersonWhere> = {
  name: ({ name }, condition) => matchesText(name, condition),
  email: ({ emails }, condition) => matchesAnyText(valuesOf(emails), condition),
  phone: ({ phones }, condition) => matchesAnyText(valuesOf(phones), condition),
  city: ({ addresses }, condition) => matchesAnyText(addressTexts(addresses, 'city') ?? [], condition),
  region: ({ addresses }, condition) => matchesAnyText(addressTexts(addresses, 'region') ?? [], condition),
  postalCode: ({ addresses }, condition) => matchesAnyText(addressTexts(addresses, 'postalCode') ?? [], condition),
  organization: ({ organization }, condition) => matchesId(organization, condition),
  owner: ({ owner }, condition) => matchesId(owner, condition),
  updatedAt: ({ updatedAt }, condition) => matchesInstant(updatedAt, condition),
  customFields: ({ customValues }, condition) => matchesCustomFields(customValues, condition),
};

function valuesOf(points: Person['emails']): readonly string[] {
  return points.map(({ value }) => value);
}
