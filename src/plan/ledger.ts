import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Policy } from '../domain/policy.ts';
import type { ReadOperation, ReadSubject } from '../domain/tariff.ts';
import type { UpstreamCall, UpstreamCost } from '../domain/upstream.ts';
import { type Amount, exactly, NONE, plus, toSpan } from './amount.ts';
import { type ById, type Price, priceById, priceOfDeals, priceOfTable, requestsOf } from './prices.ts';

/** Reads of one kind from one CRM, and the places of the operation that ask for them. */
interface Entry {
  readonly adapter: CrmAdapter;
  readonly operation: ReadOperation;
  readonly because: Set<string>;
  readonly price: () => Price;
}

/** Records of one kind: those that are named, and those that other records lead to, by the place they are asked at. */
interface Keys {
  readonly named: Set<string>;
  readonly byPlace: Map<string, Amount>;
  /** How many requests a record took, as was seen. */
  each: number | null;
}

/** Where something is asked for. */
export interface Asking {
  readonly adapter: CrmAdapter;
  /** The field. */
  readonly because: string;
  /** How many requests a record took when this field asked before. */
  readonly each?: number | null;
}

/** Adds up what the parts of an operation ask for. What one operation reads once is counted once. */
export class Ledger {
  readonly #policy: Policy;
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new Map<string, Keys>();
  readonly #tables = new Map<string, { isCertain: boolean; share: number }>();
  #places = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Records of a kind, at a place of the operation: the same place asks once. */
  records(subject: ReadSubject, place: string, count: Amount, asking: Asking): void {
    this.#byId(subject, asking, Math.min(1, count.expected))?.byPlace.set(place, count);
  }

  /** A record that is named. */
  record(subject: ReadSubject, id: string, asking: Asking): void {
    this.#byId(subject, asking, 1)?.named.add(id);
  }

  /** What hangs on deals. */
  ofDeals(subject: ReadSubject, place: string, deals: Amount, asking: Asking): void {
    const { adapter } = asking;
    const ways = waysOf(adapter, subject);
    if (ways.BY_IDS || ways.BY_ID) {
      this.records(subject, place, deals, asking);
      return;
    }
    if (ways.TOLD) {
      // The deal carries it, or is read again.
      this.records('DEAL', place, { min: 0, max: deals.max, expected: 0 }, asking);
      return;
    }
    const operation = ways.OF_DEALS ?? ways.OF_DEAL;
    if (!operation) return;
    const keys = this.#keysOf(`${adapter.crm.id} ${subject} of deals`);
    keys.byPlace.set(place, deals);
    this.#need(operation.mayNeed, asking);
    this.#enter(operation, asking, () => priceOfDeals(operation, [...keys.byPlace.values()]));
  }

  /** What is read whole and kept. `share`: how likely it is needed at all. */
  table(subject: ReadSubject, asking: Asking, isCertain: boolean, share: number): void {
    const { adapter } = asking;
    for (const operation of adapter.crm.tariff.reads) {
      if (operation.subject !== subject || operation.way !== 'WHOLE') continue;
      const key = `${adapter.crm.id} ${operation.path}`;
      const need = this.#tables.get(key) ?? { isCertain: false, share: 0 };
      need.isCertain ||= isCertain;
      need.share = Math.max(need.share, share);
      this.#tables.set(key, need);
      const isKept = adapter.isKept(operation.path ?? '');
      this.#enter(operation, asking, () => priceOfTable(operation, { isKept, ...need }));
      this.#need(operation.mayNeed, asking);
    }
  }

  /** Requests of a kind that nothing else of the operation shares. */
  requests(operation: ReadOperation, count: Amount, asking: Asking): void {
    this.#places += 1;
    this.#need(operation.mayNeed, asking);
    this.#enter(operation, asking, () => requestsOf(count, operation.tokens), `${this.#places}`);
  }

  /** What is known of a write. Only queries list what they send, so its requests are not told one by one. */
  write(price: Price, asking: Asking): void {
    this.#places += 1;
    const operation = {
      subject: 'DEAL',
      way: 'LIST',
      path: null,
      tokens: null,
      limit: null,
      maxRequests: null,
    } as const;
    this.#enter(operation, asking, () => ({ ...price, calls: [] }), `${this.#places}`);
  }

  cost(): UpstreamCost {
    let [requests, tokens] = [NONE, NONE];
    const calls: UpstreamCall[] = [];
    for (const { adapter, operation, because, price } of this.#entries.values()) {
      const own = price();
      requests = plus(requests, own.requests);
      tokens = plus(tokens, own.tokens);
      for (const call of own.calls ?? [{ operation, requests: own.requests.expected }]) {
        const likely = Math.ceil(call.requests);
        if (likely === 0) continue;
        const { path, tokens: each } = call.operation;
        calls.push({
          crm: adapter.crm.id,
          method: 'GET',
          path: path ?? '',
          requests: likely,
          tokens: each === null ? null : likely * each,
          because: [...because],
        });
      }
    }
    return { requests: toSpan(requests), tokens: toSpan(tokens), calls };
  }

  #byId(subject: ReadSubject, asking: Asking, share: number): Keys | null {
    const { adapter } = asking;
    const ways = waysOf(adapter, subject);
    if (ways.WHOLE) {
      this.table(subject, asking, false, share);
      return null;
    }
    const one = ways.BY_ID;
    if (!one) return null;
    const keys = this.#keysOf(`${adapter.crm.id} ${subject}`);
    const byId: ById = { one, many: ways.BY_IDS };
    keys.each ??= asking.each ?? null;
    this.#need(one.mayNeed, asking);
    this.#enter(one, asking, () => priceById(byId, placesOf(keys), this.#policy, keys.each));
    return keys;
  }

  #keysOf(key: string): Keys {
    const known = this.#keys.get(key);
    if (known) return known;
    const keys: Keys = { named: new Set(), byPlace: new Map(), each: null };
    this.#keys.set(key, keys);
    return keys;
  }

  #enter(operation: ReadOperation, { adapter, because }: Asking, price: () => Price, apart = ''): void {
    const key = [
      adapter.crm.id,
      operation.path,
      operation.way,
      operation.way === 'WHOLE' ? '' : operation.subject,
      apart,
    ].join(' ');
    const known = this.#entries.get(key);
    if (known) known.because.add(because);
    else this.#entries.set(key, { adapter, operation, because: new Set([because]), price });
  }

  /** Rarely needed, so not expected. */
  #need(subjects: readonly ReadSubject[] | undefined, asking: Asking): void {
    for (const subject of subjects ?? []) this.table(subject, asking, false, 0);
  }
}

function placesOf({ named, byPlace }: Keys): readonly Amount[] {
  return named.size === 0 ? [...byPlace.values()] : [exactly(named.size), ...byPlace.values()];
}

type Ways = Partial<Record<ReadOperation['way'], ReadOperation>>;

/** The ways of reading something, the first of each. */
export function waysOf({ crm }: CrmAdapter, subject: ReadSubject): Ways {
  const ways: Ways = {};
  for (const operation of crm.tariff.reads) {
    if (operation.subject === subject) ways[operation.way] ??= operation;
  }
  return ways;
}
