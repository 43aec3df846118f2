import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { GatewayError, Problem } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';
import type { ListRules } from './list-rules.ts';

/** One CRM's share of a list. */
export interface ListPart<T> {
  readonly adapter: CrmAdapter;
  /** The CRM's place in configured order. */
  readonly index: number;
  /** What to read; empty when nothing of this CRM can match. A refusal counts as this CRM's failure. */
  readonly sources: readonly Source<T>[] | GatewayError;
  /**
   * Fewer sources that hold more than is asked for. Where enough of the records on their first pages match, they cost
   * less than `sources`, which are read instead where not. `found` is told which it was.
   */
  readonly attempt?: { readonly sources: readonly Source<T>[]; found(isEnough: boolean): void };
  /** Whether few of the sources' records may match, so that larger pages save requests. */
  readonly selective: boolean;
  /** What to do where too much would have to be read. */
  advice?(): string;
}

export interface ListRequest<T> {
  readonly parts: readonly ListPart<T>[];
  readonly rules: ListRules<T>;
  readonly first: number;
  readonly after: string | null;
  /** Identifies CRMs, filter and order; a cursor fits no other list. */
  readonly query: string;
  /** The moment a filter with relative times counts from, which later pages have to keep. */
  readonly countsFrom?: number | null;
  readonly onCrmFailure: 'FAIL' | 'PARTIAL';
  /** Whether the caller wants to know if there is more, which may cost another read. */
  readonly wantsNext: boolean;
}

export interface ListEdge<T> {
  readonly node: T;
  /** Made when asked for. */
  cursor(): string;
}

export interface CrmOutcome {
  readonly adapter: CrmAdapter;
  readonly state: 'COMPLETE' | 'INCOMPLETE' | 'FAILED';
  readonly problems: readonly Problem[];
  readonly totalCount: number | null;
}

export interface ListPage<T> {
  readonly edges: readonly ListEdge<T>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
  readonly crms: readonly CrmOutcome[];
}
