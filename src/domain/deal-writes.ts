import type { Call } from './call.ts';
import type { BillingFrequency, DiscountType, TaxMethod } from './deal.ts';
import type { Decimal } from './decimal.ts';
import type { Problem } from './errors.ts';
import type { CalendarDate } from './time.ts';

/** A custom field to write: the CRM's key, and a JSON value or `null` to clear it. */
export interface CustomFieldWrite {
  readonly key: string;
  readonly value: unknown;
}

/**
 * What to write on a deal. An attribute that is absent is not sent and keeps its value; `null` clears it. Ids are
 * remote ids of the CRM written to, already known to exist there.
 */
export interface DealAttributes {
  readonly title?: string;
  readonly summary?: string | null;
  readonly value?: Decimal;
  readonly currency?: string;
  readonly status?: 'OPEN' | 'WON' | 'LOST';
  readonly stage?: string;
  readonly pipeline?: string;
  readonly owner?: string;
  readonly person?: string | null;
  readonly organization?: string | null;
  /** In percent. */
  readonly probability?: number | null;
  readonly expectedCloseDate?: CalendarDate | null;
  readonly lossReason?: string | null;
  /** The name of a status light. */
  readonly health?: string | null;
  readonly customFields?: readonly CustomFieldWrite[];
}

export interface DealDraft extends DealAttributes {
  readonly title: string;
  readonly products?: readonly DealProductDraft[];
}

export interface DealPatch extends DealAttributes {
  readonly isArchived?: boolean;
}

export interface ProductBillingDraft {
  readonly frequency: BillingFrequency;
  readonly cycles?: number | null;
  readonly startDate?: CalendarDate | null;
}

/** What to write on a line of a deal; absent attributes are not sent. */
export interface DealProductPatch {
  readonly product?: string;
  readonly unitPrice?: Decimal;
  readonly quantity?: Decimal;
  readonly discount?: Decimal;
  readonly discountType?: DiscountType;
  readonly tax?: Decimal;
  readonly taxMethod?: TaxMethod;
  readonly comments?: string;
  readonly isEnabled?: boolean;
  /** Remote id of a variation of the product; `null` for none. */
  readonly variation?: string | null;
  readonly billing?: ProductBillingDraft;
}

export interface DealProductDraft extends DealProductPatch {
  readonly product: string;
  readonly unitPrice: Decimal;
  readonly quantity: Decimal;
}

/**
 * What a write achieved. No problems: all of it. Problems beside an effect: part of it, one problem a piece; the
 * path of a problem leads into the write's own arguments (`['products', '3']`, `['absorb', '1']`).
 *
 * A write without any effect throws a `GatewayError` instead, whose `details.effect` tells a refusal from a
 * request whose outcome is unknown.
 */
export interface DealWriteReport {
  /** The remote id of the deal that was added, changed, kept, copied to or deleted. */
  readonly deal: string;
  readonly problems: readonly Problem[];
}

export interface LinesWriteReport {
  /** Remote ids of the lines written, in input order (without the deal's id). */
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Writes on deals. Before these are called, the gateway has checked what the capability table and the tables of
 * stages, pipelines and users can tell; what only the adapter knows it checks before its first write and throws
 * with a `path` into the arguments. Nothing that was sent is repeated.
 */
export interface DealWrites {
  add(draft: DealDraft, call: Call): Promise<DealWriteReport>;
  update(id: string, patch: DealPatch, call: Call): Promise<DealWriteReport>;
  /** `keep` survives and wins conflicts; its empty attributes are filled from `absorb`, in that order. */
  merge(keep: string, absorb: readonly string[], call: Call): Promise<DealWriteReport>;
  /** Copies a deal; `title` replaces the copy's title. */
  duplicate(id: string, options: { readonly title?: string }, call: Call): Promise<DealWriteReport>;
  delete(id: string, call: Call): Promise<DealWriteReport>;
}

/** Writes on the lines of one deal. Lists are never empty. */
export interface DealProductWrites {
  add(deal: string, lines: readonly DealProductDraft[], call: Call): Promise<LinesWriteReport>;
  update(deal: string, line: string, patch: DealProductPatch, call: Call): Promise<LinesWriteReport>;
  delete(deal: string, lines: readonly string[], call: Call): Promise<LinesWriteReport>;
}
