import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import { type NodeType, parseGlobalId } from '../domain/ref.ts';
import type { ReadSubject } from '../domain/tariff.ts';
import { type Amount, exactly, NONE, plus, times, upTo } from './amount.ts';
import { fieldsBelow, fieldsOn, type Selecting } from './fields.ts';
import { type Ledger, waysOf } from './ledger.ts';
import { type Args, type Context, type ListReads, type Reads, readsOf } from './reads.ts';
import type { Seen } from './seen.ts';

/** How many records there are at a place of the operation, by CRM. */
type Counts = ReadonlyMap<string, Amount>;

type LinkReads = Omit<Extract<Reads, { kind: 'link' }>, 'tells'> | Omit<Extract<Reads, { kind: 'links' }>, 'tells'>;

/** A place of the operation. */
interface Place {
  /** The same for fields that ask the same of the same records. */
  readonly key: string;
  readonly counts: Counts;
  /** At a page: its records. */
  readonly page?: Counts;
  /** The types of the records, where they are known. */
  readonly types?: ReadonlyMap<string, Counts>;
}

export interface WalkParts extends Selecting {
  readonly crms: Crms;
  readonly context: Context;
  readonly seen: Seen;
  readonly ledger: Ledger;
}

/** What is expected where nothing was seen yet. */
const PRIOR = { linked: 0.8, page: 0.7, listed: 3 };
/** How many records that match nothing, and how many of the same key, a list reads before it gives up. */
const SCAN = 2_000;

const SUBJECTS: Readonly<Record<NodeType, ReadSubject>> = {
  Deal: 'DEAL',
  DealProduct: 'DEAL_PRODUCT',
  DealDiscount: 'DISCOUNT',
  DealInstallment: 'INSTALLMENT',
  Product: 'PRODUCT',
  ProductVariation: 'PRODUCT_VARIATION',
  Person: 'PERSON',
  Organization: 'ORGANIZATION',
  Stage: 'STAGE',
  Pipeline: 'PIPELINE',
  User: 'USER',
  Activity: 'ACTIVITY',
  Label: 'LABEL',
  SavedFilter: 'SAVED_FILTER',
};

/** The types whose records are found in the lists of their deals. */
const PARTS: readonly NodeType[] = ['DealProduct', 'DealDiscount', 'DealInstallment'];

/** Adds up what fields of the operation's type read, and everything below them. */
export function walkRoot(
  type: GraphQLObjectType,
  fields: Iterable<readonly [string, readonly FieldNode[]]>,
  parts: WalkParts,
): void {
  new Walker(parts).fields(type, fields, { key: '', counts: new Map() });
}

