import type { Deal } from './deal.ts';
import type { Source } from './list.ts';
import { fold } from './match.ts';

/** Where the words of a search may be found. */
export const DEAL_SEARCH_FIELDS = ['TITLE', 'NOTES', 'CUSTOM_FIELDS', 'PERSON', 'ORGANIZATION'] as const;
export type DealSearchField = (typeof DEAL_SEARCH_FIELDS)[number];

export interface DealSearchQuery {
  readonly term: string;
  /** Never empty. */
  readonly fields: readonly DealSearchField[];
  /** The whole text has to be the term, whatever the case. */
  readonly isExact: boolean;
  /** Remote id of a person linked to the deal. */
  readonly person?: string;
  /** Remote id of the deal's organization. */
  readonly organization?: string;
  readonly status?: 'OPEN' | 'WON' | 'LOST';
}

/** A deal that a CRM found, as its index has it: the deal may have changed, or gone, since. */
export interface DealHit {
  /** Remote id of the deal. */
  readonly deal: string;
  /** How well it fits, where the CRM says so: the more the better. */
  readonly score: number | null;
  readonly matchedFields: readonly DealSearchField[];
  /** The title that was searched. */
  readonly title: string;
  /** The deal itself, where it was read and not an index of it. */
  readonly record: Deal | null;
}

/** Finding deals by words. */
export interface DealSearch {
  /**
   * Hits, the best first and those without a score last. More than was asked for may be among them where only the
   * deal itself can tell: the gateway reads the deals and matches person, organization and status again.
   */
  sources(query: DealSearchQuery): readonly Source<DealHit>[];
}

/** Whether a text is found by the words of a search: all of them in it, or, for an exact one, nothing but the term. */
export function matchesTerm(text: string, { term, isExact }: Pick<DealSearchQuery, 'term' | 'isExact'>): boolean {
  const folded = fold(text).trim();
  if (isExact) return folded === fold(term).trim();
  return fold(term)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
