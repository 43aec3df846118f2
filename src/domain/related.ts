import type { IdCondition, TextCondition } from './list.ts';
import type { Lookup } from './lookup.ts';
import { matchesAnyText, matchesId } from './match.ts';
import type { Organization } from './organization.ts';
import type { Address, ContactPoint } from './record.ts';
import type { Link, Ref } from './ref.ts';
import { allHold, type Verdict } from './verdict.ts';

/** What can be asked of the record behind a reference. */
export const RELATED_TEXTS = ['name', 'email', 'phone', 'city', 'region', 'postalCode'] as const;
export type RelatedText = (typeof RELATED_TEXTS)[number];

/** Conditions on the record behind a reference; all that are present must hold, and there has to be a record. */
export interface RelatedCondition extends Readonly<Partial<Record<RelatedText, TextCondition>>> {
  /** A person's. */
  readonly organization?: IdCondition;
  readonly related?: { readonly organization?: RelatedCondition };
}

/** What a record tells of these; what a link does not tell is absent. */
interface Told {
  readonly name?: string;
  readonly email?: string | null;
  readonly emails?: readonly ContactPoint[];
  readonly phones?: readonly ContactPoint[];
  readonly address?: Address | null;
  readonly addresses?: readonly Address[];
  readonly organization?: Link<Organization> | null;
}

/** Whether the record behind a reference is one that is asked for. What the link tells of it needs no reading. */
export function judgeRelated(
  link: { readonly ref: Ref; readonly known: object } | null,
  condition: RelatedCondition,
  lookup: Lookup,
): Verdict {
  if (link === null) return false;
  const known: Told = link.known;
  const record = (): Told | null | undefined => lookup.get(link.ref) as Told | null | undefined;
  const told = <T>(of: (told: Told) => T | undefined): T | null | undefined => {
    const own = of(known);
    if (own !== undefined) return own;
    const whole = record();
    return whole ? of(whole) : whole;
  };
  const { organization, related } = condition;
  const asked = RELATED_TEXTS.filter((text) => condition[text] !== undefined);
  const ofOrganization = (judge: (organization: Link<Organization> | null) => Verdict): Verdict => {
    const own = told((one) => (one.organization === undefined ? undefined : { link: one.organization }));
    return own ? judge(own.link) : own === null ? false : null;
  };
  return allHold<() => Verdict>(
    [
      ...asked.map((text) => () => {
        const texts = told((one) => textsOf(one, text));
        return texts ? matchesAnyText(texts, condition[text]) : texts === null ? false : null;
      }),
      () => (organization ? ofOrganization((own) => matchesId(own, organization)) : true),
      () =>
        related?.organization
          ? ofOrganization((own) => judgeRelated(own, related.organization as RelatedCondition, lookup))
          : true,
    ],
    (judge) => judge(),
  );
}

function textsOf(told: Told, text: RelatedText): readonly string[] | undefined {
  switch (text) {
    case 'name':
      return told.name === undefined ? undefined : [told.name];
    case 'email':
      return told.emails?.map(({ value }) => value) ?? (told.email === undefined ? undefined : present([told.email]));
    case 'phone':
      return told.phones?.map(({ value }) => value);
    default:
      return addressTexts(told.addresses ?? (told.address === undefined ? undefined : [told.address]), text);
  }
}

/** What addresses tell of one of their parts. */
export function addressTexts(
  addresses: readonly (Address | null)[] | undefined,
  part: 'city' | 'region' | 'postalCode',
): readonly string[] | undefined {
  return addresses && present(addresses.map((address) => address?.[part] ?? null));
}

function present(texts: readonly (string | null)[]): readonly string[] {
  return texts.filter((text) => text !== null);
}