class Walker {
  readonly #parts: WalkParts;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  fields(type: GraphQLObjectType, fields: Iterable<readonly [string, readonly FieldNode[]]>, place: Place): void {
    for (const [name, nodes] of fields) {
      const [node] = nodes;
      const field = node && type.getFields()[node.name.value];
      if (node && field) this.#field(type, field, name, node, nodes, place);
    }
  }

  #field(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    name: string,
    node: FieldNode,
    nodes: readonly FieldNode[],
    place: Place,
  ): void {
    const because = `${type.name}.${field.name}`;
    let child: Place;
    try {
      const [first, ...others] = readsOf(field);
      const args = first && this.#arguments(field, node);
      child = first ? this.#read(first, because, name, args, nodes, field.type, place) : plain(field, place);
      for (const other of others) this.#read(other, because, name, args, nodes, field.type, place);
    } catch (error) {
      // The field is going to be refused for the same reason, before it reads anything.
      if (error instanceof GatewayError) return;
      throw error;
    }
    this.#below(field.type, nodes, child);
  }

  #below(type: GraphQLOutputType, nodes: readonly FieldNode[], place: Place): void {
    const named = getNamedType(type);
    const types = isObjectType(named)
      ? [named]
      : isAbstractType(named)
        ? this.#parts.schema.getPossibleTypes(named)
        : [];
    for (const possible of types) {
      const counts = place.types ? place.types.get(possible.name) : place.counts;
      if (counts === undefined) continue;
      const own = {
        key: types.length === 1 ? place.key : `${place.key}:${possible.name}`,
        counts: types.length === 1 || place.types ? counts : maybe(counts),
        ...(place.page && { page: place.page }),
      };
      this.fields(possible, fieldsOn(possible, nodes, this.#parts), own);
    }
  }

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode): Args {
    return getArgumentValues(field, node, this.#parts.variableValues);
  }

  #read(
    reads: Reads,
    because: string,
    name: string,
    args: Args,
    nodes: readonly FieldNode[],
    type: GraphQLOutputType,
    place: Place,
  ): Place {
    const key = `${place.key}.${because}`;
    switch (reads.kind) {
      case 'link':
      case 'links': {
        const isPage = reads.kind === 'links' && reads.isPage === true;
        const tells = reads.tells(this.#selected(nodes, isPage));
        const counts = this.#follow(reads, tells, key, because, place.counts);
        return isPage ? { key, counts: place.counts, page: counts } : { key, counts };
      }
      case 'ids':
        return this.#named(reads.ids(args), because, key);
      case 'list':
        return this.#lists(reads, because, `${key}.${name}`, args, place);
      case 'tables': {
        if (reads.when?.(args) === false) return { key, counts: place.counts };
        const asked = place.key === '' ? this.#asked(args) : this.#adapters(place.counts);
        const isCertain = place.key === '' && (reads.isCertain?.(args) ?? false);
        for (const adapter of asked) {
          const share = place.key === '' ? 1 : Math.min(1, place.counts.get(adapter.crm.id)?.expected ?? 0);
          for (const subject of reads.subjects)
            this.#parts.ledger.table(subject, { adapter, because }, isCertain, share);
        }
        const counts = new Map(asked.map(({ crm }) => [crm.id, unbounded(PRIOR.listed)]));
        return { key, counts: isListType(nullable(type)) ? counts : place.counts };
      }
      case 'ofDeals':
        return this.#ofDeals(reads, because, `${place.key}.${reads.subject}`, args, nodes, place, type);
      case 'call': {
        const adapter = this.#parts.crms.get(reads.crm(args));
        const any = { min: 0, max: Number.POSITIVE_INFINITY, expected: 1 };
        const tokens = adapter?.crm.tariff.writes.some((write) => write.tokens !== null) ? any : NONE;
        if (adapter) this.#parts.ledger.write({ requests: upTo(1, 1), tokens }, { adapter, because });
        return { key, counts: new Map() };
      }
      case 'whole': {
        for (const [adapter, count] of this.#counted(place.counts)) {
          const subject = subjectOf(because);
          const share = this.#parts.seen.ratio(because, adapter.crm.id, 0);
          const whole = { min: 0, max: count.max, expected: count.expected * share };
          const { BY_ID } = subject ? waysOf(adapter, subject) : {};
          if (BY_ID) this.#parts.ledger.requests(BY_ID, whole, { adapter, because });
          if (subject) this.#parts.ledger.table(subject, { adapter, because }, false, 0);
        }
        return { key, counts: place.counts };
      }
      case 'totals': {
        for (const list of reads.lists(args, this.#parts.context, null)) this.#totals(reads, list, because);
        const counts = new Map(this.#asked(args).map(({ crm }) => [crm.id, unbounded(PRIOR.listed)]));
        return { key, counts };
      }
      case 'write':
        return this.#write(reads, because, `${key}.${name}`, args);
    }
  }

  /** Reads what links lead to, unless the links tell all that is selected. */
  #follow(link: LinkReads, tells: boolean, key: string, because: string, parents: Counts): Counts {
    const { kind, type } = link;
    const isCertain = link.kind === 'link' && link.isCertain === true;
    const children = new Map<string, Amount>();
    for (const [adapter, count] of this.#counted(parents)) {
      const crm = adapter.crm.id;
      const linked: Amount =
        kind === 'link' ? upTo(count.max, count.expected * PRIOR.linked) : unbounded(count.expected);
      children.set(crm, count.max === 0 ? NONE : linked);
      if (tells || count.max === 0) continue;
      const prior = waysOf(adapter, SUBJECTS[type]).TOLD ? 0 : PRIOR.linked;
      const share = this.#parts.seen.ratio(because, crm, prior);
      const asked = isCertain ? count : { min: 0, max: linked.max, expected: count.expected * share };
      if (PARTS.includes(type)) this.#parts.ledger.ofDeals(SUBJECTS[type], key, asked, { adapter, because });
      else this.#parts.ledger.records(SUBJECTS[type], key, asked, { adapter, because, each: this.#each(because, crm) });
    }
    return children;
  }

  /** How many requests a record took where this field asked for it. */
  #each(because: string, crm: string): number | null {
    const each = this.#parts.seen.ratio(`${because} each`, crm, -1);
    return each < 0 ? null : each;
  }

  #named(ids: readonly string[], because: string, key: string): Place {
    const types = new Map<string, Map<string, Amount>>();
    for (const id of new Set(ids)) {
      if (!id.includes(':')) continue;
      const ref = parseGlobalId(id, 'id');
      const adapter = this.#parts.crms.get(ref.crm);
      if (!adapter) continue;
      if (PARTS.includes(ref.type)) {
        this.#parts.ledger.ofDeals(SUBJECTS[ref.type], `${key}.${id}`, upTo(1, 1), { adapter, because });
      } else this.#parts.ledger.record(SUBJECTS[ref.type], ref.id, { adapter, because });
      const counts = types.get(ref.type) ?? new Map<string, Amount>();
      types.set(ref.type, counts.set(ref.crm, plus(counts.get(ref.crm) ?? NONE, upTo(1, 1))));
    }
    const [only] = types.values();
    return { key: `${key}.${ids.join(',')}`, counts: only ?? new Map(), types };
  }

  #lists(reads: Extract<Reads, { kind: 'list' }>, because: string, key: string, args: Args, place: Place): Place {
    const first: number = args.first ?? 50;
    const records = new Map<string, Amount>();
    const parents: readonly (readonly [string | null, Amount])[] =
      place.key === '' ? [[null, exactly(1)]] : [...place.counts];
    for (const [parent, count] of parents) {
      if (count.max === 0) continue;
      const lists = reads.lists(args, this.#parts.context, parent);
      for (const list of lists) {
        const { adapter } = list;
        const crm = adapter.crm.id;
        this.#pages(list, first, count, because);
        const fill = this.#parts.seen.ratio(`${because} fill`, crm, PRIOR.page / lists.length);
        const given = times(count, upTo(first, first * fill));
        records.set(crm, given);
        if (reads.leadsTo) {
          const found = times(count, upTo((first + SCAN) * 2, first * fill));
          this.#parts.ledger.records(SUBJECTS[reads.leadsTo], key, found, { adapter, because });
        }
      }
    }
    return { key, counts: place.counts, page: records };
  }

  /** The pages of a list: one at least, and as many as it takes to fill a page or to give up. */
  #pages(list: ListReads, first: number, parents: Amount, because: string): void {
    const { adapter, sources, pageSize } = list;
    const asking = { adapter, because };
    const seen = this.#parts.seen.ratio(`${because} requests`, adapter.crm.id, 0);
    const expected = Math.max(seen, sources.filter(({ onlyNullKeys }) => !onlyNullKeys).length);
    for (const subject of list.mayNeed) this.#parts.ledger.table(subject, asking, false, 0);
    for (const [index, { operation, onlyNullKeys, isUnordered }] of sources.entries()) {
      if (!operation) continue;
      const size = Math.min(isUnordered ? 500 : pageSize, operation.limit ?? 500);
      const most = operation.maxRequests ?? mostPages(isUnordered === true, first, size, adapter);
      const isCertain = list.isCertain && !onlyNullKeys;
      const share = index === 0 ? expected - (sources.length - 1) * (onlyNullKeys ? 0 : 1) : onlyNullKeys ? 0 : 1;
      const pages = { min: isCertain ? 1 : 0, max: most, expected: Math.min(most, Math.max(isCertain ? 1 : 0, share)) };
      this.#parts.ledger.requests(operation, times(parents, pages), asking);
    }
  }

  #ofDeals(
    reads: Extract<Reads, { kind: 'ofDeals' }>,
    because: string,
    key: string,
    args: Args,
    nodes: readonly FieldNode[],
    place: Place,
    type: GraphQLOutputType,
  ): Place {
    const page = new Map<string, Amount>();
    for (const [adapter, count] of this.#counted(place.counts)) {
      const share = this.#parts.seen.ratio(because, adapter.crm.id, 1);
      const asked = { min: 0, max: count.max, expected: count.expected * share };
      this.#parts.ledger.ofDeals(reads.subject, key, asked, { adapter, because });
      const each = args.first === undefined ? unbounded(PRIOR.listed) : upTo(args.first ?? 50, PRIOR.listed);
      page.set(adapter.crm.id, times({ ...count, min: 0 }, each));
    }
    if (!reads.leadsTo) return { key, counts: place.counts, page };
    const isPage = getNamedType(type).name.endsWith('Connection');
    const selected = this.#selected(nodes, isPage);
    const link = { kind: 'link', type: reads.leadsTo } as const;
    const tells = reads.tells?.(selected) ?? true;
    this.#follow(link, tells, `${key}.${because}`, because, isPage ? page : place.counts);
    return { key, counts: place.counts, page };
  }

  #totals(reads: Extract<Reads, { kind: 'totals' }>, list: ListReads, because: string): void {
    const { adapter } = list;
    const asking = { adapter, because };
    const native = reads.isNative(adapter) ? waysOf(adapter, reads.subject).LIST : undefined;
    for (const subject of reads.tables) this.#parts.ledger.table(subject, asking, false, native ? 0 : 1);
    for (const subject of list.mayNeed) this.#parts.ledger.table(subject, asking, false, 0);
    if (native) {
      const isOnly = list.isCertain && list.sources.length === 0;
      this.#parts.ledger.requests(native, { min: isOnly ? 1 : 0, max: 1, expected: 1 }, asking);
    }
    for (const { operation: page } of list.sources) {
      if (!page) continue;
      const most = mostPages(true, 0, page.limit ?? 500, adapter);
      this.#parts.ledger.requests(page, upTo(most, native ? 0 : 1), asking);
    }
  }

  #write(reads: Extract<Reads, { kind: 'write' }>, because: string, key: string, args: Args): Place {
    const counts = new Map<string, Amount>();
    for (const crm of reads.crmsOf(args)) {
      const adapter = this.#parts.crms.get(crm);
      const price = adapter?.crm.tariff.writes.find(
        ({ entity, operation }) => entity === reads.entity && operation === reads.operation,
      );
      if (!adapter || !price) continue;
      const span = ({ min, max }: { readonly min: number; readonly max: number | null }): Amount => ({
        min,
        max: max ?? Number.POSITIVE_INFINITY,
        expected: min,
      });
      this.#parts.ledger.write(
        { requests: span(price.requests), tokens: price.tokens ? span(price.tokens) : NONE },
        { adapter, because },
      );
      const before = counts.get(crm) ?? NONE;
      counts.set(crm, plus(before, reads.isReadAfter ? exactly(1) : upTo(1, 1)));
    }
    return { key, counts };
  }

  /** The names of the fields selected below, of a page those of its records. */
  #selected(nodes: readonly FieldNode[], ofPage = false): ReadonlySet<string> {
    return ofPage ? selectedNames(itemsOf(nodes, this.#parts), this.#parts) : selectedNames(nodes, this.#parts);
  }

  #asked(args: Args): readonly CrmAdapter[] {
    const { crms } = this.#parts;
    const named: readonly unknown[] | null | undefined = args.crms;
    return named ? crms.all().filter(({ crm }) => named.map(String).includes(crm.id)) : crms.all();
  }

  #adapters(counts: Counts): readonly CrmAdapter[] {
    return this.#counted(counts).map(([adapter]) => adapter);
  }

  #counted(counts: Counts): readonly (readonly [CrmAdapter, Amount])[] {
    return [...counts].flatMap(([crm, count]) => {
      const adapter = this.#parts.crms.get(crm);
      return adapter && count.max > 0 ? [[adapter, count] as const] : [];
    });
  }
}

