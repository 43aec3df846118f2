import type { CustomFieldWrite, DealAttributes } from '../domain/deal-writes.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { InputCheck } from './input-check.ts';

type Given<T> = T | null | undefined;

/** The attributes of a deal as a mutation's input has them: absent, null or a value; references as global ids. */
export interface DealAttributesInput {
  readonly title?: Given<string>;
  readonly summary?: Given<string>;
  readonly value?: Given<Decimal>;
  readonly currency?: Given<string>;
  readonly status?: Given<'OPEN' | 'WON' | 'LOST'>;
  readonly stage?: Given<string>;
  readonly pipeline?: Given<string>;
  readonly owner?: Given<string>;
  readonly person?: Given<string>;
  readonly organization?: Given<string>;
  readonly probability?: Given<number>;
  readonly expectedCloseDate?: Given<string>;
  readonly lossReason?: Given<string>;
  readonly health?: Given<string>;
  readonly customFields?: Given<readonly { readonly key: string; readonly value?: unknown }[]>;
}

/** Attributes that `null` clears; for all others it is refused. */
const CLEARABLE = new Set([
  'person',
  'organization',
  'expectedCloseDate',
  'probability',
  'lossReason',
  'summary',
  'health',
]);

const REFERENCES = {
  stage: 'Stage',
  pipeline: 'Pipeline',
  owner: 'User',
  person: 'Person',
  organization: 'Organization',
} as const;

const TEXTS = ['title', 'summary', 'lossReason', 'health'] as const;

/** What to write, in terms of the CRM `crm`; what is wrong with it goes to `check`. Absent attributes stay absent. */
export function readDealAttributes(input: DealAttributesInput, crm: string, check: InputCheck): DealAttributes {
  const { customFields, ...plain } = input;
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (value === undefined) continue;
    if (value === null && !CLEARABLE.has(name)) check.invalid(['input', name], 'cannot be null');
    else attributes[name] = value;
  }
  for (const name of TEXTS) {
    if (typeof attributes[name] === 'string') check.text(attributes[name], ['input', name]);
  }
  if (typeof plain.title === 'string' && plain.title.trim() === '') check.invalid(['input', 'title'], 'is blank');
  const { probability } = plain;
  if (typeof probability === 'number' && !(probability >= 0 && probability <= 100)) {
    check.invalid(['input', 'probability'], 'has to be from 0 to 100');
  }
  for (const [name, type] of Object.entries(REFERENCES)) {
    const id = attributes[name];
    if (typeof id === 'string') attributes[name] = check.id(id, type, ['input', name], crm)?.id;
  }
  if (customFields === null) check.invalid(['input', 'customFields'], 'cannot be null');
  if (customFields) attributes.customFields = readCustomFields(customFields, check);
  return attributes as DealAttributes;
}

/** Names and places of the attributes that are given, for the capability table. */
export function givenFields(input: object): { name: string; path: readonly string[] }[] {
  return Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => ({ name, path: ['input', name] }));
}

function readCustomFields(
  fields: readonly { readonly key: string; readonly value?: unknown }[],
  check: InputCheck,
): readonly CustomFieldWrite[] {
  if (fields.length === 0) check.invalid(['input', 'customFields'], 'an empty list');
  const seen = new Set<string>();
  return fields.map(({ key, value }, index) => {
    const path = ['input', 'customFields', String(index)];
    if (seen.has(key)) check.invalid([...path, 'key'], 'given twice');
    seen.add(key);
    if (value === undefined) check.invalid([...path, 'value'], 'is missing; null clears the field');
    else if (isRounded(value))
      check.invalid([...path, 'value'], 'a number of more than 15 digits: send it as a string');
    return { key, value: value ?? null };
  });
}

/** Whether a JSON value holds a number that may have lost digits on its way in. */
function isRounded(value: unknown): boolean {
  if (typeof value === 'number') return String(value).replace(/e.*$/, '').replace(/\D/g, '').length > 15;
  return typeof value === 'object' && value !== null && Object.values(value).some(isRounded);
}
