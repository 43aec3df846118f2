import type { AddressParts, Choice, DealAttributes } from '../domain/deal-writes.ts';
import type { Decimal } from '../domain/decimal.ts';
import { type CustomFieldInput, readCustomFields } from './custom-field-input.ts';
import { checkMoments, type DealMomentsInput } from './deal-moments.ts';
import type { InputCheck } from './input-check.ts';

type Given<T> = T | null | undefined;

/** A postal address as an input has it; parts that are left out are empty. */
export type AddressInput = { readonly [Part in keyof AddressParts]?: Given<string> };

/** The attributes of a deal as a mutation's input has them: absent, null or a value; references as global ids. */
export interface DealAttributesInput extends DealMomentsInput {
  readonly title?: Given<string>;
  readonly summary?: Given<string>;
  readonly value?: Given<Decimal>;
  readonly currency?: Given<string>;
  readonly stage?: Given<string>;
  readonly pipeline?: Given<string>;
  readonly owner?: Given<string>;
  readonly person?: Given<string>;
  readonly organization?: Given<string>;
  readonly organizationName?: Given<string>;
  readonly probability?: Given<number>;
  readonly expectedCloseDate?: Given<string>;
  readonly lossReason?: Given<string>;
  readonly lossReasonNotes?: Given<string>;
  readonly health?: Given<string>;
  readonly wonReason?: Given<string>;
  readonly wonReasonNotes?: Given<string>;
  readonly labels?: Given<readonly string[]>;
  readonly source?: Given<string>;
  readonly channel?: Given<string>;
  readonly channelId?: Given<string>;
  readonly originId?: Given<string>;
  readonly visibility?: Given<number>;
  readonly collaborators?: Given<readonly string[]>;
  readonly address?: Given<AddressInput>;
  readonly todoTemplate?: Given<string>;
  readonly todoTemplateOwner?: Given<string>;
  readonly customFields?: Given<readonly CustomFieldInput[]>;
}

/** Attributes that `null` clears; for all others it is refused. */
export const CLEARABLE: ReadonlySet<string> = new Set([
  'person',
  'organization',
  'expectedCloseDate',
  'probability',
  'lossReason',
  'lossReasonNotes',
  'wonReason',
  'wonReasonNotes',
  'summary',
  'health',
  'source',
  'address',
]);

const REFERENCES = {
  stage: 'Stage',
  pipeline: 'Pipeline',
  owner: 'User',
  person: 'Person',
  organization: 'Organization',
  todoTemplateOwner: 'User',
} as const;

const TEXTS = [
  'title',
  'organizationName',
  'summary',
  'lossReason',
  'lossReasonNotes',
  'wonReason',
  'wonReasonNotes',
  'health',
  'todoTemplate',
] as const;

/** The parts of an address, in the order in which they are written on a letter. */
const ADDRESS_PARTS = ['street', 'city', 'region', 'postalCode', 'country'] as const;

/** A label's global id; anything else is a name. */
const LABEL_ID = /^[a-z][a-z0-9-]*:Label:/;

/** What to write, in terms of the CRM `crm`; what is wrong with it goes to `check`. Absent attributes stay absent. */
export function readDealAttributes(input: DealAttributesInput, crm: string, check: InputCheck): DealAttributes {
  const { customFields, labels, source, collaborators, address, ...plain } = input;
  const sets = { labels, collaborators };
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries({ ...plain, source, address, ...sets })) {
    if (value === undefined) continue;
    if (value === null && !CLEARABLE.has(name)) check.invalid(['input', name], 'cannot be null');
    else attributes[name] = value;
  }
  for (const name of TEXTS) {
    if (typeof attributes[name] === 'string') check.text(attributes[name], ['input', name]);
  }
  for (const name of ['title', 'organizationName'] as const) {
    if (plain[name]?.trim() === '') check.invalid(['input', name], 'is blank');
  }
  if (plain.organizationName != null && plain.organization !== undefined) {
    check.invalid(['input', 'organizationName'], 'stands in place of organization, not beside it');
  }
  const { probability } = plain;
  if (typeof probability === 'number' && !(probability >= 0 && probability <= 100)) {
    check.invalid(['input', 'probability'], 'has to be from 0 to 100');
  }
  for (const [name, type] of Object.entries(REFERENCES)) {
    const id = attributes[name];
    if (typeof id === 'string') attributes[name] = check.id(id, type, ['input', name], crm)?.id;
  }
  if (labels) attributes.labels = labels.map((label, at) => readChoice(label, ['labels', String(at)], crm, check));
  if (source) attributes.source = readChoice(source, ['source'], crm, check);
  if (collaborators) attributes.collaborators = readUsers(collaborators, crm, check);
  if (address) attributes.address = readAddress(address, check);
  checkMoments(plain, check);
  if (plain.todoTemplateOwner != null && plain.todoTemplate == null) {
    check.invalid(['input', 'todoTemplateOwner'], 'means nothing without a todoTemplate');
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

/** A label by its global id, or by its name. */
function readChoice(text: string, at: readonly string[], crm: string, check: InputCheck): Choice {
  const path = ['input', ...at];
  if (!LABEL_ID.test(text)) return { name: check.text(text, path) };
  return { id: check.id(text, 'Label', path, crm)?.id ?? '' };
}

/** Users, who may be none: the set is replaced. */
function readUsers(ids: readonly string[], crm: string, check: InputCheck): readonly string[] {
  return ids.length === 0 ? [] : check.ids(ids, 'User', ['input', 'collaborators'], crm).map(({ id }) => id);
}

function readAddress(address: AddressInput, check: InputCheck): AddressParts {
  const parts = ADDRESS_PARTS.map((name): readonly [string, string | null] => {
    const part = address[name] ?? null;
    return [name, part === null ? null : check.text(part, ['input', 'address', name])];
  });
  if (parts.every(([, part]) => part === null)) check.invalid(['input', 'address'], 'is empty; null clears it');
  return Object.fromEntries(parts) as unknown as AddressParts;
}
