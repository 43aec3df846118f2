import type { Capability, EntityKind, OperationKind } from './capability.ts';
import type { Tariff } from './tariff.ts';

/** One configured CRM account. Two accounts of one kind are two CRMs. */
export interface Crm {
  /** The id it is configured under; the first part of its records' global ids. */
  readonly id: string;
  /** The adapter's name, for example `pipedrive`. */
  readonly kind: string;
  readonly label: string;
  readonly capabilities: readonly Capability[];
  /** What it can be asked, and what that costs. */
  readonly tariff: Tariff;
}

/** The row that decides: the field's own, else that of the operation as a whole. */
export function capability(
  { capabilities }: Pick<Crm, 'capabilities'>,
  entity: EntityKind,
  operation: OperationKind,
  field: string | null = null,
): Capability {
  let general: Capability | null = null;
  for (const row of capabilities) {
    if (row.entity !== entity || row.operation !== operation) continue;
    if (row.field === field) return row;
    if (row.field === null) general ??= row;
  }
  return general ?? { entity, operation, field, fidelity: 'UNSUPPORTED', note: null };
}
