import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Deal } from '../domain/deal.ts';
import type { CustomField } from '../domain/record.ts';
import { globalId } from '../domain/ref.ts';
import type { CustomFieldInput } from './custom-field-input.ts';
import type { DealAttributesInput } from './deal-input.ts';
import type { RunningOperation } from './running-operation.ts';
import { shownAs } from './shown-input.ts';

const id = (link: { readonly ref: Parameters<typeof globalId>[0] } | null) => link && globalId(link.ref);
const ids = (links: readonly { readonly ref: Parameters<typeof globalId>[0] }[] | null) => links?.map(id) ?? null;

/** What a deal has of each attribute, in the form in which an input gives it. */
const VALUES: Readonly<Record<string, (deal: Deal) => unknown>> = {
  title: (deal) => deal.title,
  summary: (deal) => deal.summary,
  value: (deal) => deal.value?.amount,
  currency: (deal) => deal.value?.currency,
  status: (deal) => deal.status,
  stage: (deal) => id(deal.stage),
  pipeline: (deal) => id(deal.pipeline),
  owner: (deal) => id(deal.owner),
  person: (deal) => id(deal.person),
  organization: (deal) => id(deal.organization),
  probability: (deal) => deal.probability,
  expectedCloseDate: (deal) => deal.expectedCloseDate,
  lossReason: (deal) => deal.lossReason,
  health: (deal) => deal.health?.name,
  wonReason: (deal) => deal.wonReason,
  labels: (deal) => ids(deal.labels),
  source: (deal) => id(deal.source),
  visibility: (deal) => deal.visibility,
  collaborators: (deal) => ids(deal.collaborators),
  address: ({ address }) => {
    if (!address) return null;
    const { formatted: _formatted, ...parts } = address;
    return parts;
  },
  isArchived: (deal) => deal.isArchived,
  archivedAt: (deal) => deal.archivedAt,
  createdAt: (deal) => deal.createdAt,
  closedAt: (deal) => deal.closedAt,
  wonAt: (deal) => deal.wonAt,
  lostAt: (deal) => deal.lostAt,
};

/** The attributes of a deal that a change can be told of, but for custom fields. */
export const DEAL_FIELDS: readonly string[] = Object.keys(VALUES);

const CUSTOM = 'customFields.';

/** One field of a deal, as changes name it, and what it has. */
export interface FieldValue {
  readonly field: string;
  readonly value: unknown;
  /** Of a custom field: the value in words. */
  readonly text?: string | null;
}

/** What a deal has of an attribute, in the form in which an input gives it. */
export function dealValue(deal: Deal, field: string): unknown {
  return VALUES[field]?.(deal) ?? null;
}

/** What a deal has of the attributes that an input gives. */
export async function valuesOf(
  adapter: CrmAdapter,
  deal: Deal,
  input: DealAttributesInput,
  operation: RunningOperation,
): Promise<readonly FieldValue[]> {
  const plain = givenNames(input).map((field) => ({ field, value: dealValue(deal, field) }));
  const { customFields } = input;
  if (!customFields?.length) return plain;
  const described = await adapter.customFields.describe('Deal', deal.customValues, null, operation.call);
  return [...plain, ...customFields.map(({ key }) => customValue(described, key))];
}

/** What an input gives, field by field, named as `valuesOf` does. */
export function givenValues(input: DealAttributesInput, names: readonly FieldValue[]): readonly unknown[] {
  const plain = givenNames(input);
  return names.map(({ field }, index) =>
    index < plain.length
      ? input[field as keyof DealAttributesInput]
      : (input.customFields as readonly CustomFieldInput[])[index - plain.length]?.value,
  );
}

/** The key of a custom field that a change names; `null` for another field. */
export function customKey(field: string): string | null {
  return field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : null;
}

export function customFieldName(key: string): string {
  return CUSTOM + key;
}

/** A value of a field in the words of a message. */
export function inWords(field: string, value: unknown): string {
  return JSON.stringify(shownAs(field, value));
}

function givenNames({ customFields: _customFields, ...input }: DealAttributesInput): readonly string[] {
  return Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** By its key or, like inputs, by its label. */
function customValue(described: readonly CustomField[], key: string): FieldValue {
  const field = described.find((one) => one.key === key) ?? described.find(({ label }) => label === key);
  return { field: customFieldName(field?.key ?? key), value: field?.value ?? null, text: field?.text ?? null };
}
