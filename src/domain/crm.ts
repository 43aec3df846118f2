import type { Tariff } from './tariff.ts';

/** What a capability is about. */
export const ENTITY_KINDS = [
  'DEAL',
  'DEAL_PRODUCT',
  'PERSON',
  'ORGANIZATION',
  'STAGE',
  'PIPELINE',
  'PRODUCT',
  'USER',
  'DISCOUNT',
  'INSTALLMENT',
  'FOLLOWER',
  'PARTICIPANT',
  'PERMITTED_USER',
  'ACTIVITY',
  'NOTE',
  'FILE',
  'MAIL_MESSAGE',
  'CHANGE',
  'FEED',
  'SAVED_FILTER',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export const OPERATION_KINDS = [
  'READ',
  'LIST',
  'FILTER',
  'SORT',
  'SEARCH',
  'ADD',
  'UPDATE',
  'MERGE',
  'DUPLICATE',
  'DELETE',
  'SUMMARIZE',
  'TIMELINE',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** How faithfully a CRM does something. */
export type Fidelity = 'NATIVE' | 'EMULATED_EXACT' | 'EMULATED_LOSSY' | 'UNSUPPORTED';

/** One row of a CRM's capability table. */
export interface Capability {
  readonly entity: EntityKind;
  readonly operation: OperationKind;
  /** `null` for the operation as a whole; else the field, filter or sort key where it differs. */
  readonly field: string | null;
  readonly fidelity: Fidelity;
  /** What a user has to know: what is emulated how, what is lost, why it cannot be done. */
  readonly note: string | null;
}

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
