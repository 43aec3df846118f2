import type { Deal } from '../domain/deal.ts';
import { formatDecimal } from '../domain/decimal.ts';
import type { MergePreview } from '../domain/merge-preview.ts';
import { globalId, type Ref } from '../domain/ref.ts';
import type { JsonValue } from '../domain/write-step.ts';
import { isBlank, noteOf } from './shown.ts';

/** Fields of a deal that only one of two values can stay of, as JSON. */
const FIELDS = {
  title: (deal) => deal.title,
  summary: (deal) => deal.summary,
  value: ({ value }) => value && { amount: formatDecimal(value.amount), currency: value.currency },
  status: (deal) => deal.status,
  health: (deal) => deal.health?.name ?? null,
  probability: (deal) => deal.probability,
  expectedCloseDate: (deal) => deal.expectedCloseDate,
  lossReason: (deal) => deal.lossReason,
  wonReason: (deal) => deal.wonReason,
  visibility: (deal) => deal.visibility,
  stage: (deal) => idOf(deal.stage),
  pipeline: (deal) => idOf(deal.pipeline),
  owner: (deal) => idOf(deal.owner),
  person: (deal) => idOf(deal.person),
  organization: (deal) => idOf(deal.organization),
  labels: (deal) => deal.labels.map((label) => globalId(label.ref)),
  source: (deal) => idOf(deal.source),
  channel: (deal) => idOf(deal.channel),
  address: (deal) => deal.address && noteOf(deal.address),
} as const satisfies Record<string, (deal: Deal) => JsonValue>;

type Field = keyof typeof FIELDS;

/** How a CRM merges the fields of deals. */
export interface MergeRules {
  /** An empty one is filled from the absorbed deal; custom fields are always of these. */
  readonly filled: readonly Field[];
  /** The deal that is kept keeps them, empty or not. */
  readonly kept: readonly Field[];
}

/** Where deals differ of which one is kept: what it has wins, also what an absorbed deal before filled. */
export function mergeConflicts(
  keep: Deal,
  absorb: readonly Deal[],
  { filled, kept }: MergeRules,
): MergePreview['conflicts'] {
  const values = valuesOf(keep, [...filled, ...kept]);
  const conflicts: MergePreview['conflicts'][number][] = [];
  for (const deal of absorb) {
    for (const [field, absorbed] of valuesOf(deal, [...filled, ...kept])) {
      const own = values.get(field) ?? null;
      if (isBlank(absorbed) || JSON.stringify(own) === JSON.stringify(absorbed)) continue;
      if (isBlank(own) && !(kept as readonly string[]).includes(field)) values.set(field, absorbed);
      else conflicts.push({ field, kept: own, absorbed, deal: deal.ref.id });
    }
  }
  return conflicts;
}

function valuesOf(deal: Deal, fields: readonly Field[]): Map<string, JsonValue> {
  return new Map([
    ...fields.map((field) => [field, FIELDS[field](deal)] as const),
    ...Object.entries(deal.customValues).map(([key, value]) => [`customFields.${key}`, noteOf(value)] as const),
  ]);
}

function idOf(link: { readonly ref: Ref } | null): string | null {
  return link && globalId(link.ref);
}
