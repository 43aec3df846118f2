import type { Call } from './call.ts';
import type { BillingFrequency, DealProduct, DiscountType, TaxMethod } from './deal.ts';
import type { Decimal } from './decimal.ts';
import type { MergePreview } from './merge-preview.ts';
import type { Address } from './record.ts';
import type { CalendarDate, Instant } from './time.ts';
import type { DealWriteReport, LinesWriteReport } from './write-report.ts';
import type { WriteCall } from './write-step.ts';

/** A custom field to write: the CRM's key or the field's label, and a JSON value or `null` to clear it. */
export interface CustomFieldWrite {
  readonly key: string;
  readonly value: unknown;
}

/** One of the account's labels, sources or the like: by its remote id, or by its exact name. */
export type Choice = { readonly id: string } | { readonly name: string };

/** A postal address to write; parts that are `null` are emptied. */
export type AddressParts = Omit<Address, 'formatted'>;

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
  /** In place of its id: the organization of this name, which the CRM creates where there is none. */
  readonly organizationName?: string;
  /** In percent. */
  readonly probability?: number | null;
  readonly expectedCloseDate?: CalendarDate | null;
  readonly lossReason?: string | null;
  readonly lossReasonNotes?: string | null;
  /** The name of a status light. */
  readonly health?: string | null;
  readonly wonReason?: string | null;
  readonly wonReasonNotes?: string | null;
  /** The whole set. */
  readonly labels?: readonly Choice[];
  readonly source?: Choice | null;
  /** The CRM's own level of who may see it. */
  readonly visibility?: number;
  /** The whole set of users it is shared with. */
  readonly collaborators?: readonly string[];
  readonly address?: AddressParts | null;
  readonly isArchived?: boolean;
  readonly archivedAt?: Instant;
  readonly createdAt?: Instant;
  readonly updatedAt?: Instant;
  readonly closedAt?: Instant;
  readonly wonAt?: Instant;
  readonly lostAt?: Instant;
  /** A template of activities to give to the deal, by its id or its exact name. */
  readonly todoTemplate?: string;
  /** Whose activities they become. */
  readonly todoTemplateOwner?: string;
  /** Fields by key, or by a label that only one field has. */
  readonly customFields?: readonly CustomFieldWrite[];
}

export interface DealDraft extends DealAttributes {
  readonly title: string;
  readonly products?: readonly DealProductDraft[];
}

export type DealPatch = DealAttributes;

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
 * Writes on deals. Before these are called, the gateway has checked what the capability table and the tables of
 * stages, pipelines and users can tell; what only the adapter knows it checks before its first write and throws
 * with a `path` into the arguments.
 *
 * Every request is a step of the call, so each method can be run again with the same arguments after it was cut off:
 * what its steps achieved is not repeated and not checked again, and what is left is done.
 */
export interface DealWrites {
  add(draft: DealDraft, call: WriteCall): Promise<DealWriteReport>;
  update(id: string, patch: DealPatch, call: WriteCall): Promise<DealWriteReport>;
  /** `keep` survives and wins conflicts; its empty attributes are filled from `absorb`, in that order. */
  merge(keep: string, absorb: readonly string[], call: WriteCall): Promise<DealWriteReport>;
  /** What `merge` with the same arguments would do, by reads only. */
  previewMerge?(keep: string, absorb: readonly string[], call: Call): Promise<MergePreview>;
  /** Copies a deal, given as it was read just before; `title` replaces the copy's title. */
  duplicate(
    original: { readonly id: string; readonly title: string },
    options: { readonly title?: string },
    call: WriteCall,
  ): Promise<DealWriteReport>;
  delete(id: string, call: WriteCall): Promise<DealWriteReport>;
}

/** Writes on the lines of one deal. Lists are never empty. */
export interface DealProductWrites {
  add(deal: string, lines: readonly DealProductDraft[], call: WriteCall): Promise<LinesWriteReport>;
  update(deal: string, line: string, patch: DealProductPatch, call: WriteCall): Promise<LinesWriteReport>;
  /** `before`: all lines of the deal as they were read just before. */
  delete(
    deal: string,
    lines: readonly string[],
    before: readonly DealProduct[],
    call: WriteCall,
  ): Promise<LinesWriteReport>;
}
