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
  crm: Pick<Crm, 'capabilities'>,
  entity: EntityKind,
  operation: OperationKind,
  field: string | null = null,
): Capability {
  const rows = crm.capabilities.filter((row) => row.entity === entity && row.operation === operation);
  const row = rows.find((r) => r.field === field) ?? rows.find((r) => r.field === null);
  return row ?? { entity, operation, field, fidelity: 'UNSUPPORTED', note: null };
}
