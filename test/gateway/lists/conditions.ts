import Big from 'big.js';
import fc from 'fast-check';
import { type Facts, has } from './facts.ts';

/** A condition of a filter, and what it means. */
interface Condition {
  readonly filter: object;
  fits(deal: Facts): boolean;
}

/** Conditions on every kind of field; none is true or false of every deal of a small account. */
export const CONDITIONS: Readonly<Record<string, Condition>> = {
  open: { filter: { status: { eq: 'OPEN' } }, fits: (deal) => deal.status === 'OPEN' },
  closed: { filter: { status: { in: ['WON', 'LOST'] } }, fits: ({ status }) => status === 'WON' || status === 'LOST' },
  valuable: {
    filter: { value: { gte: '15000.5' } },
    fits: ({ value }) => value !== null && new Big(value.amount).gte('15000.5'),
  },
  nobody: { filter: { person: { eq: null } }, fits: ({ person }) => person === null },
  likely: {
    filter: { probability: { gte: 20, lte: 80 } },
    fits: ({ probability: percent }) => percent !== null && percent >= 20 && percent <= 80,
  },
  stage: {
    filter: { stage: { name: { contains: 'PRO' } } },
    fits: ({ stageName }) => has(stageName, 'pro'),
  },
  pipeline: {
    filter: { pipeline: { name: { contains: 's' } } },
    fits: ({ pipelineName }) => has(pipelineName, 's'),
  },
  owner: { filter: { owner: { name: { contains: 'a' } } }, fits: ({ ownerName }) => has(ownerName, 'a') },
  ownerAddress: {
    filter: { owner: { email: { contains: 'M' } } },
    fits: ({ ownerEmail }) => has(ownerEmail, 'm'),
  },
  source: { filter: { source: { name: { contains: 'e' } } }, fits: ({ sourceName }) => has(sourceName, 'e') },
  personName: {
    filter: { person: { name: { contains: 'Ar' } } },
    fits: ({ contact }) => has(contact?.name ?? null, 'ar'),
  },
  personAddress: {
    filter: { person: { email: { contains: '.' }, name: { contains: 'e' } } },
    fits: ({ contact }) => has(contact?.name ?? null, 'e') && contact?.emails.some((one) => has(one, '.')) === true,
  },
  personWithout: {
    filter: { person: { email: { eq: null } } },
    fits: ({ contact }) => contact?.emails.length === 0,
  },
  personPhone: {
    filter: { person: { phone: { contains: '551002' } } },
    fits: ({ contact }) => contact?.phones.some((one) => has(one, '551002')) === true,
  },
  personCity: {
    filter: { person: { city: { contains: 'o' } } },
    fits: ({ contact }) => contact?.cities.some((one) => has(one, 'o')) === true,
  },
  personOrganization: {
    filter: { person: { organization: { name: { contains: 'a' } } } },
    fits: ({ contact }) => has(contact?.organizationName ?? null, 'a'),
  },
  personOfNobody: {
    filter: { person: { organization: { eq: null } } },
    fits: ({ contact }) => contact !== null && contact.organization === null,
  },
  organization: {
    filter: { organization: { name: { contains: 'r' } } },
    fits: ({ organizationName }) => has(organizationName, 'r'),
  },
  organizationCity: {
    filter: { organization: { city: { contains: 'a' } } },
    fits: ({ organizationCity }) => has(organizationCity, 'a'),
  },
  contract: {
    filter: { customFields: [{ key: 'Contract number', text: { startsWith: 'c-10' } }] },
    fits: ({ crm, words }) => crm === 'pipedrive' && has(words, 'c-10'),
  },
  project: {
    filter: { customFields: [{ key: 'Project Code', text: { contains: '1' } }] },
    fits: ({ crm, words }) => crm === 'pipelinedeals' && has(words, '1'),
  },
  regions: {
    filter: { customFields: [{ key: 'Regions', in: ['DACH', 'Iberia'] }] },
    fits: ({ regions }) => regions.includes('DACH') || regions.includes('Iberia'),
  },
  nowhere: {
    filter: { customFields: [{ key: 'Regions', isNull: true }] },
    fits: ({ regions }) => regions.length === 0,
  },
  seats: {
    filter: { customFields: [{ key: 'Seats', number: { gte: '100.5', lte: '300' } }] },
    fits: ({ crm, number }) => crm === 'pipelinedeals' && number !== null && number >= 100.5 && number <= 300,
  },
};

export interface Tree {
  readonly leaf?: string;
  readonly and?: readonly Tree[];
  readonly or?: readonly Tree[];
  readonly not?: Tree;
}

export function filterOf({ leaf, and, or, not }: Tree): object {
  return {
    ...(leaf !== undefined && CONDITIONS[leaf]?.filter),
    ...(and && { and: and.map(filterOf) }),
    ...(or && { or: or.map(filterOf) }),
    ...(not && { not: filterOf(not) }),
  };
}

export function fits({ leaf, and, or, not }: Tree, deal: Facts): boolean {
  return (
    (leaf === undefined || CONDITIONS[leaf]?.fits(deal) === true) &&
    (and ?? []).every((part) => fits(part, deal)) &&
    (!or || or.some((part) => fits(part, deal))) &&
    (!not || !fits(not, deal))
  );
}

const leaf = fc.constantFrom(...Object.keys(CONDITIONS));

/** Filters of any shape, as deep as the gateway takes them. */
export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthIdentifier: 'tree', maxDepth: 3, withCrossShrink: true },
    fc.record({ leaf }),
    fc.record(
      {
        leaf,
        and: fc.array(tie('tree'), { maxLength: 2, depthIdentifier: 'tree' }),
        or: fc.array(tie('tree'), { minLength: 1, maxLength: 3, depthIdentifier: 'tree' }),
        not: tie('tree'),
      },
      { requiredKeys: [] },
    ),
  ),
})).tree;
