import type { GraphQLResolveInfo } from 'graphql';
import { GatewayError } from '../domain/errors.ts';
import type { FeedConnection } from '../loaders/feed-page.ts';
import type { CrmOutcome, ListEdge, ListPage } from '../loaders/list-page.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { CrmType } from './crm.ts';
import { ProblemType } from './problem.ts';

const MAX_FIRST = 500;

const PageInfoType = builder
  .objectRef<{ edges: readonly { cursor: () => string }[]; hasNextPage: boolean; hasPreviousPage: boolean }>('PageInfo')
  .implement({
    description: 'Where a page is in its list.',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'Whether there is more behind it.' }),
      hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
        nullable: false,
        description: 'True exactly when the page was asked for with `after`.',
      }),
      startCursor: t.string({
        description: 'The cursor of the first edge.',
        resolve: (page) => page.edges.at(0)?.cursor() ?? null,
      }),
      endCursor: t.string({
        description: 'The cursor of the last edge: give it as `after` to go on.',
        resolve: (page) => page.edges.at(-1)?.cursor() ?? null,
      }),
    }),
  });

const CrmStateType = builder.enumType('CrmState', {
  description: 'How well a CRM answered its share of a list.',
  values: {
    COMPLETE: { description: 'Everything of it is in the list.' },
    INCOMPLETE: { description: 'Some of its records were left out; see `problems`.' },
    FAILED: { description: 'Nothing of it is in the list; see `problems`.' },
  } as const,
});

export const CrmOutcomeType = builder.objectRef<CrmOutcome>('CrmOutcome').implement({
  description: "One CRM's share of a list.",
  fields: (t) => ({
    crm: t.field({ type: CrmType, nullable: false, description: 'The CRM.', resolve: (o) => o.adapter.crm }),
    state: t.expose('state', { type: CrmStateType, nullable: false, description: 'How well it answered.' }),
    problems: t.field({
      type: [ProblemType],
      nullable: false,
      description: 'Why it failed, or what was left out.',
      resolve: (o) => o.problems,
    }),
    totalCount: t.exposeInt('totalCount', {
      description: 'How many of its records the whole list holds; null where the CRM does not say so cheaply.',
    }),
  }),
});

type RefTo<T> = ReturnType<ReturnType<typeof builder.objectRef<T>>['implement']>;

/** The arguments of a connection. */
export const pageArgs = builder.args((t) => ({
  first: t.int({ defaultValue: 50, description: 'How many at most, 1 to 500.' }),
  after: t.string({ description: 'The cursor after which to go on.' }),
}));