/** A field that reads nothing: its values belong to the records it stands in. */
function plain(field: GraphQLField<unknown, unknown>, place: Place): Place {
  const key = `${place.key}.${field.name}`;
  if (!isListType(nullable(field.type))) {
    return { ...place, key };
  }
  if (place.page) return { key: `${place.key}.items`, counts: place.page };
  const counts = new Map(
    [...place.counts].map(([crm, { max, expected }]) => [crm, max === 0 ? NONE : unbounded(expected)]),
  );
  return { key, counts };
}

function nullable(type: GraphQLOutputType): GraphQLOutputType {
  return isNonNullType(type) ? type.ofType : type;
}

function unbounded(expected: number): Amount {
  return { min: 0, max: Number.POSITIVE_INFINITY, expected };
}

/** Records that may be of another type. */
function maybe(counts: Counts): Counts {
  return new Map([...counts].map(([crm, { max, expected }]) => [crm, { min: 0, max, expected: expected / 2 }]));
}

/**
 * The most pages a list is read in: the records of the page, as many that do not match as are read before the list is
 * refused, and as many again of one key. A list whose pages overlap reads some twice.
 */
function mostPages(isUnordered: boolean, first: number, size: number, adapter: CrmAdapter): number {
  const records = isUnordered ? 2 * SCAN : first + 2 * SCAN;
  const overlap = adapter.crm.tariff.reads.some(({ tokens }) => tokens !== null) ? 1 : 3;
  return overlap * (Math.ceil(records / size) + 2);
}

function subjectOf(coordinate: string): ReadSubject | undefined {
  return SUBJECTS[coordinate.split('.')[0] as NodeType];
}

/** The selections of a page's records: those of `nodes` and of `edges.node`. */
function itemsOf(nodes: readonly FieldNode[], selecting: Selecting): readonly FieldNode[] {
  const below = (some: readonly FieldNode[], name: string) =>
    fieldsBelow(some, selecting).filter((field) => field.name.value === name);
  return [...below(nodes, 'nodes'), ...below(below(nodes, 'edges'), 'node')];
}

function selectedNames(nodes: readonly FieldNode[], selecting: Selecting): ReadonlySet<string> {
  return new Set(fieldsBelow(nodes, selecting).map((field) => field.name.value));
}
