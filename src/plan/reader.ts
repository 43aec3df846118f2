import { type FieldNode, type GraphQLOutputType, getNamedType, getNullableType, isListType } from 'graphql';
import { parseGlobalId } from '../domain/ref.ts';
import { type Amount, exactly, NONE, plus, times, upTo } from './amount.ts';
import { fieldsBelow, type Selecting } from './fields.ts';
import { waysOf } from './ledger.ts';
import { askedCrms, type Counts, counted, type Place, PRIOR, unbounded, type WalkParts } from './place.ts';
import { readLists, readTotals } from './read-lists.ts';
import type { Args, Reads } from './reads.ts';
import { PARTS, SUBJECTS, subjectOf } from './subjects.ts';

type LinkReads = Omit<Extract<Reads, { kind: 'link' }>, 'tells'> | Omit<Extract<Reads, { kind: 'links' }>, 'tells'>;

/** Adds up what the notes of fields say is read. */
export class Reader {
  readonly #parts: WalkParts;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  /** Adds up what is read for one note, and answers where its value stands. */
  read(
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
        return this.#named(reads, args, because, key);
      case 'list':
        return readLists(reads, because, `${key}.${name}`, args, place, this.#parts);
      case 'tables': {
        if (reads.when?.(args) === false) return { key, counts: place.counts };
        const asked =
          place.key === ''
            ? askedCrms(args, this.#parts.crms)
            : counted(place.counts, this.#parts.crms).map(([adapter]) => adapter);
        const isCertain = place.key === '' && (reads.isCertain?.(args) ?? false);
        for (const adapter of asked) {
          const share = place.key === '' ? 1 : Math.min(1, place.counts.get(adapter.crm.id)?.expected ?? 0);
          for (const subject of reads.subjects)
            this.#parts.ledger.table(subject, { adapter, because }, isCertain, share);
        }
        const counts = new Map(asked.map(({ crm }) => [crm.id, unbounded(PRIOR.listed)]));
        return { key, counts: isListType(getNullableType(type)) ? counts : place.counts };
      }
      case 'ofDeals':
        return this.#ofDeals(reads, because, `${place.key}.${reads.subject}`, args, nodes, place, type);
      case 'unknown':
        return this.#unknown(reads, because, key, args);
      case 'own':
        return { key, counts: new Map(this.#parts.crms.all().map(({ crm }) => [crm.id, unbounded(PRIOR.listed)])) };
      case 'whole': {
        for (const [adapter, count] of counted(place.counts, this.#parts.crms)) {
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
        for (const list of reads.lists(args, this.#parts.context, null)) readTotals(reads, list, because, this.#parts);
        const counts = new Map(askedCrms(args, this.#parts.crms).map(({ crm }) => [crm.id, unbounded(PRIOR.listed)]));
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
    for (const [adapter, count] of counted(parents, this.#parts.crms)) {
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

  #named(reads: Extract<Reads, { kind: 'ids' }>, args: Args, because: string, key: string): Place {
    const ids = reads.ids(args);
    const types = new Map<string, Map<string, Amount>>();
    for (const id of new Set(ids)) {
      if (!id.includes(':')) continue;
      const ref = parseGlobalId(id, 'id');
      const adapter = this.#parts.crms.get(ref.crm);
      if (!adapter) continue;
      if (reads.isVague)
        this.#parts.ledger.records(SUBJECTS[ref.type], `${key}.${id}`, upTo(1, 1), { adapter, because });
      else if (PARTS.includes(ref.type)) {
        this.#parts.ledger.ofDeals(SUBJECTS[ref.type], `${key}.${id}`, upTo(1, 1), { adapter, because });
      } else this.#parts.ledger.record(SUBJECTS[ref.type], ref.id, { adapter, because });
      const counts = types.get(ref.type) ?? new Map<string, Amount>();
      types.set(ref.type, counts.set(ref.crm, plus(counts.get(ref.crm) ?? NONE, upTo(1, 1))));
    }
    const [only] = types.values();
    return { key: `${key}.${ids.join(',')}`, counts: only ?? new Map(), types };
  }

  #unknown(reads: Extract<Reads, { kind: 'unknown' }>, because: string, key: string, args: Args): Place {
    const { crms, ledger } = this.#parts;
    const named = reads.crm && crms.get(reads.crm(args));
    const adapters = reads.crm ? (named ? [named] : []) : crms.all();
    for (const adapter of adapters) {
      const countsTokens = adapter.crm.tariff.writes.some(({ tokens }) => tokens !== null);
      const tokens = countsTokens ? unbounded(1) : NONE;
      ledger.write({ requests: upTo(reads.maxRequests, 1), tokens }, { adapter, because });
    }
    return { key, counts: new Map(adapters.map(({ crm }) => [crm.id, upTo(1, 1)])) };
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
    for (const [adapter, count] of counted(place.counts, this.#parts.crms)) {
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
