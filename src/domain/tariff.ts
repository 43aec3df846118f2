import type { EntityKind, OperationKind } from './capability.ts';

/** What a read brings. */
export const READ_SUBJECTS = [
  'DEAL',
  'PERSON',
  'ORGANIZATION',
  'PRODUCT',
  'PRODUCT_VARIATION',
  'ACTIVITY',
  'STAGE',
  'PIPELINE',
  'USER',
  'LABEL',
  'SAVED_FILTER',
  'DEAL_FIELD',
  'PERSON_FIELD',
  'ORGANIZATION_FIELD',
  'ACCOUNT',
  'CURRENCY',
  'CURRENT_USER',
  'DEAL_PRODUCT',
  'DISCOUNT',
  'INSTALLMENT',
  'DEAL_PERSON',
  'FOLLOWER',
  'PARTICIPANT',
  'PERMITTED_USER',
  'DEAL_DETAIL',
  'DEAL_ACTIVITY',
  'STAGE_MOVE',
  'NOTE',
  'FILE',
  'MAIL_MESSAGE',
  'CHANGE',
  'FEED',
  'FOLLOWER_CHANGE',
  'PARTICIPANT_CHANGE',
  'SEARCH',
  'SUMMARY',
  'TIMELINE',
] as const;
export type ReadSubject = (typeof READ_SUBJECTS)[number];

/** How a read names what it brings. */
export const READ_WAYS = ['BY_ID', 'BY_IDS', 'LIST', 'OF_DEAL', 'OF_DEALS', 'WHOLE', 'TOLD'] as const;
export type ReadWay = (typeof READ_WAYS)[number];

/** One way in which a CRM lets itself be read, and what a request of it costs. */
export interface ReadOperation {
  readonly subject: ReadSubject;
  readonly way: ReadWay;
  /** The path with `{id}` in place of ids; `null` where it comes with the deal. */
  readonly path: string | null;
  /** What a request costs; `null` on a CRM without tokens. */
  readonly tokens: number | null;
  /** The most ids, deals or records of one request; `null` where that is no question. */
  readonly limit: number | null;
  /** The most requests of one reading; `null` where only the data decides. */
  readonly maxRequests: number | null;
  /** Where a request by several ids may leave some out: those are read again, alone or by this one. */
  readonly again?: { readonly path: string; readonly tokens: number | null } | 'BY_ID';
  /** What reading it may make necessary to read besides, of what is kept. */
  readonly mayNeed?: readonly ReadSubject[];
}

/** At least and at most (`null`: without bound). */
export interface Bounds {
  readonly min: number;
  readonly max: number | null;
}

/** What a write costs a CRM, without what is read for the answer. Retries are left out. */
export interface WriteOperation {
  readonly entity: EntityKind;
  readonly operation: OperationKind;
  /** Of each record that is written. */
  readonly requests: Bounds;
  /** `null` on a CRM without tokens. */
  readonly tokens: Bounds | null;
}

/** Everything a CRM can be asked, as its adapter declares it. */
export interface Tariff {
  readonly reads: readonly ReadOperation[];
  readonly writes: readonly WriteOperation[];
}
