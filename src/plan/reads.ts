import type { EntityKind, OperationKind } from '../domain/capability.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Source } from '../domain/list.ts';
import type { NodeType } from '../domain/ref.ts';
import type { ReadSubject } from '../domain/tariff.ts';

/** A field's arguments, as its resolver gets them. */
// biome-ignore lint/suspicious/noExplicitAny: every field has arguments of its own
export type Args = any;

/** What resolvers get; only fields of the schema look into it. */
// biome-ignore lint/suspicious/noExplicitAny: the plan knows no schema
export type Context = any;

/** What a list field would read of one CRM. */
export interface ListReads {
  readonly adapter: CrmAdapter;
  readonly sources: readonly Source<unknown>[];
  /** What may be read in their place, or before them. */
  readonly attempt?: readonly Source<unknown>[];
  /** What it may need to read before, of what is kept. */
  readonly mayNeed: readonly ReadSubject[];
  /** Records that the filter may look at, beside those of the list. */
  readonly related: readonly NodeType[];
  /** How many times as many sources there may be once the filter is known in the CRM's own terms. */
  readonly maxRuns: number;
  /** Whether something is read for certain. */
  readonly isCertain: boolean;
  /** The size of the pages that are read. */
  readonly pageSize: number;
  /** How many records a page that goes on behind another reads by id. */
  readonly ahead: number;
}

/** What resolving a field may read, in the terms of the domain. Stands beside the resolver that reads it. */
export type Reads =
  /** The record behind a link, unless nothing is selected but what the link tells. */
  | {
      readonly kind: 'link';
      readonly type: NodeType;
      /** Every parent has such a link, which tells nothing more than the reference. */
      readonly isCertain?: boolean;
      tells(selected: ReadonlySet<string>): boolean;
    }
  /** Several such, in a list or a page. */
  | {
      readonly kind: 'links';
      readonly type: NodeType;
      readonly isPage?: boolean;
      tells(selected: ReadonlySet<string>): boolean;
    }
  /** Records whose global ids are given. */
  | {
      readonly kind: 'ids';
      /** Other records of the same kind may be read in their place, or none. */
      readonly isVague?: boolean;
      ids(args: Args): readonly string[];
    }
  /** A page of a list over several CRMs, or of one that hangs on the parent. */
  | {
      readonly kind: 'list';
      lists(args: Args, context: Context, parent: string | null): readonly ListReads[];
      /** What each record of the page is read by, where the list brings less. */
      readonly leadsTo?: NodeType;
    }
  /** What is read whole and kept, of the parent's CRM or of all that `args` names. */
  | {
      readonly kind: 'tables';
      readonly subjects: readonly ReadSubject[];
      /** Whether it has to be read where it is not kept. */
      isCertain?(args: Args): boolean;
      /** Whether it is read for these arguments and this selection. */
      when?(args: Args): boolean;
    }
  /** What hangs on deals; `leadsTo` is what each item links to. */
  | {
      readonly kind: 'ofDeals';
      readonly subject: ReadSubject;
      readonly leadsTo?: NodeType;
      tells?(selected: ReadonlySet<string>): boolean;
    }
  /** The record as its own endpoint gives it. */
  | { readonly kind: 'whole' }
  /** What the CRM adds up itself, or the gateway by reading a list. */
  | {
      readonly kind: 'totals';
      readonly subject: ReadSubject;
      readonly tables: readonly ReadSubject[];
      lists(args: Args, context: Context, parent: string | null): readonly ListReads[];
      isNative(adapter: CrmAdapter): boolean;
    }
  /** A write, of one record for each CRM named. */
  | {
      readonly kind: 'write';
      readonly entity: EntityKind;
      readonly operation: OperationKind;
      /** The CRM of each record that is written. */
      crmsOf(args: Args): readonly string[];
      /** Whether what is answered is read after the write. */
      readonly isReadAfter: boolean;
    }
  /** Requests of which nothing is known beforehand but how many there are at most, to the CRM named or to any. */
  | { readonly kind: 'unknown'; readonly maxRequests: number; crm?(args: Args): string }
  /** What the gateway keeps itself, of records of any CRM. */
  | { readonly kind: 'own' };

/** Puts the note at a field: what it shows first, and what else is read for it. */
export function reading(...reads: readonly Reads[]): { readonly extensions: { readonly reads: readonly Reads[] } } {
  return { extensions: { reads } };
}

/** What is noted at a field. */
export function readsOf(field: { readonly extensions: unknown }): readonly Reads[] {
  return (field.extensions as { readonly reads?: readonly Reads[] }).reads ?? [];
}
