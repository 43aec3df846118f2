import type { Passing } from '../../support/fault-proxy.ts';
import type { CrmId } from '../account.ts';

/**
 * What a request asks for: one record, records by their ids, what hangs on several deals, a list of any length, a
 * table that is read whole, or something there is one of.
 */
export type PositionKind = 'record' | 'batch' | 'parts' | 'list' | 'table' | 'one';

/** A request that a query sends. */
export interface Position {
  readonly crm: CrmId;
  /** Path and query, without credentials. */
  readonly target: string;
  readonly kind: PositionKind;
  /** The fields it is sent for, as they are called in the query: `stage`, `deals`. */
  readonly fields: readonly string[];
}

const PAGING = /^(cursor|start|limit|page|per_page)=/;

/** What is asked for, without what tells one page from another. */
export function withoutPage(target: string): string {
  const [path, query = ''] = target.split('?', 2);
  const what = query.split('&').filter((parameter) => !PAGING.test(parameter));
  return `${path}?${what.join('&')}`;
}

/** Path and query of a request, as the receipt has them: without credentials. */
export function targetOf({ target }: Pick<Passing, 'target'>): string {
  return decodeURIComponent(target)
    .replace(/^\/api\/v3/, '')
    .replace(/[?&](api_key|app_key)=[^&]*/g, '');
}

/** A field's name within its type: `Deal.stage` is `stage`. */
export function fieldOf(coordinate: string): string {
  return coordinate.slice(coordinate.indexOf('.') + 1);
}

const KINDS: readonly (readonly [RegExp, PositionKind])[] = [
  [/^\/v1\/users\/me$|^\/account\.json$|summary|timeline/, 'one'],
  [/\/\d+(\.json)?(\?|$)/, 'record'],
  [/[?&]deal_ids=/, 'parts'],
  [/[?&](ids|conditions\[\w+_id\])=/, 'batch'],
  [/stages|pipelines|users|[fF]ields?(\?|$)|field_labels|deal_statuses|lead_sources|tags/, 'table'],
];

export function kindOf(target: string): PositionKind {
  return KINDS.find(([pattern]) => pattern.test(target))?.[1] ?? 'list';
}
