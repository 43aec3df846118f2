import { GatewayError } from './errors.ts';

/** The types whose records have a global id of their own. */
export const NODE_TYPES = [
  'Deal',
  'DealProduct',
  'DealDiscount',
  'DealInstallment',
  'Product',
  'ProductVariation',
  'Person',
  'Organization',
  'Stage',
  'Pipeline',
  'User',
  'Activity',
  'Label',
  'SavedFilter',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** A record of a configured CRM, named by the id it has there. */
export interface Ref<Type extends NodeType = NodeType> {
  readonly crm: string;
  readonly type: Type;
  /** The CRM's own id; for a part of a deal or of a product `<id of the whole>/<id of the part>`. */
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
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The types whose records are parts of another record, and what the part's own id looks like. */
const PARTS = {
  DealProduct: isRemoteId,
  DealDiscount: isUuid,
  DealInstallment: isRemoteId,
  ProductVariation: isRemoteId,
} as const satisfies Partial<Record<NodeType, (id: string) => boolean>>;
export type PartType = keyof typeof PARTS;

/** Something that hangs on a record and cannot be read on its own. It has an id of the same form as a record. */
export interface ItemRef<Type extends string> {
  readonly crm: string;
  readonly type: Type;
  readonly id: string;
}

/** `<crm>:<Type>:<remote id>` */
export function globalId(ref: Ref | ItemRef<string>): string {
  return `${ref.crm}:${ref.type}:${ref.id}`;
}

/** A key for maps that hold records of several CRMs. */
export const refKey = globalId;

/**
 * Reads a global id, or explains in a `BAD_USER_INPUT` naming `argument` what is wrong with it. Looks only at the
 * text: whether the CRM is configured and has the record is for the caller to find out.
 */
export function parseGlobalId(text: string, argument: string): Ref {
  const parts = text.split(':');
  const [crm = '', type = '', id = ''] = parts;
  const fail = (problem: string) => new GatewayError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
  if (parts.length !== 3 || !CRM_ID.test(crm)) throw fail('not an id of the form <crm>:<Type>:<id>');
  if (!isNodeType(type)) throw fail(`an id names one of the types ${NODE_TYPES.join(', ')}`);
  if (!isIdOf(type, id)) throw fail(`not an id of a ${type}`);
  return { crm, type, id };
}

/** Both CRMs number their records with positive integers; beyond 2^53-1 an id could not be told from its neighbour. */
export function isRemoteId(text: string): boolean {
  return REMOTE_ID.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;
}

/** Some parts of deals are numbered with UUIDs. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

function isIdOf(type: NodeType, id: string): boolean {
  if (!isPartType(type)) return isRemoteId(id);
  const [whole = '', part = '', ...more] = id.split('/');
  return more.length === 0 && isRemoteId(whole) && PARTS[type](part);
}

function isPartType(type: NodeType): type is PartType {
  return Object.hasOwn(PARTS, type);
}

function isNodeType(text: string): text is NodeType {
  return (NODE_TYPES as readonly string[]).includes(text);
}

/** The ids of a part of a deal, such as a product line. */
export function partOfDeal(id: string): { deal: string; part: string } {
  const slash = id.indexOf('/');
  return { deal: id.slice(0, slash), part: id.slice(slash + 1) };
}

/** The ids of a part of a product, such as a variation. */
export function partOfProduct(id: string): { product: string; part: string } {
  const { deal: product, part } = partOfDeal(id);
  return { product, part };
}

/** Orders remote ids as numbers. */
export function compareRemoteIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
