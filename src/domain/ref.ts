import { GatewayError } from './errors.ts';

/** The types whose records have a global id of their own. */
export const NODE_TYPES = [
  'Deal',
  'DealProduct',
  'Product',
  'Person',
  'Organization',
  'Stage',
  'Pipeline',
  'User',
  'Label',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** A record of a configured CRM, named by the id it has there. */
export interface Ref<Type extends NodeType = NodeType> {
  readonly crm: string;
  readonly type: Type;
  /** The CRM's own id; for a part of a deal `<deal id>/<part id>`. */
  readonly id: string;
}

/**
 * A reference as a record carries it, with what that record tells of the other side. Attributes found in `known`
 * need no further call; they are named as in the domain type and in the schema.
 */
export interface Link<T extends { readonly ref: Ref }> {
  readonly ref: T['ref'];
  readonly known: Partial<T>;
}

export const CRM_ID = /^[a-z][a-z0-9-]*$/;
const REMOTE_ID = /^[1-9][0-9]{0,15}$/;

/** `<crm>:<Type>:<remote id>` */
export function globalId(ref: Ref): string {
  return `${ref.crm}:${ref.type}:${ref.id}`;
}

/** A key for maps that hold records of several CRMs. */
export const refKey = globalId;

/**
 * Reads a global id, or explains in a `BAD_USER_INPUT` naming `argument` what is wrong with it. Looks only at the
 * text: whether the CRM is configured and has the record is for the caller to find out.
 */
export function parseGlobalId(text: string, argument: string): Ref {
  const [crm = '', type = '', id = '', ...rest] = text.split(':');
  const fail = (problem: string) => new GatewayError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
  if (rest.length > 0 || !CRM_ID.test(crm)) throw fail('not an id of the form <crm>:<Type>:<id>');
  if (!isNodeType(type)) throw fail(`an id names one of the types ${NODE_TYPES.join(', ')}`);
  const parts = type === 'DealProduct' ? id.split('/') : [id];
  if (parts.length !== (type === 'DealProduct' ? 2 : 1) || !parts.every(isRemoteId)) {
    throw fail(`not an id of a ${type}`);
  }
  return { crm, type, id };
}

/** Both CRMs number their records with positive integers; beyond 2^53-1 an id could not be told from its neighbour. */
export function isRemoteId(text: string): boolean {
  return REMOTE_ID.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;
}

function isNodeType(text: string): text is NodeType {
  return (NODE_TYPES as readonly string[]).includes(text);
}

/** The ids of a part of a deal, such as a product line. */
export function partOfDeal(id: string): { deal: string; part: string } {
  const slash = id.indexOf('/');
  return { deal: id.slice(0, slash), part: id.slice(slash + 1) };
}

/** Orders remote ids as numbers. */
export function compareRemoteIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