/** `first` as a number of records, or why it cannot be one. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? 50;
  if (size >= 1 && size <= MAX_FIRST) return size;
  throw new GatewayError('BAD_USER_INPUT', `first: has to be from 1 to ${MAX_FIRST}`, { argument: 'first' });
}

/** What every page has. */
interface Page<T> {
  /** The items, where the page has them without their edges. */
  readonly nodes?: readonly T[];
  readonly edges: readonly ListEdge<T>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * Has what is selected of the nodes of a page loaded together, `path` below the field that is resolved; `null` where
 * there is nothing to load.
 */
export type Prefetch<T> = (
  nodes: readonly T[],
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  path: readonly string[],
) => Promise<unknown> | null;

/** `<Name>Connection` and `<Name>Edge` of a list that spans several CRMs. */
export function crmConnection<T>(name: string, node: RefTo<T>, plural: string, prefetch?: Prefetch<T>) {
  const type = connection<T, ListPage<T>>(name, node, plural, prefetch);
  builder.objectFields(type, (t) => ({
    totalCount: t.int({
      description: 'How many records the whole list holds; null where a CRM does not say so cheaply.',
      resolve: (page) => page.totalCount,
    }),
    crms: t.field({
      type: [CrmOutcomeType],
      nullable: false,
      description: 'How each CRM that was asked answered, in configured order.',
      resolve: (page) => page.crms,
    }),
  }));
  return type;
}

/** `<Name>Connection` and `<Name>Edge` of a list within one record that is read whole. */
export function sliceConnection<T>(name: string, node: RefTo<T>, plural: string) {
  const type = connection<T, Page<T> & { readonly totalCount: number }>(name, node, plural);
  builder.objectField(type, 'totalCount', (t) =>
    t.int({ description: 'How many items the whole list holds.', resolve: (page) => page.totalCount }),
  );
  return type;
}

/** `<Name>Connection` and `<Name>Edge` of a list that hangs on one record and is read page by page. */
export function feedConnection<T>(name: string, node: RefTo<T>, plural: string) {
  return connection<T, FeedConnection<T>>(name, node, plural);
}

function connection<T, P extends Page<T>>(name: string, node: RefTo<T>, plural: string, prefetch?: Prefetch<T>) {
  /** `result`, once what is selected of the nodes was loaded. */
  function whenLoaded<R>(
    result: R,
    nodes: readonly T[],
    path: readonly string[],
    context: GraphQLContext,
    info: GraphQLResolveInfo,
  ): R | Promise<R> {
    const loading = prefetch?.(nodes, context, info, path);
    return loading ? loading.then(() => result) : result;
  }
  return builder.objectRef<P>(`${name}Connection`).implement({
    description: `A page of ${plural}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edgeType<T>(name, node)],
        nullable: false,
        description: 'The items of the page with their cursors.',
        resolve: (page, _args, context, info) => whenLoaded(page.edges, nodesOf(page), ['node'], context, info),
      }),
      nodes: t.field({
        type: [node],
        nullable: false,
        description: 'The items of the page.',
        resolve: (page, _args, context, info) => {
          const nodes = nodesOf(page);
          return whenLoaded(nodes, nodes, [], context, info);
        },
      }),
      pageInfo: t.field({
        type: PageInfoType,
        nullable: false,
        description: 'Where the page is in the list.',
        resolve: (page) => page,
      }),
    }),
  });
}

function nodesOf<T>({ nodes, edges }: Page<T>): readonly T[] {
  return nodes ?? edges.map(({ node }) => node);
}

function edgeType<T>(name: string, node: RefTo<T>) {
  return builder.objectRef<ListEdge<T>>(`${name}Edge`).implement({
    description: 'One of a page, with its cursor.',
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: 'Give it as `after` to go on behind this one.',
        resolve: (edge) => edge.cursor(),
      }),
      node: t.field({ type: node, nullable: false, description: 'The item.', resolve: (edge) => edge.node as never }),
    }),
  });
}

/** A list that is whole in memory, cut into a page. Its cursors survive that items before them disappear. */
export class Slice<T> implements Page<T> {
  readonly nodes: readonly T[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
  readonly #start: number;
  readonly #idOf: (item: T) => string;

  constructor(
    items: readonly T[],
    idOf: (item: T) => string,
    args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  ) {
    const first = pageSize(args.first);
    const start = args.after ? afterCursor(items, idOf, args.after) : 0;
    const isWhole = start === 0 && items.length <= first;
    this.nodes = isWhole ? items : items.slice(start, start + first);
    this.hasNextPage = start + this.nodes.length < items.length;
    this.hasPreviousPage = Boolean(args.after);
    this.totalCount = items.length;
    this.#start = start;
    this.#idOf = idOf;
  }

  get edges(): readonly ListEdge<T>[] {
    return this.nodes.map((node, index) => ({
      node,
      cursor: () => sliceCursor(this.#start + index, this.#idOf(node)),
    }));
  }

  /** The same page of what stands for its items, without those that nothing does. */
  of<R>(standIns: ReadonlyMap<T, R>): Omit<Slice<R>, 'nodes' | 'of'> {
    const { hasNextPage, hasPreviousPage, totalCount } = this;
    const edges = this.edges.flatMap(({ node, cursor }) => {
      const standIn = standIns.get(node);
      return standIn === undefined ? [] : [{ node: standIn, cursor }];
    });
    return { edges, hasNextPage, hasPreviousPage, totalCount };
  }
}

function sliceCursor(index: number, id: string): string {
  return Buffer.from(`${index}:${id}`).toString('base64url');
}

function afterCursor<T>(items: readonly T[], idOf: (item: T) => string, after: string): number {
  const match = /^(\d{1,9}):(.+)$/.exec(Buffer.from(after, 'base64url').toString('utf8'));
  if (!match) throw new GatewayError('BAD_USER_INPUT', 'after: not a cursor of this list', { argument: 'after' });
  const index = items.findIndex((item) => idOf(item) === match[2]);
  // The item is gone: its place is where the next one moved up to.
  return index === -1 ? Number(match[1]) : index + 1;
}
