import type { GraphQLResolveInfo } from 'graphql';
import type { Link, NodeType, Ref } from '../domain/ref.ts';
import type { Loaders } from '../loaders/index.ts';
import type { RefLoader } from '../loaders/ref-loader.ts';
import { reading } from '../plan/reads.ts';
import type { GraphQLContext } from './context.ts';
import { selectedFields } from './selection.ts';

/** What can be told of any record from its reference alone, or is read by a call of its own. */
const FROM_REFERENCE = new Set(['__typename', 'id', 'crm', 'remoteId', 'url', 'raw']);

/** What hangs on a record's id: lists, or the record it is a part of. */
const BY_ID: Partial<Record<NodeType, readonly string[]>> = {
  Deal: ['activities', 'notes', 'files', 'mailMessages', 'changes', 'feed', 'followerChanges', 'participantChanges'],
  DealDiscount: ['deal'],
  DealInstallment: ['deal'],
  Person: ['deals'],
  Organization: ['people', 'deals'],
  Pipeline: ['stages'],
};

/** Fields that are made from an attribute of another name. */
const ATTRIBUTES: Readonly<Record<string, string>> = { customFields: 'customValues' };

/** The note of a field that follows a link; `isCertain`: everything that is answered for has one. */
export function linkTo(type: keyof LinkedTypes, isCertain = false) {
  return reading({ kind: 'link', type, isCertain, tells: (selected) => fromReference(type, selected) });
}

/** The note of a field that follows several links, in a list or a page. */
export function linksTo(type: keyof LinkedTypes, isPage = false) {
  return reading({ kind: 'links', type, isPage, tells: (selected) => fromReference(type, selected) });
}

/** Whether everything selected can be told without reading the record. */
export function fromReference(type: NodeType, selected: ReadonlySet<string>): boolean {
  return attributesOf(type, selected).length === 0;
}

type LinkedTypes = Pick<Loaders, Extract<keyof Loaders, NodeType>>;
type LinkTo<Name extends keyof LinkedTypes> = Link<RecordOf<Name> & { readonly ref: Ref }>;
type RecordOf<Name extends keyof LinkedTypes> = LinkedTypes[Name] extends RefLoader<infer T> ? T : never;

/**
 * The record behind a link. Where the link already tells everything that is selected, nothing is read; otherwise
 * the record is loaded, and is `null` where the CRM no longer has it.
 */
export function follow<Name extends keyof LinkedTypes>(
  type: Name,
  link: LinkTo<Name> | null,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
): RecordOf<Name> | Promise<RecordOf<Name> | null> | null {
  return link && followFor(type, link, context, selectedFields(info));
}

/** The records behind the links of a page, without those the CRM no longer has. */
export async function followAll<Name extends keyof LinkedTypes>(
  type: Name,
  links: readonly LinkTo<Name>[],
  context: GraphQLContext,
  selected: ReadonlySet<string>,
): Promise<ReadonlyMap<LinkTo<Name>, RecordOf<Name>>> {
  const records = await Promise.all(links.map((link) => followFor(type, link, context, selected)));
  const found = new Map<LinkTo<Name>, RecordOf<Name>>();
  for (const [index, record] of records.entries()) {
    if (record !== null) found.set(links[index] as LinkTo<Name>, record);
  }
  return found;
}

function followFor<Name extends keyof LinkedTypes>(
  type: Name,
  link: LinkTo<Name>,
  context: GraphQLContext,
  selected: ReadonlySet<string>,
): RecordOf<Name> | Promise<RecordOf<Name> | null> {
  if (tells(link.known, attributesOf(type, selected))) return told(link) as RecordOf<Name>;
  const loader = context.loaders[type] as unknown as RefLoader<RecordOf<Name>>;
  const loaded = loader.peek(link.ref);
  return loaded === undefined ? loader.load(link.ref) : (loaded as RecordOf<Name>);
}

/**
 * Has the records behind the links of a page loaded together, where the links do not tell what is selected; `null`
 * where there is nothing to wait for.
 */
export function prefetchLinks<T, Name extends keyof LinkedTypes>(
  type: Name,
  records: readonly T[],
  linkOf: (record: T) => LinkTo<Name> | null,
  { loaders }: GraphQLContext,
  selected: ReadonlySet<string>,
): Promise<unknown> | null {
  const attributes = attributesOf(type, selected);
  const refs: Ref[] = [];
  for (const record of records) {
    const link = linkOf(record);
    if (link !== null && !tells(link.known, attributes)) refs.push(link.ref);
  }
  return refs.length === 0 ? null : (loaders[type] as unknown as RefLoader<RecordOf<Name>>).prefetch(refs);
}

/** What a link tells of a record, which may be the record itself. */
function told({ ref, known }: Link<{ readonly ref: Ref }>): unknown {
  return isWhole(known) ? known : { ...known, ref };
}

/** Only a record that was read whole has `raw`, and with it everything. */
function isWhole(known: object): boolean {
  return 'raw' in known;
}

/** Whether what is known has these attributes. */
function tells(known: object, attributes: readonly string[]): boolean {
  if (attributes.length === 0 || isWhole(known)) return true;
  for (const name of attributes) if (!(name in known)) return false;
  return true;
}

const attributes = new WeakMap<ReadonlySet<string>, Partial<Record<NodeType, readonly string[]>>>();

/** What a record has to show of what is selected, beside its reference and what hangs on its id. */
function attributesOf(type: NodeType, selected: ReadonlySet<string>): readonly string[] {
  let byType = attributes.get(selected);
  if (byType === undefined) {
    byType = {};
    attributes.set(selected, byType);
  }
  byType[type] ??= [...selected]
    .filter((name) => !FROM_REFERENCE.has(name) && !BY_ID[type]?.includes(name))
    .map((name) => ATTRIBUTES[name] ?? name);
  return byType[type];
}
