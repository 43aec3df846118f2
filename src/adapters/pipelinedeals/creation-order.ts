import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Direction, InstantRange, Source } from '../../domain/list.ts';
import type { CrmRecord } from '../../domain/record.ts';
import type { Instant } from '../../domain/time.ts';
import { instantOrNull, readRecord } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, type Query } from './api.ts';
import { dayCondition, daysOf } from './conditions.ts';
import type { Records } from './records.ts';
import { listing } from './tariff.ts';
import { parseTime } from './time.ts';
import { Walk } from './walk.ts';
import { wholeList } from './whole-list.ts';

/** One list in order of creation. */
export interface CreationList {
  readonly key: string;
  readonly query: Query;
  readonly modified: InstantRange | undefined;
  readonly direction: Direction;
  /** No condition narrows the list, so that its length is the query's. */
  readonly isWhole: boolean;
}

/**
 * Lists people and companies by creation. That the server sorts them is not documented, so it is tried once: the
 * first record of both directions must not be the same age. A server that ignores the order has its list sorted here.
 */
export class CreationOrder<T extends CrmRecord> {
  readonly #account: Account;
  readonly #collection: string;
  readonly #records: Records<T>;
  readonly #conditions: { readonly created: string; readonly modified: string };
  #honoured: boolean | null = null;

  constructor(
    account: Account,
    name: string,
    records: Records<T>,
    conditions: { readonly created: string; readonly modified: string },
  ) {
    this.#account = account;
    this.#collection = name;
    this.#records = records;
    this.#conditions = conditions;
  }

  source(list: CreationList): Source<T> {
    const query = [...list.query, ...dayCondition(this.#conditions.modified, daysOf(list.modified))];
    const endpoint = collection(this.#collection);
    const whole = wholeList(this.#account, { ...list, query, endpoint, records: this.#records });
    const walk = new Walk<T>(this.#account, {
      endpoint,
      query,
      sort: this.#sort,
      direction: list.direction,
      condition: this.#conditions.created,
      days: {},
      records: this.#records,
      key: (record) => record.createdAt,
    });
    return {
      key: list.key,
      operation: listing(endpoint.template),
      ...(list.isWhole && { countsExactly: true }),
      read: async (start, limit, call) =>
        (await this.#isHonoured(call)) ? walk.read(start, limit, call) : whole.read(start, limit, call),
    };
  }

  get #sort(): string {
    return `${this.#collection}.created_at`;
  }

  async #isHonoured(call: Call): Promise<boolean> {
    if (this.#honoured !== null) return this.#honoured;
    try {
      const [oldest, newest] = await Promise.all([this.#first('ASC', call), this.#first('DESC', call)]);
      // A list too short to have an order says nothing about longer ones.
      if (oldest === null || newest === null || oldest.total <= 1) return false;
      this.#honoured = oldest.createdAt < newest.createdAt;
      return this.#honoured;
    } catch (error) {
      // Some servers fail on a sort key they do not know.
      if (error instanceof GatewayError && error.code === 'UPSTREAM_UNAVAILABLE') return false;
      throw error;
    }
  }

  /** The age of the first record of the list, sorted this way. */
  async #first(direction: Direction, call: Call): Promise<{ createdAt: Instant; total: number } | null> {
    const query = [['sort', direction === 'ASC' ? this.#sort : `-${this.#sort}`]] as const;
    const page = await this.#account.api.page(collection(this.#collection), query, { page: 1, perPage: 1 }, call);
    const [entry] = page.entries;
    if (entry === undefined) return null;
    const createdAt = readRecord(this.#account.crm, 'record', entry, (wire) =>
      instantOrNull(wire, 'created_at', parseTime),
    );
    return createdAt === null ? null : { createdAt, total: page.total ?? page.pages };
  }
}
