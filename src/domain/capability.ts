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
